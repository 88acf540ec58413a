package web

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/signin"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// hostile stands in every text that comes from outside: titles, notes, texts of pages,
// reasons of platforms, names.
const hostile = `"><script>alert('hostile')</script><img src=x onerror=alert(1)>`

var start = time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)

const password = "four unrelated plain words"

// world is a small desk with an item in each state, on real parts.
type world struct {
	t      testing.TB
	db     *sqldb.DB
	store  *blob.Store
	flow   *flow.Flow
	signin *signin.Desk
	server *httptest.Server
	clock  atomic.Int64 // microseconds

	units     map[string]id.Unit
	people    map[string]auth.Principal // by first name
	doors     map[string]bool           // who has a password
	action    id.Action
	platforms map[string]id.Platform
	items     map[string]id.Item // by what they stand for
	referral  id.Referral        // one that waits for approval
	other     id.Referral        // and another
	orders    map[string]id.Order
	complaint id.Complaint // one that is open
	mail      id.Mail      // one that waits for a person
	notices   []id.Notice  // one that waits for approval, one and an order to act that Clips has
}

func (w *world) now() time.Time          { return time.UnixMicro(w.clock.Load()).UTC() }
func (w *world) advance(d time.Duration) { w.clock.Add(d.Microseconds()) }

// newWorldIn makes the world in a database; whose clock it is learns of the world first.
func newWorldIn(t testing.TB, db *sqldb.DB, clock func(*world)) *world {
	w := &world{db: db, t: t, units: map[string]id.Unit{}, people: map[string]auth.Principal{}, doors: map[string]bool{}, platforms: map[string]id.Platform{}, items: map[string]id.Item{}}
	w.clock.Store(start.UnixMicro())
	clock(w)
	w.parts()
	w.populate()
	w.contribute()
	w.work()
	w.notify()
	w.orderRemovals()
	w.complain()
	w.writeIn()
	return w
}

// sqliteWorld is the world in SQLite, for a test that is about something else than the store.
func sqliteWorld(t testing.TB) *world {
	var w *world
	db, err := sqldb.Open(context.Background(), sqldb.Config{Path: dbtest.SQLiteFile(t, t.TempDir()), Quick: true, Now: func() time.Time {
		if w == nil {
			return start
		}
		return w.now()
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return newWorldIn(t, db, func(made *world) { w = made })
}

func (w *world) parts() {
	ctx := context.Background()
	log := slog.New(slog.DiscardHandler)
	var err error
	if w.store, err = blob.Open(w.t.TempDir()); err != nil {
		w.t.Fatal(err)
	}
	jobs, err := job.Open(w.db, job.Config{Node: "test", Log: log})
	if err != nil {
		w.t.Fatal(err)
	}
	index, err := match.Open(ctx, w.db, w.store, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.signin = signin.New(w.db)
	w.flow = &flow.Flow{DB: w.db, Jobs: jobs, Store: w.store, Index: index, Signin: w.signin, Log: log}
	mux := http.NewServeMux()
	w.server = httptest.NewUnstartedServer(mux)
	w.server.Start()
	w.t.Cleanup(w.server.Close)
	(&Server{Flow: w.flow, Desk: &desk.Desk{DB: w.db, Store: w.store}, Signin: w.signin, Log: log, Public: w.server.URL}).Mount(mux)
}

func (w *world) update(do func(tx *sqldb.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(context.Background(), do); err != nil {
		w.t.Fatal(err)
	}
}

// staff are the people of the world, one for each role and a second coordinator.
var staff = []struct {
	name, unit string
	role       auth.Role
}{
	{"Ada Admin", "Operator", auth.Administrator},
	{"Ben Analyst", "Unit North", auth.Analyst},
	{"Cleo Reviewer", "Unit South", auth.Reviewer},
	{"Dora Coordinator", "Unit North", auth.Coordinator},
	{"Eva Overseer", "Oversight Office", auth.Overseer},
	{"Finn Contact", "Clips Trust Team", auth.PlatformContact},
	{"Gus Outsider", "Unit West", auth.Coordinator},
}

func email(name string) string { return strings.ToLower(strings.Fields(name)[0]) + "@desk.test" }

func (w *world) populate() {
	w.update(func(tx *sqldb.Tx) error {
		by, err := signin.FirstAccount(tx, auth.Administrator)
		if err != nil {
			return err
		}
		admin, err := auth.PrincipalOf(tx, by)
		if err != nil {
			return err
		}
		for _, u := range []auth.Unit{{Name: "Unit North", Country: "BE", Kind: "authority"}, {Name: "Unit South", Country: "GR", Kind: "authority"},
			{Name: "Unit West", Country: "PT", Kind: "authority"}, {Name: "Oversight Office", Country: "EU", Kind: "oversight"}, {Name: "Clips Trust Team", Country: "IE", Kind: "platform"}} {
			if u.Country == "EU" {
				u.Country = "DE"
			}
			made, err := auth.AddUnit(tx, admin.Actor(), u)
			if err != nil {
				return err
			}
			w.units[u.Name] = made.ID
		}
		w.units["Operator"] = admin.Unit
		if err := w.addPlatforms(tx, admin); err != nil {
			return err
		}
		if _, err := register.Import(tx, admin.Actor(), register.Example()); err != nil {
			return err
		}
		return w.addStaff(tx, admin)
	})
	w.importLists()
	w.update(func(tx *sqldb.Tx) error {
		a, err := action.Open(tx, w.people["Dora"].Actor(), action.Action{Name: "Example Action Day", Theme: "Reuploads of the fictional Sample Brigade " + hostile,
			Unit: w.units["Unit North"], Units: []id.Unit{w.units["Unit North"], w.units["Unit South"]}, OpensAt: w.now().Add(-time.Hour), ClosesAt: w.now().Add(30 * time.Hour)})
		w.action = a.ID
		return err
	})
}

// importLists takes the made-up lists of designated entities.
func (w *world) importLists() {
	for _, l := range []struct{ source, name, file string }{{"un", "", "un-1.xml"}, {"eu", "", "eu-1.xml"}, {"csv", "National list of XA", "national.csv"}, {"un", "", "un-2.xml"}} {
		file, err := os.Open("../designation/testdata/" + l.file)
		if err != nil {
			w.t.Fatal(err)
		}
		_, err = w.flow.ImportDesignations(context.Background(), w.people["Dora"], flow.NewList{Source: l.source, Name: l.name}, file)
		file.Close()
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) addPlatforms(tx *sqldb.Tx, admin auth.Principal) error {
	for i, host := range []string{"clips.example", "boards.example", "files.example", "talk.example"} {
		name := strings.Title(strings.TrimSuffix(host, ".example")) //lint:ignore SA1019 plain ASCII names
		p := platform.Platform{Name: name, Country: "IE", Language: "en", Transport: platform.SMTP, ContactEmail: "trust@" + host, Rules: link.Rules{Hosts: []string{host}, HostPrefixes: []string{"www", "m"}}}
		made, err := platform.Add(tx, admin.Actor(), p)
		if err != nil {
			return err
		}
		w.platforms[name] = made.ID
		if i < 3 {
			if err := platform.Verify(tx, admin.Actor(), made.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) addStaff(tx *sqldb.Tx, admin auth.Principal) error {
	for _, p := range staff {
		u := auth.User{Unit: w.units[p.unit], Name: p.name, Email: email(p.name), Roles: []auth.Role{p.role}}
		if p.role == auth.PlatformContact {
			u.Platform = w.platforms["Clips"]
		}
		made, err := auth.AddUser(tx, admin.Actor(), u)
		if err != nil {
			return err
		}
		if w.people[strings.Fields(p.name)[0]], err = auth.PrincipalOf(tx, made.ID); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) invite(first string) (secret string) {
	w.update(func(tx *sqldb.Tx) (err error) {
		secret, err = w.signin.Invite(tx, w.people["Ada"].Actor(), w.people[first].User)
		return err
	})
	return secret
}

// giveDoor gives a person the password, once: it costs a quarter of a second.
func (w *world) giveDoor(first string) {
	if w.doors[first] {
		return
	}
	w.doors[first] = true
	if err := w.signin.Accept(context.Background(), w.invite(first), password); err != nil {
		w.t.Fatal(err)
	}
}

// kinds of items that the world has, in the order of handing-in, and how many of each.
var kinds = []struct {
	name string
	n    int
}{{"contributed", 2}, {"unreachable", 1}, {"ready", 6}, {"assessed", 4}, {"disputed", 1}, {"rejected", 2}, {"held", 1}, {"cleared", 2}, {"blocked", 2}, {"drafted", 3}, {"delivered", 14}}

func (w *world) contribute() {
	hosts := []string{"clips.example", "boards.example", "files.example"}
	var lines strings.Builder
	lines.WriteString("url,source,note\n")
	n := 0
	for _, k := range kinds {
		for i := range k.n {
			host := hosts[n%len(hosts)]
			if k.name == "blocked" {
				host = "talk.example" // its contact point is not verified
			}
			fmt.Fprintf(&lines, "https://www.%s/v/%s-%d?utm_source=x,open source,%q\n", host, k.name, i, `note of "North" `+strings.ReplaceAll(hostile, `"`, "'"))
			n++
		}
	}
	for _, first := range []string{"Ben", "Cleo"} {
		if _, err := w.flow.Contribute(context.Background(), w.people[first], w.action, "text/csv", strings.NewReader(strings.ReplaceAll(lines.String(), `\"`, `""`))); err != nil {
			w.t.Fatal(err)
		}
		w.advance(7 * time.Minute)
	}
	if err := w.db.View(context.Background(), func(tx *sqldb.Tx) error {
		list, err := item.List(tx, item.Filter{Action: w.action, Limit: 1000})
		for _, it := range list {
			w.items[it.URL[strings.LastIndexByte(it.URL, '/')+1:]] = it.ID
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
}

// drawn are the pictures that were made already: with the race detector that takes longer than all
// else that makes a world, and many tests make one.
var drawn sync.Map

// picture is a generated pattern; alike numbers look alike.
func picture(n int) []byte {
	if made, ok := drawn.Load(n); ok {
		return made.([]byte)
	}
	made := draw(n)
	drawn.Store(n, made)
	return made
}

func draw(n int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			img.Set(x, y, color.RGBA{uint8((x*x + n*37*y) >> 6), uint8((y*3 + n*x) >> 1), uint8((x*y + n*991) >> 7), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func decision(it id.Item, terrorist bool) assess.New {
	in := assess.New{Item: it, Decision: assess.NotTerrorist, Purpose: "none", PurposeReasons: "The page gives no context. " + hostile, Confidence: 80, Reasons: "Made-up reasons " + hostile}
	if terrorist {
		in.Decision, in.Limbs = assess.Terrorist, []string{"a", "c"}
	}
	return in
}
