package match

import (
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var keeper = audit.Actor{User: "usr_keeper", Unit: "unt_one"}

// clock is a time that a test owns.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func day(n int) time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, n-1) }

// Making a database takes longer than most of the tests, so they share one of each engine,
// and the clock of both. Each test begins with empty tables.
var (
	hands  = &clock{at: day(1)}
	shared = dbtest.Shared{Now: hands.now}
)

func TestMain(m *testing.M) { shared.Main(m) }

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			w := newWorld(t, shared.Open(t, engine), hands)
			w.clock.at = day(1)
			w.empty()
			fn(w)
		})
	}
}

func (w *world) empty() {
	w.Helper()
	w.write(func(tx *sqldb.Tx) error {
		for _, table := range strings.Fields("reupload match draft subscription bank_source bank_entry bank item_text item_medium medium recheck item audit_event") {
			if _, err := tx.Exec(sqldb.SQL("DELETE FROM " + table)); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachAlone is for tests that spoil their database.
func eachAlone(t *testing.T, fn func(w *world)) {
	t.Helper()
	c := &clock{at: day(1)}
	dbtest.EachAt(t, c.now, func(t *testing.T, db *sqldb.DB) { fn(newWorld(t, db, c)) })
}

func newWorld(t *testing.T, db *sqldb.DB, c *clock) *world {
	t.Helper()
	store, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store.Sync = false
	return &world{T: t, db: db, store: store, clock: c}
}

// many checks a property on empty tables, less often on PostgreSQL, where each change takes
// milliseconds.
func (w *world) many(property func(*rapid.T)) {
	w.Helper()
	runs, left := 60, false
	if w.db.Engine() == sqldb.Postgres {
		runs = 20
	}
	rapid.Check(w.T, func(t *rapid.T) {
		if runs--; runs < 0 && !left {
			return
		}
		defer func() { left = left || t.Failed() }() // then it is run again to make it smaller
		w.empty()
		property(t)
	})
}

// world fills the tables of the packages below as those packages do.
type world struct {
	*testing.T
	db    *sqldb.DB
	store *blob.Store
	clock *clock
	tx    *sqldb.Tx // set inside together
}

// together does many changes in one transaction.
func (w *world) together(fn func()) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) error {
		w.tx = tx
		defer func() { w.tx = nil }()
		fn()
		return nil
	})
}

func (w *world) write(fn func(*sqldb.Tx) error) {
	w.Helper()
	if w.tx != nil {
		if err := fn(w.tx); err != nil {
			w.Fatal(err)
		}
		return
	}
	if err := w.db.Housekeeping(w.Context(), "a test", fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) audited(fn func(*sqldb.Tx) error) {
	w.Helper()
	if w.tx != nil {
		w.write(fn)
		return
	}
	if err := w.db.Update(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) exec(q sqldb.SQL, args ...any) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) error { _, err := tx.Exec(q, args...); return err })
}

func (w *world) bank(name string, radius int, entries ...Entry) (b Bank) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		b, err = AddBank(tx, keeper, Bank{Name: name, Unit: keeper.Unit, Radius: radius, Enabled: true})
		return err
	})
	w.add(b, entries...)
	return b
}

func (w *world) add(b Bank, entries ...Entry) (added int) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) (err error) {
		got, err := AddEntries(tx, keeper, b.ID, entries)
		if added = got.New; added == 0 && err == nil {
			err = audit.Append(tx, keeper, audit.Entry{Verb: "test.nothing", Subject: "none"})
		}
		return err
	})
	return added
}

// item is handed in now and carries the media.
func (w *world) item(name string, media ...medium) id.Item {
	w.Helper()
	target := id.Item("itm_" + name)
	w.write(func(tx *sqldb.Tx) error {
		_, err := tx.Exec(`INSERT INTO item (id, platform_id, url, url_sum, host, kind, page, language, title, stage, answer, verdict, created_at, moved_at)
			VALUES ($1, '', $2, $3, 'video.example', 'post', 'item', 'en', '', 'captured', '', '', $4, $4)`, target, "https://video.example/"+name, []byte(name), sqldb.At(tx.Now))
		for _, m := range media {
			if err == nil {
				_, err = tx.Exec("INSERT INTO medium (sha256, md5, mime, size, width, height, pdq, quality, fault, at) VALUES ($1, $2, 'image/png', 1, 1, 1, $3, $4, '', $5) ON CONFLICT DO NOTHING",
					m.sha256, m.md5, m.pdq, m.quality, sqldb.At(tx.Now))
			}
			if err == nil {
				_, err = tx.Exec("INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, $2, 'cap_1', '', $3)", target, m.sha256, sqldb.At(tx.Now))
			}
		}
		return err
	})
	return target
}

// gone says when looks found an item gone; the zero time when they did not.
func (w *world) gone(target id.Item, at time.Time) {
	w.Helper()
	w.exec("INSERT INTO recheck (item_id, referral_id, delivered_at, step, next_at, verdict, gone_at) VALUES ($1, 'ref_1', 0, 1, NULL, 'removed', $2)", target, sqldb.At(at))
}

func (w *world) open() *Index {
	w.Helper()
	x, err := Open(w.Context(), w.db, w.store, "")
	if err != nil {
		w.Fatal(err)
	}
	return x
}

// find looks an item up after a refresh.
func (w *world) find(x *Index, target id.Item) Found {
	w.Helper()
	if err := x.Refresh(w.Context()); err != nil {
		w.Fatal(err)
	}
	found, err := Find(w.Context(), x, target)
	if err != nil {
		w.Fatal(err)
	}
	return found
}

func (w *world) save(target id.Item, found Found) {
	w.Helper()
	w.audited(func(tx *sqldb.Tx) error {
		if err := Save(tx, audit.System, target, found); err != nil {
			return err
		}
		return audit.Append(tx, keeper, audit.Entry{Verb: "test.saved", Subject: "none"})
	})
}

func (w *world) events(subject string) (verbs []string) {
	w.Helper()
	err := w.db.View(w.Context(), func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, subject)
		for _, e := range list {
			verbs = append(verbs, e.Verb)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return verbs
}

// picture is a medium with a hash of its own and features enough.
func picture(n int, hash hamming.Bits) medium {
	return medium{sha256: fmt.Sprintf("%064x", n), md5: fmt.Sprintf("%032x", n), pdq: text(hash), quality: 100}
}

func text(b hamming.Bits) string {
	raw := b.Bytes()
	return hex.EncodeToString(raw[:])
}

// flip changes the first n bits.
func flip(b hamming.Bits, n int) hamming.Bits {
	for i := range n {
		b[i/64] ^= 1 << (63 - i%64)
	}
	return b
}

func randomBits(r *rand.Rand) hamming.Bits {
	return hamming.Bits{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
}

// brief says matches as "kind distance label", in order.
func brief(found Found) (out []string) {
	for _, m := range found.Matches {
		out = append(out, fmt.Sprintf("%s %d %s", m.Kind, m.Distance, m.Label))
	}
	slices.Sort(out)
	return out
}

// ties says re-uploads as "earlier distance".
func ties(found Found) (out []string) {
	for _, r := range found.Reuploads {
		out = append(out, fmt.Sprintf("%s %d", r.Earlier, r.Distance))
	}
	slices.Sort(out)
	return out
}
