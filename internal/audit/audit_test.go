package audit

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func TestHistoryIsWhatWasAppended(t *testing.T) {
	each(t, func(b *bench) {
		var at time.Time
		err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error {
			at = tx.Now
			return Append(tx, by,
				Entry{Verb: "item.contributed", Subject: "itm_1", Detail: map[string]string{"url": "https://files.example/a?b=<1>&c"}},
				Entry{Verb: "item.contributed", Subject: "itm_2"},
				Entry{Verb: "capture.taken", Subject: "itm_1"})
		})
		if err != nil {
			b.Fatal(err)
		}
		err = b.db.Update(b.Context(), func(tx *sqldb.Tx) error {
			return Append(tx, System, Entry{Verb: "match.found", Subject: "itm_1", Detail: 31})
		})
		if err != nil {
			b.Fatal(err)
		}
		got := b.history("itm_1")
		if len(got) != 3 {
			b.Fatalf("%d events, want 3: %+v", len(got), got)
		}
		detail, _ := json.Marshal(map[string]string{"url": "https://files.example/a?b=<1>&c"})
		want := Event{ID: got[0].ID, At: at, Actor: by.User, Unit: by.Unit, Verb: "item.contributed", Subject: "itm_1", Detail: detail}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			b.Error(diff)
		}
		if got[1].Verb != "capture.taken" || got[2].Verb != "match.found" || got[2].Actor != System.User || string(got[2].Detail) != "31" {
			b.Errorf("later events: %+v", got[1:])
		}
		if !strings.HasPrefix(string(got[0].ID), id.Event("").Prefix()+"_") {
			b.Errorf("an event has the identifier %s", got[0].ID)
		}
		if none := b.history("itm_3"); len(none) != 0 {
			b.Errorf("history of what nothing happened to: %+v", none)
		}
	})
}

func TestAnEventThatIsTooLargeUndoesItsTransaction(t *testing.T) {
	each(t, func(b *bench) {
		record := func(size int) error {
			return b.db.Update(b.Context(), func(tx *sqldb.Tx) error {
				return Append(tx, by, Entry{Verb: "small", Subject: "itm_1"}, Entry{Verb: "large", Subject: "itm_1", Detail: strings.Repeat("x", size)})
			})
		}
		if err := record(maxBody); !problem.Is(err, problem.Internal) {
			b.Errorf("an event over 64 KiB gave %v", err)
		}
		if got := b.history("itm_1"); len(got) != 0 {
			b.Errorf("it left %d events", len(got))
		}
		if err := record(maxBody - 400); err != nil {
			b.Errorf("an event just under 64 KiB gave %v", err)
		}
		b.sequence()
		if proof, err := b.verify(); err != nil || proof.Events != 2 {
			b.Errorf("%+v, %v", proof, err)
		}
	})
}

func TestAppendingNothingIsNoEvent(t *testing.T) {
	each(t, func(b *bench) {
		err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error {
			if _, err := tx.Exec("INSERT INTO unit (id, name, country, kind, created_at) VALUES ('unt_1', 'One', 'XA', 'authority', 1)"); err != nil {
				return err
			}
			return Append(tx, by)
		})
		if err == nil {
			b.Error("a change passed with an empty list of events")
		}
	})
}

func (b *bench) history(subject string) (events []Event) {
	b.Helper()
	err := b.db.View(b.Context(), func(tx *sqldb.Tx) (err error) { events, err = History(tx, subject); return err })
	if err != nil {
		b.Fatal(err)
	}
	return events
}
