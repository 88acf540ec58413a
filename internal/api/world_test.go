package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/api"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/signin"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// world is a real Argine with its API on a loopback address. Its jobs wait: a test that
// needs what they do does it itself.
type world struct {
	t       *testing.T
	db      *sqldb.DB
	store   *blob.Store
	flow    *flow.Flow
	server  *httptest.Server
	units   map[string]id.Unit
	people  map[string]auth.Principal
	secrets map[string]string // API tokens by person
	clips   id.Platform
	boards  id.Platform
}

// staff has everybody of the world: name, unit, role.
var staff = []struct {
	name, unit string
	role       auth.Role
}{
	{"admin", "Operator", auth.Administrator},
	{"analyst", "Unit North", auth.Analyst},
	{"reviewer", "Unit North", auth.Reviewer},
	{"coordinator", "Unit North", auth.Coordinator},
	{"overseer", "Oversight", auth.Overseer},
	{"contact", "Clips Team", auth.PlatformContact},
	{"other contact", "Boards Team", auth.PlatformContact},
	{"southern coordinator", "Unit South", auth.Coordinator},
	{"western coordinator", "Unit West", auth.Coordinator},
}

func newWorld(t *testing.T) *world { return newWorldOn(t, dbtest.SQLite(t)) }

func newWorldOn(t *testing.T, db *sqldb.DB) *world {
	t.Parallel() // every test has a database of its own
	w := &world{t: t, db: db, units: map[string]id.Unit{}, people: map[string]auth.Principal{}, secrets: map[string]string{}}
	log := slog.New(slog.DiscardHandler)
	tree, err := audit.Open(db, t.TempDir())
	w.must(err)
	w.store, err = blob.Open(t.TempDir())
	w.must(err)
	jobs, err := job.Open(db, job.Config{Node: "test", Log: log})
	w.must(err)
	index, err := match.Open(t.Context(), db, w.store, "")
	w.must(err)
	w.flow = &flow.Flow{DB: db, Jobs: jobs, Store: w.store, Index: index, Signin: signin.New(db), Log: log}
	mux := http.NewServeMux()
	(&api.Server{Flow: w.flow, Desk: &desk.Desk{DB: db, Store: w.store}, Audit: tree, Log: log}).Mount(mux)
	w.server = httptest.NewServer(mux)
	t.Cleanup(w.server.Close)
	w.update(w.populate)
	_, err = tree.Sequence(t.Context())
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) update(do func(*sqldb.Tx) error) {
	w.t.Helper()
	w.must(w.db.Update(w.t.Context(), do))
}

func (w *world) populate(tx *sqldb.Tx) error {
	for _, host := range []string{"clips.example", "boards.example"} {
		p, err := platform.Add(tx, audit.System, platform.Platform{Name: host, Country: "IE", Language: "en", Transport: platform.SMTP,
			ContactEmail: "trust@" + host, Rules: link.Rules{Hosts: []string{host}}})
		if err != nil {
			return err
		}
		if err := platform.Verify(tx, audit.System, p.ID); err != nil {
			return err
		}
		w.clips, w.boards = w.boards, p.ID
	}
	for _, s := range staff {
		if w.units[s.unit] == "" {
			u, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: s.unit, Country: "BE", Kind: "authority"})
			if err != nil {
				return err
			}
			w.units[s.unit] = u.ID
		}
		u := auth.User{Unit: w.units[s.unit], Name: s.name, Email: strings.ReplaceAll(s.name, " ", ".") + "@desk.test", Roles: []auth.Role{s.role}}
		if s.role == auth.PlatformContact {
			u.Platform = map[string]id.Platform{"contact": w.clips, "other contact": w.boards}[s.name]
		}
		made, err := auth.AddUser(tx, audit.System, u)
		if err != nil {
			return err
		}
		if w.people[s.name], err = auth.PrincipalOf(tx, made.ID); err != nil {
			return err
		}
		if _, w.secrets[s.name], err = auth.AddToken(tx, audit.System, auth.Token{User: made.ID, Name: "test", ExpiresAt: tx.Now.Add(time.Hour)}); err != nil {
			return err
		}
	}
	return nil
}

// as is the Go client of a person.
func (w *world) as(name string) *client.Client { return client.New(w.server.URL, w.secrets[name]) }

// asked is a call in the raw, and answered what came back.
type asked struct {
	by, method, path, kind, body, key string
}

type answered struct {
	status  int
	kind    string
	body    string
	problem client.Problem
}

func (w *world) call(a asked) (out answered) {
	w.t.Helper()
	req, err := http.NewRequest(a.method, w.server.URL+a.path, strings.NewReader(a.body))
	w.must(err)
	if secret := w.secrets[a.by]; secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	if a.kind == "" && a.body != "" {
		a.kind = "application/json"
	}
	if a.kind != "" {
		req.Header.Set("Content-Type", a.kind)
	}
	if a.key != "" {
		req.Header.Set("Idempotency-Key", a.key)
	}
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	out = answered{status: resp.StatusCode, kind: resp.Header.Get("Content-Type"), body: string(text)}
	if resp.StatusCode >= 400 {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&out.problem); err != nil {
			w.t.Errorf("%s %s: %d is no problem of RFC 9457: %v: %.300s", a.method, a.path, out.status, err, text)
		}
	}
	return out
}

// openAction opens an action of some units, led by the first one's coordinator.
func (w *world) openAction(name, by string, units ...string) string {
	w.t.Helper()
	now := time.Now()
	a, err := w.as(by).AddAction(w.t.Context(), client.NewAction{Name: name, Units: units, OpensAt: now, ClosesAt: now.Add(time.Hour)})
	w.must(err)
	return a.ID
}

// contribute hands in links and gives the items of the action.
func (w *world) contribute(by, action string, links ...string) []client.Item {
	w.t.Helper()
	got, err := w.as(by).Contribute(w.t.Context(), action, "text/uri-list", []byte(strings.Join(links, "\n")))
	w.must(err)
	if got.Failed > 0 {
		w.t.Fatalf("%+v", got)
	}
	page, err := w.as(by).Items(w.t.Context(), action, client.ItemFilter{Limit: 500})
	w.must(err)
	return page.Items
}

func (w *world) count(query sqldb.SQL, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.View(w.t.Context(), func(tx *sqldb.Tx) error { return tx.Row(query, args...).Scan(&n) }))
	return n
}
