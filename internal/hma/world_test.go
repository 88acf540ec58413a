package hma_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// world is a real Argine on a loopback address, reached by HTTP alone.
type world struct {
	*testing.T
	dir, base string
	database  string           // postgres://…; empty: SQLite
	admin     string           // token
	clock     func() time.Time // nil: the wall clock
	stop      func()
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir()}
	dbtest.SQLiteFile(t, w.dir)
	w.start("api", app.Matcher)
	return w
}

// eachWorld runs a test on both engines.
func eachWorld(t *testing.T, fn func(w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(newWorld(t)) })
	t.Run("postgres", func(t *testing.T) {
		w := &world{T: t, dir: t.TempDir(), database: dbtest.PostgresURL(t)}
		w.start("api", app.Matcher)
		fn(w)
	})
}

// start opens the data directory and runs the parts until stop.
func (w *world) start(parts ...string) {
	w.Helper()
	a, err := app.Open(w.Context(), app.Config{Data: w.dir, Database: w.database, Listen: "127.0.0.1:0", Only: parts, Quick: true, Now: w.clock, Fetch: app.Fetch{AllowLoopback: true, Interval: "0s", PerHost: 8}})
	if err != nil {
		w.Fatal(err)
	}
	w.base = "http://" + a.Address()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	if w.admin == "" {
		if w.admin, err = a.OperatorToken(w.Context(), "test"); err != nil {
			w.Fatal(err)
		}
	}
	w.stop = func() {
		w.stop = func() {}
		cancel()
		if err := <-ended; err != nil {
			w.Error(err)
		}
		a.Close()
	}
	w.Cleanup(func() { w.stop() })
}

// token makes a user with a role, and a token of theirs.
func (w *world) token(role string, scopes ...string) string {
	w.Helper()
	c := client.New(w.base, w.admin)
	unit, err := c.AddUnit(w.Context(), client.NewUnit{Name: "Unit of " + role + strings.Join(scopes, ""), Country: "BE", Kind: "authority"})
	if err != nil {
		w.Fatal(err)
	}
	user, err := c.AddUser(w.Context(), client.NewUser{UnitID: unit.ID, Name: role, Email: strings.Join(append(scopes, role), ".") + "@desk.test", Roles: []string{role}})
	if err != nil {
		w.Fatal(err)
	}
	t, err := c.AddToken(w.Context(), client.NewToken{UserID: user.ID, Name: role, Scopes: scopes})
	if err != nil {
		w.Fatal(err)
	}
	return t.Secret
}

// asked is one call.
type asked struct {
	method, path string
	kind, body   string // Content-Type and body
	token        string // "": the administrator's; "-": none
}

type answered struct {
	status int
	kind   string
	body   string
	header http.Header
}

func (w *world) call(a asked) answered {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), a.method, w.base+a.path, strings.NewReader(a.body))
	if err != nil {
		w.Fatal(err)
	}
	switch a.token {
	case "":
		req.Header.Set("Authorization", "Bearer "+w.admin)
	case "-":
	default:
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	if a.kind != "" {
		req.Header.Set("Content-Type", a.kind)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Header.Get("Content-Type"), strings.TrimSpace(string(body)), resp.Header}
}

// get asks and reads a good answer.
func (w *world) get(a asked, into any) {
	w.Helper()
	got := w.call(a)
	if got.status/100 != 2 {
		w.Fatalf("%s %s: %d %s", a.method, a.path, got.status, got.body)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(got.body), into); err != nil {
			w.Fatalf("%s %s: %s: %v", a.method, a.path, got.body, err)
		}
	}
}

func put(path, body string) asked {
	return asked{method: "PUT", path: path, kind: "application/json", body: body}
}

func post(path, body string) asked {
	return asked{method: "POST", path: path, kind: "application/json", body: body}
}

// within waits until a call is answered so; what others did is seen within a second.
func (w *world) within(limit time.Duration, a asked, want func(answered) bool) answered {
	w.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		got := w.call(a)
		if want(got) {
			return got
		}
		if time.Since(began) > limit {
			w.Fatalf("%s %s: after %v the answer is still %d %s", a.method, a.path, limit, got.status, got.body)
		}
	}
}

func holds(text string) func(answered) bool {
	return func(a answered) bool { return a.status == 200 && strings.Contains(a.body, text) }
}

func is(text string) func(answered) bool {
	return func(a answered) bool { return a.status == 200 && a.body == text }
}

// picture is a made-up pattern; the same picture has another file for another JPEG quality.
func picture(t *testing.T, seed, quality int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			v := x*y/(16+seed) + (x^y)/(3+seed)
			img.Set(x, y, color.RGBA{uint8(v), uint8(v + 3*x), uint8(y*y>>5 ^ v), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// form is an upload of one file under a field's name.
func form(path, field string, data []byte) asked {
	var body bytes.Buffer
	out := multipart.NewWriter(&body)
	out.SetBoundary("boundary")
	part, _ := out.CreateFormFile(field, "file.jpg")
	part.Write(data)
	out.Close()
	return asked{method: "POST", path: path, kind: out.FormDataContentType(), body: body.String()}
}
