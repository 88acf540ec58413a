package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// entriesOf says a bank's entries, retracted ones too: "place in the bank, value, batch, cause".
func (w *world) entriesOf(b Bank) (out []string) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) error {
		list, err := EntriesAfter(tx, b.ID, 0, 1000, true)
		for _, e := range list {
			var batch int64
			if err == nil {
				err = tx.Row("SELECT batch FROM bank_entry WHERE id = $1", e.ID).Scan(&batch)
			}
			if e.Number>>32 != b.Slot || e.Bank != b.ID || e.BankName != b.Name {
				w.Errorf("%+v in bank %+v", e, b)
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%d %.4s %d %s", e.Number&0xffffffff, e.Value, batch, e.Cause)))
		}
		return err
	})
	return out
}

// again reads a bank as it is now.
func (w *world) again(b Bank) (now Bank) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) (err error) { now, err = GetBank(tx, string(b.ID)); return err })
	return now
}

// TestNamesOfBanks: they are those of Hasher-Matcher-Actioner.
func TestNamesOfBanks(t *testing.T) {
	for name, good := range map[string]bool{
		"A": true, "_": true, "_1": true, "EXAMPLE_FRONT_2": true, strings.Repeat("A", 100): true,
		"": false, "1A": false, "a": false, "A-B": false, "A B": false, "Ä": false, "A\n": false, strings.Repeat("A", 101): false,
	} {
		if err := (Bank{Name: name, Radius: 31}).check(); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func sum(n int) Entry { return Entry{Kind: KindSHA256, Value: fmt.Sprintf("%04x%060x", n, n)} }

func TestNumbersAndBatches(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.bank("FIRST", 31), w.bank("SECOND", 31)
		if first.Slot == 0 || second.Slot != first.Slot+1 {
			w.Errorf("slots %d and %d", first.Slot, second.Slot)
		}
		w.add(first, sum(1), sum(2))
		w.add(second, sum(1))
		w.add(first, sum(2), sum(3), sum(1), sum(3))
		w.add(first, sum(3))
		if diff := cmp.Diff([]string{"1 0001 1", "2 0002 1", "3 0003 2"}, w.entriesOf(first)); diff != "" {
			w.Errorf("first (-want +got):\n%s", diff)
		}
		w.write(func(tx *sqldb.Tx) error {
			list, err := GetEntries(tx, []int64{second.Slot<<32 | 1, first.Slot<<32 | 2, 7, first.Slot<<32 | 2})
			if len(list) != 2 || list[0].BankName != "FIRST" || list[0].Value != sum(2).Value || list[1].BankName != "SECOND" {
				w.Errorf("%+v", list)
			}
			piece, err2 := EntriesAfter(tx, first.ID, first.Slot<<32|1, 1, false)
			if len(piece) != 1 || piece[0].Value != sum(2).Value || err2 != nil {
				w.Errorf("a piece: %+v, %v", piece, err2)
			}
			return err
		})
		if now := w.again(first); now.Entries != 3 || now.Retracted != 0 || now.Batch != 2 {
			w.Errorf("%+v", now)
		}
	})
}

func TestEntriesAreKeptAsTheyAreTold(t *testing.T) {
	each(t, func(w *world) {
		e := sum(1)
		e.Label, e.Labels, e.Provenance, e.ExpiresAt = " a label ", []string{"one", "two three", "one"}, "unit one", day(9).Add(1234*time.Nanosecond)
		b := w.bank("KEPT", 31, e)
		gone := sum(2)
		gone.RetractedAt = day(1)
		w.add(b, gone)
		w.write(func(tx *sqldb.Tx) error {
			list, err := EntriesAfter(tx, b.ID, 0, 10, true)
			if len(list) != 1 {
				w.Fatalf("%+v", list)
			}
			want := Entry{ID: list[0].ID, Number: b.Slot<<32 | 1, Bank: b.ID, BankName: "KEPT", Kind: e.Kind, Value: e.Value, Label: "a label",
				Labels: []string{"one", "two", "three"}, Provenance: "unit one", ExpiresAt: day(9).Add(time.Microsecond), At: day(1)}
			if diff := cmp.Diff(want, list[0]); diff != "" {
				w.Error(diff)
			}
			return err
		})
	})
}

func TestRetractAndRestore(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31, sum(1), sum(2), sum(3))
		other := w.bank("OTHER", 31, sum(4))
		names := []string{fmt.Sprint(b.Slot<<32 | 1), strings.ToUpper(sum(2).Value)}
		var list []id.Entry
		w.audited(func(tx *sqldb.Tx) (err error) {
			if list, err = Named(tx, b.ID, names); err != nil {
				return err
			}
			for _, bad := range []string{"7", sum(4).Value, "ent_none", "", fmt.Sprint(other.Slot<<32 | 1)} {
				if _, err := Named(tx, b.ID, []string{bad}); !problem.Is(err, problem.NotFound) {
					w.Errorf("%q is found: %v", bad, err)
				}
			}
			for _, why := range []string{"", "  ", "a\x00"} {
				if _, err := Retract(tx, keeper, b.ID, why, list...); !problem.Is(err, problem.Invalid) {
					w.Errorf("the reason %q: %v", why, err)
				}
			}
			n, err := Retract(tx, keeper, b.ID, "a press photograph", append(list, list...)...)
			if n != 2 {
				w.Errorf("%d retracted", n)
			}
			if n, _ := Retract(tx, keeper, other.ID, "of another bank", list...); n != 0 {
				w.Errorf("%d retracted from another bank", n)
			}
			return err
		})
		want := []string{"1 0001 2 person", "2 0002 2 person", "3 0003 1"}
		if diff := cmp.Diff(want, w.entriesOf(b)); diff != "" {
			w.Errorf("retracted (-want +got):\n%s", diff)
		}
		if now := w.again(b); now.Entries != 1 || now.Retracted != 2 {
			w.Errorf("%+v", now)
		}
		w.audited(func(tx *sqldb.Tx) error {
			got, err := Restore(tx, keeper, b.ID, list[0])
			if got != (Added{1, 3}) {
				w.Errorf("restored %+v", got)
			}
			if again, _ := Restore(tx, keeper, b.ID, list[0]); again != (Added{}) {
				w.Errorf("restored again %+v", again)
			}
			return err
		})
		if diff := cmp.Diff([]string{"1 0001 3", want[1], want[2]}, w.entriesOf(b)); diff != "" {
			w.Errorf("restored (-want +got):\n%s", diff)
		}
		if got := w.events(string(b.ID)); fmt.Sprint(got) != "[bank.added bank.imported bank.entry_retracted bank.entry_restored]" {
			w.Errorf("events %q", got)
		}
	})
}

func TestExpire(t *testing.T) {
	each(t, func(w *world) {
		soon, late, never := sum(1), sum(2), sum(3)
		soon.ExpiresAt, late.ExpiresAt = day(2), day(5)
		b := w.bank("BANK", 31, soon, late, never)
		other := w.bank("OTHER", 31, soon)
		expire := func(limit int) (n int) {
			w.audited(func(tx *sqldb.Tx) (err error) {
				if n, err = Expire(tx, audit.System, tx.Now, limit); n == 0 && err == nil {
					err = audit.Append(tx, keeper, audit.Entry{Verb: "test.nothing", Subject: "none"})
				}
				return err
			})
			return n
		}
		if n := expire(10); n != 0 {
			w.Errorf("%d expired before their time", n)
		}
		w.clock.at = day(2)
		if a, b, c := expire(1), expire(10), expire(10); a != 1 || b != 1 || c != 0 {
			w.Errorf("expired %d, %d, %d", a, b, c)
		}
		if diff := cmp.Diff([]string{"1 0001 2 expiry", "2 0002 1", "3 0003 1"}, w.entriesOf(b)); diff != "" {
			w.Error(diff)
		}
		w.audited(func(tx *sqldb.Tx) error {
			list, err := Named(tx, other.ID, []string{soon.Value})
			if err != nil {
				return err
			}
			_, err = Restore(tx, keeper, other.ID, list...)
			return err
		})
		if n := expire(10); n != 0 || w.again(other).Entries != 1 {
			w.Error("an entry that a person took back expired at once")
		}
	})
}

func TestSetBank(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31, sum(1))
		w.bank("NEIGHBOUR", 31)
		set := func(change func(*Bank)) (got Bank, err error) {
			w.audited(func(tx *sqldb.Tx) error {
				c := w.bankIn(tx, b)
				change(&c)
				got, err = SetBank(tx, keeper, c)
				return audit.Append(tx, keeper, audit.Entry{Verb: "test.nothing", Subject: "none"})
			})
			return got, err
		}
		for name, change := range map[string]func(*Bank){"radius": func(b *Bank) { b.Radius = 64 }, "less": func(b *Bank) { b.Radius = -1 }, "share": func(b *Bank) { b.Share = Whole + 1 }, "name": func(b *Bank) { b.Name = "1_OTHER" },
			"no share": func(b *Bank) { b.Share = -1 }, "terms": func(b *Bank) { b.Terms = "a\x00" }} {
			if _, err := set(change); !problem.Is(err, problem.Invalid) {
				w.Errorf("%s: %v", name, err)
			}
		}
		got, err := set(func(b *Bank) {
			b.Name, b.Unit, b.Own, b.Radius, b.Share, b.Shared, b.Terms = "OTHER", "unt_x", true, 12, 250_000, true, "for detection"
		})
		want := w.again(b)
		if err != nil || got != want || want.Name != "OTHER" || want.Unit != keeper.Unit || want.Own || want.Radius != 12 || want.Share != 250_000 || !want.Shared || want.Terms != "for detection" || want.Entries != 1 {
			w.Errorf("%+v, %v", got, err)
		}
		w.write(func(tx *sqldb.Tx) error {
			var detail []byte
			err := tx.Row("SELECT body FROM audit_event WHERE verb = 'bank.changed'").Scan(&detail)
			if !strings.Contains(string(detail), `"name":"BANK"`) || !strings.Contains(string(detail), `"name":"OTHER"`) {
				w.Errorf("the log says %s", detail)
			}
			return err
		})
		if _, err := set(func(*Bank) {}); err != nil {
			w.Error(err)
		}
		if _, err := set(func(b *Bank) { b.Name = "NEIGHBOUR" }); !problem.Is(err, problem.Conflict) {
			w.Errorf("a name that another bank has: %v", err)
		}
		if got := w.events(string(b.ID)); fmt.Sprint(got) != "[bank.added bank.imported bank.changed]" {
			w.Errorf("events %q", got)
		}
	})
}

func (w *world) bankIn(tx *sqldb.Tx, b Bank) Bank {
	w.Helper()
	b, err := GetBank(tx, string(b.ID))
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func TestWhoMayTakeEntriesAway(t *testing.T) {
	b := Bank{Name: "BANK", Unit: "unt_one", Terms: "for detection only"}
	for _, tt := range []struct {
		who        auth.Principal
		shared     bool
		keeps, may bool
	}{
		{auth.Principal{Unit: "unt_one", Roles: []auth.Role{auth.Analyst}}, false, true, true},
		{auth.Principal{Unit: "unt_two", Roles: []auth.Role{auth.Coordinator}}, false, false, false},
		{auth.Principal{Unit: "unt_two", Roles: []auth.Role{auth.Coordinator}}, true, false, true},
		{auth.Principal{Unit: "unt_two", Roles: []auth.Role{auth.Administrator}}, false, true, true},
	} {
		b.Shared = tt.shared
		err := b.OpenTo(tt.who)
		if b.KeptBy(tt.who) != tt.keeps || (err == nil) != tt.may || (err != nil && (!problem.Is(err, problem.Forbidden) || !strings.Contains(err.Error(), b.Terms))) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

func TestBadEntries(t *testing.T) {
	for name, e := range map[string]Entry{
		"sha1":         {Kind: KindSHA1, Value: strings.Repeat("a", 39)},
		"sha512":       {Kind: KindSHA512, Value: strings.Repeat("a", 64)},
		"tlsh":         {Kind: KindTLSH, Value: "T1" + strings.Repeat("A", 69)},
		"vpdq":         {Kind: KindVPDQ, Value: "1,100,aa,0.0"},
		"kind":         {Kind: "tmk", Value: strings.Repeat("a", 64)},
		"label":        {Kind: KindMD5, Value: strings.Repeat("a", 32), Label: strings.Repeat("x", maxText+1)},
		"labels":       {Kind: KindMD5, Value: strings.Repeat("a", 32), Labels: []string{"a\x00b"}},
		"many labels":  {Kind: KindMD5, Value: strings.Repeat("a", 32), Labels: slices.Collect(numbers(maxLabels + 1))},
		"a provenance": {Kind: KindMD5, Value: strings.Repeat("a", 32), Provenance: "\xff"},
	} {
		if _, err := e.clean(); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func numbers(n int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprint(i)) {
				return
			}
		}
	}
}

// TestManyAddAtOnce: whoever adds the same entries at the same moment, each is there once, and
// the numbers have no gap.
func TestManyAddAtOnce(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31)
		var group errgroup.Group
		for g := range 4 {
			group.Go(func() error {
				for i := range 5 {
					err := w.db.Update(w.Context(), func(tx *sqldb.Tx) error {
						if _, err := AddEntries(tx, keeper, b.ID, []Entry{sum(i), sum(i + 1), sum(100*g + i)}); err != nil {
							return err
						}
						return audit.Append(tx, keeper, audit.Entry{Verb: "test.added", Subject: "none"})
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			w.Fatal(err)
		}
		now, list := w.again(b), w.entriesOf(b)
		if now.Entries != 6+15 || len(list) != now.Entries || !strings.HasPrefix(list[len(list)-1], fmt.Sprint(now.Entries)+" ") {
			w.Errorf("%d entries: %q", now.Entries, list)
		}
	})
}
