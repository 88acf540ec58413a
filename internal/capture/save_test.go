package capture

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func TestSaveOnceAndReadBack(t *testing.T) {
	taken := Taken{Outcome: Captured, Fault: "broken", Status: 404, FinalURL: "https://a.example/x", WARC: blob.SumOf([]byte("warc")), Size: 4,
		Title: "Título", Language: "pt", Text: blob.SumOf([]byte("text")), TextBytes: 4, Media: []Found{{}}}
	dead := Taken{Outcome: Unreachable, Fault: "dns", FinalURL: "https://b.example/"}
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		save := func(item id.Item, in Taken, at time.Time) (c id.Capture) {
			t.Helper()
			err := db.Update(t.Context(), func(tx *sqldb.Tx) (err error) { c, err = Save(tx, audit.System, item, in, at); return err })
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		later := now.Add(time.Hour)
		first, lost := save("itm_1", taken, now), save("itm_2", dead, now)
		if again := save("itm_1", taken, later); again != first {
			t.Errorf("the same capture is recorded twice: %s, %s", first, again)
		}
		if again := save("itm_2", dead, now); again != lost {
			t.Errorf("the same failure is recorded twice: %s, %s", lost, again)
		}
		next := save("itm_2", dead, later)
		want := map[id.Item][]Capture{
			"itm_1": {{ID: first, Item: "itm_1", At: now, Outcome: Captured, Fault: "broken", Status: 404, FinalURL: taken.FinalURL, WARC: taken.WARC, Size: 4, Title: "Título", Language: "pt", Text: taken.Text}},
			"itm_2": {{ID: lost, Item: "itm_2", At: now, Outcome: Unreachable, Fault: "dns", FinalURL: dead.FinalURL}, {ID: next, Item: "itm_2", At: later, Outcome: Unreachable, Fault: "dns", FinalURL: dead.FinalURL}},
			"itm_3": nil,
		}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			for item, list := range want {
				got, err := List(tx, item)
				if diff := cmp.Diff(list, got); diff != "" || err != nil {
					t.Errorf("%s: %v %s", item, err, diff)
				}
				latest, ok, err := Latest(tx, item)
				if err != nil || ok != (len(list) > 0) || ok && latest != list[len(list)-1] {
					t.Errorf("%s: the latest is %+v, %v, %v", item, latest, ok, err)
				}
				events, err := audit.History(tx, string(item))
				if err != nil || len(events) != len(list) || len(list) > 0 && events[0].Verb != "capture.taken" {
					t.Errorf("%s: events %v, %v", item, events, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestSaveRefusesNonsense(t *testing.T) {
	db := dbtest.SQLite(t)
	for _, tt := range []struct {
		item id.Item
		in   Taken
	}{{"", Taken{Outcome: Captured}}, {"itm_1", Taken{}}, {"itm_1", Taken{Outcome: "fine"}}} {
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := Save(tx, audit.System, tt.item, tt.in, now); return err })
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%q %q: %v", tt.item, tt.in.Outcome, err)
		}
	}
}

// What a hostile page says must go into both databases: PostgreSQL takes neither NUL nor bad UTF-8.
func TestAHostilePageCanBeSaved(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.page("/", "<html lang='\xff\x00'><title>a\x00b\xff</title>te\x00xt<img src='/p\xff.png?\xfe'><img src='/q%00.png'>")
	p.put("/p\ufffd.png", "image/png", aPNG(t, 1))
	p.put("/q\x00.png", "image/png", aPNG(t, 2))
	p.move("/from", "/?\xff")
	got := mustTake(t, store, p.URL+"/from")
	if got.Outcome != Captured || len(got.Media) != 2 || got.Title != "a\ufffdb\ufffd" {
		t.Errorf("got %+v", got)
	}
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := Save(tx, audit.System, "itm_1", got, tx.Now); return err })
		if err != nil {
			t.Error(err)
		}
	})
}
