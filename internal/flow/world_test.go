package flow_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/signin"
	"github.com/argine/argine/internal/sqldb"
)

// world is the verbs on a real database, with two people of each role that decides and one
// action. Its jobs wait: a test that needs what they do does it itself.
type world struct {
	*testing.T
	db     *sqldb.DB
	flow   *flow.Flow
	people map[string]auth.Principal
	action id.Action
}

func newWorld(t *testing.T, db *sqldb.DB) *world {
	t.Helper()
	t.Parallel() // every test has a database of its own
	return newSerialWorld(t, db)
}

func newSerialWorld(t *testing.T, db *sqldb.DB) *world {
	t.Helper()
	w := &world{T: t, db: db, people: map[string]auth.Principal{}}
	log := slog.New(slog.DiscardHandler)
	jobs, err := job.Open(db, job.Config{Node: "test", Log: log})
	w.must(err)
	store, err := blob.Open(t.TempDir())
	w.must(err)
	index, err := match.Open(t.Context(), db, store, "")
	w.must(err)
	w.flow = &flow.Flow{DB: db, Jobs: jobs, Store: store, Index: index, Signin: signin.New(db), Log: log}
	w.update(w.populate)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) update(do func(*sqldb.Tx) error) {
	w.Helper()
	w.must(w.db.Update(w.Context(), do))
}

func (w *world) view(do func(*sqldb.Tx) error) {
	w.Helper()
	w.must(w.db.View(w.Context(), do))
}

func (w *world) populate(tx *sqldb.Tx) error {
	p, err := platform.Add(tx, audit.System, platform.Platform{Name: "Clips", Country: "IE", Language: "en", Transport: platform.SMTP,
		ContactEmail: "trust@clips.example", Rules: link.Rules{Hosts: []string{"clips.example"}, HostPrefixes: []string{"www"}}})
	if err != nil {
		return err
	}
	if err := platform.Verify(tx, audit.System, p.ID); err != nil {
		return err
	}
	units := map[string]id.Unit{}
	for _, s := range []struct{ name, unit, role string }{{"analyst", "Unit North", "analyst"}, {"reviewer", "Unit North", "reviewer"}, {"second reviewer", "Unit South", "reviewer"},
		{"coordinator", "Unit North", "coordinator"}, {"southern coordinator", "Unit South", "coordinator"}, {"western coordinator", "Unit West", "coordinator"}} {
		if units[s.unit] == "" {
			u, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: s.unit, Country: "BE", Kind: "authority"})
			if err != nil {
				return err
			}
			units[s.unit] = u.ID
		}
		u, err := auth.AddUser(tx, audit.System, auth.User{Unit: units[s.unit], Name: s.name, Email: strings.ReplaceAll(s.name, " ", ".") + "@desk.test", Roles: []auth.Role{auth.Role(s.role)}})
		if err != nil {
			return err
		}
		if w.people[s.name], err = auth.PrincipalOf(tx, u.ID); err != nil {
			return err
		}
	}
	a, err := action.Open(tx, w.people["coordinator"].Actor(), action.Action{Name: "Example Action", Unit: units["Unit North"], Units: []id.Unit{units["Unit North"], units["Unit South"]},
		OpensAt: tx.Now, ClosesAt: tx.Now.Add(48 * time.Hour)})
	w.action = a.ID
	return err
}

// contribute hands in links and gives their items, in the order of the links.
func (w *world) contribute(links ...string) (items []id.Item) {
	w.Helper()
	_, err := w.flow.Contribute(w.Context(), w.people["analyst"], w.action, "text/uri-list", strings.NewReader(strings.Join(links, "\n")))
	w.must(err)
	w.view(func(tx *sqldb.Tx) error {
		for _, l := range links {
			it, err := item.ByURL(tx, l)
			if err != nil {
				return err
			}
			items = append(items, it.ID)
		}
		return nil
	})
	return items
}

// ready captures items that are there, and nothing on them.
func (w *world) ready(items ...id.Item) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		for _, it := range items {
			if _, err := capture.Save(tx, audit.System, it, capture.Taken{Outcome: capture.Captured, Status: 200}, tx.Now); err != nil {
				return err
			}
			if _, err := item.Move(tx, audit.System, item.Ready, []item.Stage{item.Contributed}, it); err != nil {
				return err
			}
		}
		return nil
	})
}

// assess records one person's decision and gives its failure.
func (w *world) assess(name string, it id.Item, decision string) error {
	w.Helper()
	in := assess.New{Item: it, Decision: decision, Purpose: "none", PurposeReasons: "the page gives no context", Confidence: 80, Reasons: "made-up reasons"}
	if decision == assess.Terrorist {
		in.Limbs = []string{"a"}
	}
	results, err := w.flow.Assess(w.Context(), w.people[name], []assess.New{in})
	w.must(err)
	return results[0].Err
}

// cleared takes items through two assessments and deconfliction.
func (w *world) cleared(items ...id.Item) {
	w.Helper()
	w.ready(items...)
	for _, it := range items {
		w.must(w.assess("analyst", it, assess.Terrorist))
		w.must(w.assess("reviewer", it, assess.Terrorist))
	}
	w.clear(items)
}

// clear takes items that two people confirmed through deconfliction.
func (w *world) clear(items []id.Item) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		for _, target := range items {
			it, err := item.Get(tx, target)
			if err != nil {
				return err
			}
			if _, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: it.ID, URL: it.URL, Units: []id.Unit{w.people["analyst"].Unit}}); err != nil {
				return err
			}
			if _, err := item.Move(tx, audit.System, item.Cleared, []item.Stage{item.Confirmed}, it.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) stage(it id.Item) (stage item.Stage) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		found, err := item.Get(tx, it)
		stage = found.Stage
		return err
	})
	return stage
}

const (
	sqlTablesOfSQLite   = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	sqlTablesOfPostgres = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
)

// rows counts the rows of every table of the database.
func (w *world) rows() map[string]int {
	w.Helper()
	counts := map[string]int{}
	w.view(func(tx *sqldb.Tx) error {
		q := sqldb.SQL(sqlTablesOfSQLite)
		if w.db.Engine() == sqldb.Postgres {
			q = sqlTablesOfPostgres
		}
		tables, err := sqldb.Column[string](tx, q)
		for _, name := range tables {
			if err == nil {
				var n int
				err = tx.Row(sqldb.SQL("SELECT COUNT(*) FROM " + name)).Scan(&n)
				counts[name] = n
			}
		}
		return err
	})
	return counts
}
