package match

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TestPausing: a paused subscription is not fetched, and one that goes on again is fetched
// when it is due, or at once where its turn was lost meanwhile.
func TestPausing(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31)
		s := w.subscribe(b, FormCSV)
		claim := func() (n int) {
			w.write(func(tx *sqldb.Tx) error {
				jobs, err := ClaimDue(tx, tx.Now, 10)
				n = len(jobs)
				return err
			})
			return n
		}
		pause := func(paused bool) {
			w.Helper()
			w.audited(func(tx *sqldb.Tx) error {
				now, err := GetSubscription(tx, s.ID)
				if err != nil {
					return err
				}
				return Pause(tx, keeper, now, paused)
			})
		}
		pause(true)
		pause(true)
		if claim() != 0 {
			w.Error("a paused subscription is fetched")
		}
		pause(false)
		if claim() != 1 || claim() != 0 {
			w.Error("its turn came while it was paused, and is lost")
		}
		pause(true) // while a job has it, which then finds it paused
		pause(false)
		if claim() != 1 {
			w.Error("a subscription whose job found it paused is not fetched again")
		}
		var d Draft
		w.audited(func(tx *sqldb.Tx) (err error) {
			d, err = OpenDraft(tx, audit.System, Draft{Bank: b.ID, Subscription: s.ID})
			return err
		})
		pause(true)
		pause(false)
		if claim() != 0 {
			w.Error("it is fetched while a draft waits")
		}
		w.audited(func(tx *sqldb.Tx) error { _, err := DiscardDraft(tx, keeper, d.ID); return err })
		pause(true)
		w.clock.at = w.clock.at.Add(2 * time.Hour)
		if claim() != 0 {
			w.Error("a paused subscription is fetched when it is due")
		}
	})
}

// TestSecrets: of a subscription, and of a unit for all of a form that is in one place.
func TestSecrets(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31)
		s := w.subscribe(b, FormHashList)
		w.audited(func(tx *sqldb.Tx) error {
			for _, bad := range []string{"token", ":password", "a:b\nc", "a:\x00"} {
				if err := SetSecret(tx, keeper, s, bad); !problem.Is(err, problem.Invalid) {
					w.Errorf("%q: %v", bad, err)
				}
				if err := GiveSecret(tx, keeper, b.Unit, FormHashList, bad); !problem.Is(err, problem.Invalid) {
					w.Errorf("%q: %v", bad, err)
				}
			}
			if err := GiveSecret(tx, keeper, b.Unit, FormCSV, "token"); !problem.Is(err, problem.Invalid) {
				w.Errorf("a token for all of CSV: %v", err)
			}
			if err := SetSecret(tx, keeper, s, ""); err != nil {
				return err
			}
			if err := GiveSecret(tx, keeper, b.Unit, FormHashList, "one:word"); err != nil {
				return err
			}
			return GiveSecret(tx, keeper, b.Unit, FormHashList, "another:word")
		})
		w.write(func(tx *sqldb.Tx) error {
			now, err := GetSubscription(tx, s.ID)
			given, failed := FormSecret(tx, b.Unit, FormHashList)
			none, _ := FormSecret(tx, "unt_other", FormHashList)
			forms, _ := FormsWithSecret(tx, b.Unit)
			if now.Secret != "" || given != "another:word" || none != "" || fmt.Sprint(forms) != "[hash-list]" || failed != nil {
				w.Errorf("%q, %q, %q, %q, %v", now.Secret, given, none, forms, failed)
			}
			return err
		})
		w.audited(func(tx *sqldb.Tx) error { return GiveSecret(tx, keeper, b.Unit, FormHashList, "") })
		w.write(func(tx *sqldb.Tx) error {
			if given, err := FormSecret(tx, b.Unit, FormHashList); given != "" || err != nil {
				w.Errorf("taken back: %q, %v", given, err)
			}
			for subject, want := range map[string]int{string(b.ID): 3, string(b.Unit): 3} {
				list, err := audit.History(tx, subject)
				told, _ := json.Marshal(list)
				if err != nil || len(list) != want || strings.Contains(string(told), "word") || !strings.Contains(string(told), "has_secret") {
					w.Errorf("the log of %s: %s, %v", subject, told, err)
				}
			}
			return nil
		})
	})
}
