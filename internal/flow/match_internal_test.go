package flow

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// matcher is the verbs, a bank, and items that carry one picture each.
type matcher struct {
	*testing.T
	flow  *Flow
	bank  match.Bank
	items []id.Item
}

func newMatcher(t *testing.T, db *sqldb.DB, items int) *matcher {
	t.Helper()
	m := &matcher{T: t}
	log := slog.New(slog.DiscardHandler)
	jobs, err := job.Open(db, job.Config{Node: "test", Log: log})
	m.must(err)
	store, err := blob.Open(t.TempDir())
	m.must(err)
	index, err := match.Open(t.Context(), db, store, "")
	m.must(err)
	m.flow = &Flow{DB: db, Jobs: jobs, Store: store, Index: index, Log: log}
	m.update(func(tx *sqldb.Tx) error {
		unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Unit North", Country: "BE", Kind: "authority"})
		if err != nil {
			return err
		}
		a, err := action.Open(tx, audit.System, action.Action{Name: "Example Action", Unit: unit.ID, Units: []id.Unit{unit.ID}, OpensAt: tx.Now, ClosesAt: tx.Now.Add(time.Hour)})
		if err != nil {
			return err
		}
		if m.bank, err = match.AddBank(tx, audit.System, match.Bank{Name: "SAMPLE", Unit: unit.ID, Radius: 31, Enabled: true}); err != nil {
			return err
		}
		for i := range items {
			at := fmt.Sprintf("https://clips.example/v/%d", i)
			added, err := item.Add(tx, audit.System, a.ID, []item.New{{Canonical: link.Canonical{URL: at, Host: "clips.example", Kind: "post", Page: "item"}, Seen: at}})
			if err != nil {
				return err
			}
			m.items = append(m.items, added[0].ID)
			picture := media.Medium{SHA256: fmt.Sprintf("%064x", i), MD5: fmt.Sprintf("%032x", i), MIME: "image/png", PDQ: hashNear(i % 3), Quality: 90}
			if err := media.Save(tx, audit.System, added[0].ID, "cap_1", media.Extracted{Media: []media.Medium{picture}}); err != nil {
				return err
			}
		}
		_, err = item.Move(tx, audit.System, item.Captured, []item.Stage{item.Contributed}, m.items...)
		return err
	})
	return m
}

// hashNear is a hash that lies n bits from another.
func hashNear(n int) string { return strings.Repeat("a5", 31) + fmt.Sprintf("%02x", 1<<n-1) }

func (m *matcher) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

func (m *matcher) update(do func(*sqldb.Tx) error) {
	m.Helper()
	m.must(m.flow.DB.Update(m.Context(), do))
}

// kept counts the matches of an item, its events that tell of them, and gives its stage.
func (m *matcher) kept(target id.Item) string {
	m.Helper()
	var out string
	m.must(m.flow.DB.View(m.Context(), func(tx *sqldb.Tx) error {
		found, err := match.Of(tx, target)
		if err != nil {
			return err
		}
		it, err := item.Get(tx, target)
		if err != nil {
			return err
		}
		events, err := audit.History(tx, string(target))
		told := 0
		for _, e := range events {
			if e.Verb == "match.found" {
				told++
			}
		}
		out = fmt.Sprintf("%d matches, told %d times, %s", len(found.Matches), told, it.Stage)
		return err
	}))
	return out
}

// TestEntriesAndMediaFindEachOther: an item that comes after an entry, an entry that comes
// after an item, and either once more.
func TestEntriesAndMediaFindEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		const n = retroPerWrite + 5
		m := newMatcher(t, db, n)
		var first, second match.Added
		m.update(func(tx *sqldb.Tx) (err error) {
			first, err = match.AddEntries(tx, audit.System, m.bank.ID, []match.Entry{{Kind: match.KindPDQ, Value: hashNear(0), Label: "a"}})
			return err
		})
		for range 2 {
			m.must(m.flow.match(m.Context(), match.Job{Items: m.items[:3]}))
		}
		for i, want := range map[int]string{0: "1 matches, told 1 times, ready", 2: "1 matches, told 1 times, ready", 3: "0 matches, told 0 times, captured"} {
			if got := m.kept(m.items[i]); got != want {
				t.Errorf("item %d: %s, want %s", i, got, want)
			}
		}
		m.update(func(tx *sqldb.Tx) (err error) {
			second, err = match.AddEntries(tx, audit.System, m.bank.ID, []match.Entry{{Kind: match.KindPDQ, Value: hashNear(4), Label: "b"}, {Kind: match.KindMD5, Value: fmt.Sprintf("%032x", n-1), Label: "c"}})
			return err
		})
		for range 2 {
			m.must(m.flow.retro(m.Context(), match.RetroJob{Bank: m.bank.ID, Batch: first.Batch, Last: second.Batch}))
		}
		for i, want := range map[int]string{0: "2 matches, told 2 times, ready", 7: "2 matches, told 2 times, captured", n - 1: "3 matches, told 2 times, captured"} {
			if got := m.kept(m.items[i]); got != want {
				t.Errorf("item %d: %s, want %s", i, got, want)
			}
		}
	})
}
