package match

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

func (w *world) unit(name string) (u auth.Unit) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		u, err = auth.AddUnit(tx, keeper, auth.Unit{Name: name, Country: "BE", Kind: "authority"})
		return err
	})
	return u
}

func (w *world) confirmed(unit id.Unit, items ...id.Item) (got Banked) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		if got, err = BankConfirmed(tx, audit.System, unit, items...); got.New+got.Back == 0 && err == nil {
			err = audit.Append(tx, keeper, audit.Entry{Verb: "test.nothing", Subject: "none"})
		}
		return err
	})
	return got
}

func (w *world) unbank(item id.Item) (n int) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		if n, err = Unbank(tx, keeper, item); err == nil {
			err = audit.Append(tx, keeper, audit.Entry{Verb: "test.nothing", Subject: "none"})
		}
		return err
	})
	return n
}

func TestOwnBank(t *testing.T) {
	each(t, func(w *world) {
		north, south := w.unit("Unité du Nord"), w.unit("Unite du nord")
		shared, flat := picture(1, hash), picture(2, flip(hash, 60))
		flat.quality = minQuality - 1
		first, second := w.item("first", shared, flat), w.item("second", shared, picture(3, flip(hash, 90)))
		w.exec("UPDATE medium SET size = 4096 WHERE sha256 <> $1", picture(3, hash).sha256)
		w.exec("UPDATE medium SET video = $2, sound = $3 WHERE sha256 = $1", flat.sha256, sum(7).Value, sum(8).Value)
		w.exec("INSERT INTO item_text (item_id, sha256, at, text, minhash) VALUES ($1, 'a', 0, $2, 'x'), ($1, 'b', 0, $3, '')", first, sum(9).Value, sum(10).Value)

		if got := w.confirmed(north.ID, w.item("bare")); got != (Banked{}) {
			w.Errorf("an item that carries nothing: %+v", got)
		}
		got := w.confirmed(north.ID, first)
		if got.New != 6 || got.Back != 0 {
			w.Errorf("%+v", got)
		}
		if again := w.confirmed(north.ID, first); again.New+again.Back != 0 {
			w.Errorf("confirmed again: %+v", again)
		}
		var bank Bank
		w.write(func(tx *sqldb.Tx) (err error) { bank, err = GetBank(tx, "OWN_UNITE_DU_NORD"); return err })
		if !bank.Own || bank.Unit != north.ID || bank.Radius != 31 || !bank.Enabled || bank.Shared || bank.Entries != 6 {
			w.Errorf("%+v", bank)
		}
		if got := w.confirmed(north.ID, second); got.New != 1 { // the picture alone: its file is small
			w.Errorf("the second: %+v", got)
		}
		if got := w.confirmed(south.ID, second); got.New != 3 || got.Bank == bank.ID {
			w.Errorf("of another unit: %+v", got)
		}
		w.waits(first, second)
		w.reverse(bank, first, second)
		if got := w.events("itm_first"); fmt.Sprint(got) != "[item.banked item.unbanked item.banked]" {
			w.Errorf("events %q", got)
		}
	})
}

// waits notes that items were confirmed, and claims them: all at once, after a while.
func (w *world) waits(items ...id.Item) {
	w.Helper()
	claim := func() (jobs []OwnJob) {
		w.write(func(tx *sqldb.Tx) (err error) { jobs, err = ClaimOwn(tx, tx.Now, 1000); return err })
		return jobs
	}
	w.write(func(tx *sqldb.Tx) error {
		for _, it := range append(items, items...) {
			if err := AwaitOwn(tx, it); err != nil {
				return err
			}
		}
		return nil
	})
	if early := claim(); len(early) != 0 {
		w.Errorf("at once: %+v", early)
	}
	w.clock.at = w.clock.at.Add(ownAfter)
	if diff := cmp.Diff([]OwnJob{{items}}, claim()); diff != "" {
		w.Error(diff)
	}
	if again := claim(); len(again) != 0 {
		w.Errorf("again: %+v", again)
	}
}

// reverse takes items back and confirms one again.
func (w *world) reverse(bank Bank, first, second id.Item) {
	w.Helper()
	if n := w.unbank(first); n != 4 {
		w.Errorf("%d entries left, want 4: the second item still carries the shared picture", n)
	}
	if n := w.unbank(first); n != 0 || w.again(bank).Entries != 3 {
		w.Errorf("%d entries left when it was reversed again; the bank has %d", n, w.again(bank).Entries)
	}
	w.audited(func(tx *sqldb.Tx) error { // a person takes one out that is in it, and one that left
		list, err := Named(tx, bank.ID, []string{picture(3, flip(hash, 90)).pdq})
		if err != nil {
			return err
		}
		_, err = Retract(tx, keeper, bank.ID, "a logo", list...)
		return err
	})
	if got := w.confirmed(bank.Unit, first); got.Back != 4 || got.New != 0 {
		w.Errorf("confirmed again: %+v", got)
	}
	if n := w.unbank(second); n != 3 || w.again(bank).Entries != 6 {
		w.Errorf("%d entries left with the second, want the 3 of the other unit's bank; here are %d", n, w.again(bank).Entries)
	}
	if got := w.confirmed(bank.Unit, second); got.Back != 0 || w.again(bank).Entries != 6 {
		w.Errorf("what a person took out came back: %+v, %d entries", got, w.again(bank).Entries)
	}
}

// TestManyEnterTheOwnBankAtOnce: in one batch, each entry once, supported by all that carry it.
func TestManyEnterTheOwnBankAtOnce(t *testing.T) {
	each(t, func(w *world) {
		unit := w.unit("Unit North")
		shared := picture(1, hash)
		items := []id.Item{w.item("one", shared), w.item("two", shared, picture(2, flip(hash, 70))), w.item("bare")}
		got := w.confirmed(unit.ID, items...)
		if got.New != 2 || got.First != 1 || got.Last != 1 {
			w.Errorf("%+v", got)
		}
		if n := w.unbank(items[0]); n != 0 {
			w.Errorf("%d entries left that another item supports", n)
		}
		if n := w.unbank(items[1]); n != 2 {
			w.Errorf("%d entries left with the last item, want 2", n)
		}
		if got := w.confirmed(unit.ID, items[1], items[0]); got.New != 0 || got.Back != 2 || got.First == 0 || got.First != got.Last {
			w.Errorf("confirmed again: %+v", got)
		}
	})
}

func TestOwnNames(t *testing.T) {
	got := map[string]string{}
	for _, name := range []string{"Unit North", "Ünité — 7", "Μονάδα", " - ", "a very long name of a unit that goes on and on and on and on and on and on and on"} {
		got[name] = ownName(name)
		if !bankName.MatchString(got[name]) {
			t.Errorf("%q is no name of a bank", got[name])
		}
	}
	want := map[string]string{"Unit North": "OWN_UNIT_NORTH", "Ünité — 7": "OWN_UNITE_7", "Μονάδα": "OWN", " - ": "OWN",
		"a very long name of a unit that goes on and on and on and on and on and on and on": "OWN_A_VERY_LONG_NAME_OF_A_UNIT_THAT_GOES_ON_AND_ON_AND_ON_AN"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
