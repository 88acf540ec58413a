package match

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// retro looks back for the newest batch of a bank and saves what it finds.
func (w *world) retro(x *Index, b Bank) (list []Back) {
	w.Helper()
	var batch int64
	w.write(func(tx *sqldb.Tx) error { return tx.Row("SELECT batch FROM bank WHERE id = $1", b.ID).Scan(&batch) })
	w.refresh(x)
	list, err := Retro(w.Context(), x, b.ID, batch)
	if err != nil {
		w.Fatal(err)
	}
	w.audited(func(tx *sqldb.Tx) error {
		tx.Audited() // nothing may be found
		for _, back := range list {
			if err := SaveRetro(tx, audit.System, back); err != nil {
				return err
			}
		}
		return nil
	})
	return list
}

// own makes a bank one that fills by itself: its entries stand for what items had.
func (w *world) own(b Bank, label string, items ...id.Item) {
	w.Helper()
	w.exec("UPDATE bank SET own = TRUE WHERE id = $1", b.ID)
	for _, target := range items {
		w.exec("INSERT INTO bank_source (entry_id, item_id, at) VALUES ($1, $2, 0)", w.entry(label).ID, target)
	}
}

func (w *world) kept(target id.Item) (found Found) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) (err error) { found, err = Of(tx, target); return err })
	return found
}

func TestRetro(t *testing.T) {
	each(t, func(w *world) {
		one, two, three := w.item("one", picture(1, hash)), w.item("two", picture(1, hash), picture(2, flip(hash, 31))), w.item("three", picture(3, flip(hash, 32)))
		poor := picture(4, hash)
		poor.quality = 49
		w.item("poor", poor)
		x := w.open()
		b := w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "looks"}, Entry{Kind: KindMD5, Value: picture(3, hash).md5, Label: "md5"}, Entry{Kind: KindSHA256, Value: picture(1, hash).sha256, Label: "bytes"})
		if list := w.retro(x, b); len(list) != 3 || list[0].Item != one {
			w.Fatalf("found for %+v", list)
		}
		for target, want := range map[id.Item][]string{one: {"pdq 0 looks", "sha256 0 bytes"}, two: {"pdq 0 looks", "pdq 31 looks", "sha256 0 bytes"}, three: {"md5 0 md5"}, "itm_poor": nil} {
			if diff := cmp.Diff(want, brief(w.kept(target))); diff != "" {
				w.Errorf("%s (-want +got):\n%s", target, diff)
			}
			if diff := cmp.Diff(w.kept(target).Matches, w.find(x, target).Matches); diff != "" {
				w.Errorf("%s: forwards it is another match (-backwards +forwards):\n%s", target, diff)
			}
		}
		w.retro(x, b)
		w.save(one, w.find(x, one))
		if got := w.events(string(one)); fmt.Sprint(got) != "[match.found]" {
			w.Errorf("events %q", got)
		}
		w.toldAsRetro(one)
		w.add(b, Entry{Kind: KindPDQ, Value: text(flip(hash, 5)), Label: "newer"})
		if list := w.retro(x, b); len(list) != 3 {
			w.Errorf("a newer batch is found for %d items", len(list))
		}
		looks := w.entry("looks")
		w.audited(func(tx *sqldb.Tx) error {
			_, err := Retract(tx, keeper, b.ID, "a test", looks.ID)
			return err
		})
		if list, err := Retro(w.Context(), x, b.ID, 1); err != nil || len(list) != 3 || len(list[0].Matches) != 1 {
			w.Errorf("after a retraction the first batch is found as %+v, %v", list, err)
		}
	})
}

func (w *world) toldAsRetro(target id.Item) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, string(target))
		if err != nil {
			return err
		}
		var detail matched
		if err := json.Unmarshal(list[0].Detail, &detail); err != nil || !detail.Retro || detail.Matches != 2 || len(detail.Nearest) != 2 {
			w.Errorf("told as %s; %v", list[0].Detail, err)
		}
		return nil
	})
}

// TestOwnBanks: what an item alone put into its unit's own bank it does not match.
func TestOwnBanks(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.item("first", picture(1, hash)), w.item("second", picture(2, flip(hash, 3)))
		x := w.open()
		b := w.bank("OWN_UNIT", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "own looks"}, Entry{Kind: KindSHA256, Value: picture(1, hash).sha256, Label: "own bytes"})
		w.own(b, "own looks", first)
		w.own(b, "own bytes", first)
		if list := w.retro(x, b); len(list) != 1 || list[0].Item != second || len(list[0].Matches) != 1 || !list[0].Matches[0].Own {
			w.Errorf("backwards %+v", list)
		}
		if got := w.find(x, first).Matches; len(got) != 0 {
			w.Errorf("what only the item supports matches it: %+v", got)
		}
		if got := w.find(x, second).Matches; len(got) != 1 || !got[0].Own || !w.kept(second).Matches[0].Own {
			w.Errorf("forwards %+v, kept %+v", got, w.kept(second))
		}
		w.own(b, "own looks", second)
		w.own(b, "own bytes", second)
		w.retro(x, b)
		if got := brief(w.find(x, first)); fmt.Sprint(got) != "[pdq 0 own looks sha256 0 own bytes]" || len(w.kept(first).Matches) != 2 {
			w.Errorf("with another's support %q, kept %+v", got, w.kept(first))
		}
	})
}

// TestWhoeverComesLaterFindsTheOther: items and batches come in any order, each looks for the
// others when it comes, and all that lies near is kept.
func TestWhoeverComesLaterFindsTheOther(t *testing.T) {
	each(t, func(w *world) {
		run := 0
		w.many(func(t *rapid.T) {
			run++
			w.clock.at = day(2 * run)
			base := randomBits(rand.New(rand.NewPCG(uint64(run), 11)))
			r := &round{world: w, run: run, known: map[string]medium{}, base: base}
			x := w.open()
			var banks []Bank
			for i := range 2 {
				banks = append(banks, w.bank(fmt.Sprintf("L%d_%d", run, i), rapid.IntRange(0, 63).Draw(t, "radius")))
			}
			var items []id.Item
			for i := range rapid.IntRange(1, 10).Draw(t, "steps") {
				w.clock.at = w.clock.at.Add(time.Minute)
				if rapid.Bool().Draw(t, "an item") {
					target := w.item(fmt.Sprintf("l%d_%d", run, i), r.draw(t))
					items = append(items, target)
					w.save(target, w.find(x, target))
					continue
				}
				b := rapid.SampledFrom(banks).Draw(t, "bank")
				m := r.draw(t)
				if w.add(b, Entry{Kind: KindPDQ, Value: m.pdq, Label: m.pdq + b.Name}, Entry{Kind: KindMD5, Value: m.md5, Label: m.md5 + b.Name}) > 0 {
					w.retro(x, b)
				}
			}
			anew := w.open()
			for _, target := range items {
				if diff := cmp.Diff(w.find(anew, target).Matches, w.kept(target).Matches); diff != "" {
					t.Fatalf("%s (-in the end +kept):\n%s", target, diff)
				}
			}
		})
	})
}

func TestRetroJobGoesOn(t *testing.T) {
	var batches []int64
	for j := (&RetroJob{Bank: "bnk_1", Batch: 3, Last: 5}); j != nil; j = j.Next() {
		batches = append(batches, j.Batch)
	}
	if fmt.Sprint(batches) != "[3 4 5]" || (RetroJob{Batch: 7}).Next() != nil {
		t.Errorf("batches %v", batches)
	}
}
