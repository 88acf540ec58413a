package match

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func TestIndexFollows(t *testing.T) {
	each(t, func(w *world) {
		r := rand.New(rand.NewPCG(1, 2))
		first, second := randomBits(r), randomBits(r)
		b := w.bank("FIRST", 31, Entry{Kind: KindPDQ, Value: text(first), Label: "one"})
		x, other := w.open(), w.open()
		if x.banked.Len() != 1 || x.seen.live.Len() != 0 {
			w.Fatalf("opened with %d and %d hashes", x.banked.Len(), x.seen.live.Len())
		}
		w.clock.at = day(2)
		w.add(b, Entry{Kind: KindPDQ, Value: text(second), Label: "two"}, Entry{Kind: KindPDQ, Value: text(first), Label: "repeated"}, Entry{Kind: KindMD5, Value: fmt.Sprintf("%032x", 1), Label: "no picture"})
		w.bank("SECOND", 31, Entry{Kind: KindPDQ, Value: text(second), Label: "in two banks"})
		w.item("one", picture(1, first))
		// A transaction that began before the last reading and was committed after it.
		if err := x.Refresh(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.clock.at = day(2).Add(-overlap / 2)
		w.item("two", picture(2, second))
		w.clock.at = day(3)
		for range 3 {
			for _, index := range []*Index{x, other} {
				if err := index.Refresh(w.Context()); err != nil {
					w.Fatal(err)
				}
				if index.banked.Len() != 3 || index.seen.live.Len() != 2 {
					w.Fatalf("knows %d entries and %d pictures, want 3 and 2", index.banked.Len(), index.seen.live.Len())
				}
			}
		}
		w.clock.at = day(1) // a clock that was put back
		w.item("three", picture(3, flip(first, 3)))
		if err := x.Refresh(w.Context()); err != nil || x.seen.live.Len() != 3 {
			w.Fatalf("knows %d hashes, want 3; %v", x.seen.live.Len(), err)
		}
	})
}

func TestIndexSurvivesAClockPutBack(t *testing.T) {
	each(t, func(w *world) {
		w.clock.at = day(9)
		x := w.open()
		if err := x.Refresh(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.clock.at = day(2)
		if err := x.Refresh(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.clock.at = day(2).Add(time.Second)
		w.item("one", picture(1, hash))
		if err := x.Refresh(w.Context()); err != nil || x.seen.live.Len() != 1 {
			w.Errorf("knows %d hashes, want 1; %v", x.seen.live.Len(), err)
		}
	})
}

// TestIndexLearnsWhatItMatches: with a clock that leaps, as in a simulated action, reading
// behind cannot be relied on.
func TestIndexLearnsWhatItMatches(t *testing.T) {
	each(t, func(w *world) {
		x := w.open()
		if err := x.Refresh(w.Context()); err != nil { // from here on only what is new is read
			w.Fatal(err)
		}
		w.clock.at = day(1).Add(-24 * time.Hour)
		first := w.item("first", picture(1, hash))
		w.clock.at = day(2)
		if err := x.Refresh(w.Context()); err != nil || x.seen.live.Len() != 0 {
			w.Fatalf("knows %d hashes before; %v", x.seen.live.Len(), err)
		}
		w.find(x, first)
		w.gone(first, day(3))
		w.clock.at = day(4)
		if got := ties(w.find(x, w.item("again", picture(2, flip(hash, 9))))); len(got) != 1 || got[0] != "itm_first 9" {
			w.Errorf("re-uploads %q", got)
		}
	})
}

// TestIndexIsCheapWhenNothingIsNew: hashes that were read once are not read again.
func TestIndexIsCheapWhenNothingIsNew(t *testing.T) {
	each(t, func(w *world) {
		w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: ""})
		w.item("one", picture(1, hash))
		x := w.open()
		w.clock.at = day(2)
		if err := x.Refresh(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.clock.at = day(3)
		w.write(func(tx *sqldb.Tx) error {
			c, err := x.readChanges(tx)
			if err != nil {
				return err
			}
			pictures, err := readPictures(tx, x.where.mediaSince(tx.Now))
			if len(c.fresh)+len(c.later)+len(c.gone)+len(pictures) != 0 {
				w.Errorf("read %+v and %d pictures again", c, len(pictures))
			}
			return err
		})
	})
}

func TestRefreshGivesUpWithItsContext(t *testing.T) {
	each(t, func(w *world) {
		x := w.open()
		x.turn <- struct{}{}
		ctx, cancel := context.WithCancel(w.Context())
		cancel()
		if err := x.Refresh(ctx); err == nil {
			w.Error("a refresh that never got its turn ended well")
		}
		<-x.turn
		if err := x.Refresh(w.Context()); err != nil {
			w.Error(err)
		}
	})
}

// TestRefreshConcurrently: what was committed before a refresh began is found after it,
// whoever else writes, refreshes and looks up.
func TestRefreshConcurrently(t *testing.T) {
	each(t, func(w *world) {
		const writers, rounds = 4, 12
		x := w.open()
		banks := make([]Bank, 2)
		for i := range banks {
			banks[i] = w.bank(fmt.Sprintf("BANK_%d", i), 31)
		}
		var group sync.WaitGroup
		for n := range writers {
			group.Go(func() {
				r := rand.New(rand.NewPCG(9, uint64(n)))
				for i := range rounds {
					bits := randomBits(r)
					w.add(banks[(n+i)%len(banks)], Entry{Kind: KindPDQ, Value: text(flip(bits, 5)), Label: "planted"})
					target := w.item(fmt.Sprintf("%d_%d", n, i), picture(n<<8+i, bits))
					if got := brief(w.find(x, target)); len(got) != 1 || got[0] != "pdq 5 planted" {
						w.Errorf("writer %d round %d found %q", n, i, got)
					}
				}
			})
		}
		group.Wait()
		if n := x.banked.Len(); n != writers*rounds {
			w.Errorf("the index has %d hashes of banks, want %d", n, writers*rounds)
		}
	})
}

// TestStatementsUseIndexes: the statements of a lookup run inside the write transaction, so
// none may read a table whole.
func TestStatementsUseIndexes(t *testing.T) {
	each(t, func(w *world) {
		if w.db.Engine() != sqldb.SQLite {
			w.Skip("PostgreSQL plans by what the tables hold")
		}
		w.write(func(tx *sqldb.Tx) error {
			for _, q := range []sqldb.SQL{sqlMedia, sqlByValue, sqlByNumber, sqlSame, sqlAlike, sqlCreated, sqlCountEntries, sqlAllEntries, sqlNewEntries, sqlNewFeatured, sqlExpired, sqlNewPictures,
				sqlMatches, sqlReuploads, sqlDigest, sqlRetroSHA256, sqlRetroMD5, sqlRetroOf, sqlCarriers, sqlSupported, sqlNewestEvent,
				sqlTexts, sqlNewFilms, sqlNewSounds, sqlNewTexts, sqlFilmsHeld, sqlFilmsGone, sqlSoundsHeld, sqlSoundsGone, sqlTextsHeld, sqlTextsGone, sqlTLSHHeld, sqlValues, sqlRetroSHA1, sqlRetroSHA512} {
				args := make([]any, 13)
				steps, err := sqldb.List(tx, "EXPLAIN QUERY PLAN "+q, args, func(scan sqldb.Scanner) (step string, err error) {
					var a, b, c int
					return step, scan(&a, &b, &c, &step)
				})
				if err != nil {
					return err
				}
				for _, step := range steps {
					if len(step) > 4 && step[:4] == "SCAN" {
						w.Errorf("%s\n\t%q", q, steps)
					}
				}
				w.Logf("%s\n\t%q", q, steps)
			}
			return nil
		})
	})
}

func TestSaveOnce(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(flip(hash, 3)), Label: "near"}, Entry{Kind: KindSHA256, Value: picture(1, hash).sha256, Label: "bytes"})
		w.gone(w.item("first", picture(1, hash)), day(2))
		w.clock.at = day(3)
		again := w.item("again", picture(1, hash))
		x := w.open()
		for range 2 {
			w.save(again, w.find(x, again))
		}
		w.add(b, Entry{Kind: KindPDQ, Value: text(flip(hash, 30)), Label: "newer"})
		w.save(again, w.find(x, again))
		var kept Found
		w.write(func(tx *sqldb.Tx) (err error) { kept, err = Of(tx, again); return err })
		if got := brief(kept); len(got) != 3 || len(kept.Reuploads) != 1 || kept.Reuploads[0] != (Reupload{"itm_first", picture(1, hash).sha256, picture(1, hash).sha256, KindSHA256, 0, day(2)}) {
			w.Errorf("kept %+v", kept)
		}
		if got := w.events(string(again)); fmt.Sprint(got) != "[match.found reupload.found match.found]" {
			w.Errorf("events %q", got)
		}
		var at time.Time
		w.write(func(tx *sqldb.Tx) error {
			return tx.Row("SELECT at FROM reupload WHERE item_id = $1", again).Scan(sqldb.Into(&at))
		})
		if !at.Equal(day(3)) {
			w.Errorf("found at %s", at)
		}
	})
}

func TestSaveTellsOfManyMatches(t *testing.T) {
	each(t, func(w *world) {
		var found Found
		for i := range 3000 {
			found.Matches = append(found.Matches, Match{SHA256: picture(1, hash).sha256, Bank: "bnk_1", Entry: id.Entry(fmt.Sprintf("ent_%026d", i)), Kind: KindPDQ, Distance: i % 31})
		}
		w.save("itm_many", found)
		var kept Found
		w.write(func(tx *sqldb.Tx) (err error) { kept, err = Of(tx, "itm_many"); return err })
		if len(kept.Matches) != 3000 {
			w.Errorf("kept %d", len(kept.Matches))
		}
	})
}

func TestBanks(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("SAMPLE_1", 31)
		w.audited(func(tx *sqldb.Tx) error {
			for _, tt := range []struct {
				bank Bank
				want problem.Kind
			}{
				{Bank{Name: "SAMPLE_1"}, problem.Conflict}, {Bank{Name: "sample"}, problem.Invalid}, {Bank{Name: "1A"}, problem.Invalid}, {Bank{Name: ""}, problem.Invalid}, {Bank{Name: "A\n"}, problem.Invalid},
				{Bank{Name: "WIDE", Radius: 64}, problem.Invalid}, {Bank{Name: "LESS", Radius: -1}, problem.Invalid}, {Bank{Name: "NUL", Terms: "a\x00"}, problem.Invalid},
			} {
				if _, err := AddBank(tx, keeper, tt.bank); !problem.Is(err, tt.want) {
					w.Errorf("%+v gives %v", tt.bank, err)
				}
			}
			for _, name := range []string{"SAMPLE_1", string(b.ID)} {
				if got, err := GetBank(tx, name); err != nil || got != b {
					w.Errorf("GetBank(%q) = %+v, %v; want %+v", name, got, err, b)
				}
			}
			if _, err := GetBank(tx, "NONE"); !problem.Is(err, problem.NotFound) {
				w.Errorf("an unknown bank gives %v", err)
			}
			if _, err := AddEntries(tx, keeper, "bnk_none", []Entry{{Kind: KindPDQ, Value: text(hash), Label: ""}}); !problem.Is(err, problem.NotFound) {
				w.Errorf("entries for an unknown bank give %v", err)
			}
			if _, err := AddEntries(tx, keeper, b.ID, []Entry{{Kind: KindPDQ, Value: "12", Label: ""}}); !problem.Is(err, problem.Invalid) {
				w.Errorf("a bad entry gives %v", err)
			}
			list, err := Banks(tx)
			if err != nil || len(list) != 1 || list[0] != b {
				w.Errorf("Banks = %+v, %v", list, err)
			}
			_, err = SetBank(tx, keeper, b)
			return err
		})
		e := Entry{Kind: KindSHA256, Value: picture(1, hash).sha256, Label: "twice in one call"}
		if n := w.add(b, e, e, Entry{Kind: KindMD5, Value: picture(1, hash).md5, Label: ""}); n != 2 {
			w.Errorf("added %d, want 2", n)
		}
		if n := w.add(b, e); n != 0 {
			w.Errorf("added %d again", n)
		}
		if got := w.events(string(b.ID)); fmt.Sprint(got) != "[bank.added bank.imported]" {
			w.Errorf("events %q", got)
		}
	})
}
