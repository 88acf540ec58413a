package hma_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

// TestTheLifeOfAContent: a picture is banked, found again altered, compared, retracted, taken
// back; and all is as it was after a restart.
func TestTheLifeOfAContent(t *testing.T) {
	w := newWorld(t)
	w.get(post("/c/banks", `{"name":"SAMPLE_BRIGADE"}`), nil)
	var added struct {
		ID      int64
		Signals map[string]string
	}
	w.get(form("/c/bank/SAMPLE_BRIGADE/content", "photo", picture(t, 1, 90)), &added)
	if added.ID == 0 || len(added.Signals["pdq"]) != 64 || len(added.Signals["sha256"]) != 64 {
		t.Fatalf("added %+v", added)
	}

	altered := picture(t, 1, 20)
	var hashes map[string]string
	w.get(form("/h/hash", "photo", altered), &hashes)
	if hashes["sha256"] == added.Signals["sha256"] {
		t.Fatal("the altered picture has the same bytes")
	}
	content := fmt.Sprintf(`"bank_content_id":%d,`, added.ID)
	lookup := asked{method: "GET", path: "/m/lookup?signal_type=pdq&signal=" + hashes["pdq"]}
	w.within(time.Second, lookup, holds(`{"SAMPLE_BRIGADE":[{`+content))
	if got := w.call(form("/m/lookup", "photo", altered)); !holds(`"pdq":{"SAMPLE_BRIGADE":[{` + content)(got) {
		t.Errorf("the altered file: %s", got.body)
	}
	if got := w.call(form("/m/lookup", "photo", picture(t, 9, 90))); got.body != `{"pdq":{},"sha256":{}}` {
		t.Errorf("another file: %s", got.body)
	}
	var compared map[string][2]any
	w.get(post("/m/compare", fmt.Sprintf(`{"pdq":[%q,%q]}`, hashes["pdq"], added.Signals["pdq"])), &compared)
	if pair := compared["pdq"]; pair[0] != true {
		t.Errorf("compared %v", pair)
	}

	path := fmt.Sprintf("/c/bank/SAMPLE_BRIGADE/content/%d", added.ID)
	if got := w.call(asked{method: "DELETE", path: path}); got.body != `{"deleted":1}` {
		t.Errorf("deleted %s", got.body)
	}
	w.within(time.Second, lookup, is("{}"))
	if got := w.call(asked{method: "DELETE", path: path}); got.body != `{"deleted":0}` {
		t.Errorf("deleted again %s", got.body)
	}
	if got := w.call(form("/m/lookup", "photo", picture(t, 1, 90))); got.body != `{"pdq":{},"sha256":{}}` {
		t.Errorf("the banked file itself: %s", got.body)
	}
	w.stop()
	w.start("api", app.Matcher)
	w.within(0, lookup, is("{}"))
	w.get(put(path, `{"disable_until_ts":1}`), nil)
	w.within(time.Second, lookup, holds(content))
	w.stop()
	w.start(app.Matcher)
	w.within(0, lookup, holds(content))
}

// TestAMatcherAlone runs beside the whole on one data directory, and follows it.
func TestAMatcherAlone(t *testing.T) {
	w := newWorld(t)
	w.get(post("/c/banks", `{"name":"EXAMPLE_FRONT"}`), nil)
	whole := w.base
	alone := &world{T: t, dir: w.dir, admin: w.admin}
	alone.start(app.Matcher)
	if alone.base == whole {
		t.Fatal("both have one address")
	}
	lookup := asked{method: "GET", path: "/m/raw_lookup?include_distance=true&signal_type=pdq&signal=" + strings.Repeat("a5", 32)}
	for _, each := range []*world{w, alone} {
		if got := each.call(lookup); got.body != `{"matches":[]}` {
			t.Errorf("before: %d %s", got.status, got.body)
		}
		if got := each.call(asked{method: "GET", path: "/status", token: "-"}); got.body != "I-AM-ALIVE" {
			t.Errorf("status: %s", got.body)
		}
	}
	w.get(post("/c/bank/EXAMPLE_FRONT/signal", `{"pdq":"`+strings.Repeat("a5", 31)+`a4"}`), nil)
	for _, each := range []*world{w, alone} {
		each.within(time.Second, lookup, holds(`"distance":"1"`))
	}
	if got := alone.call(post("/c/bank/EXAMPLE_FRONT/signal", `{"pdq":"`+strings.Repeat("a5", 32)+`"}`)); got.status != 200 {
		t.Errorf("the matcher does not take an entry: %d %s", got.status, got.body)
	}
	w.within(time.Second, lookup, holds(`"distance":"0"`)) // a bank with one hash matches, and so do two
	if got := alone.call(asked{method: "GET", path: "/v1/banks"}); got.status != 404 {
		t.Errorf("the matcher serves the API: %d", got.status)
	}
	if _, err := app.Open(t.Context(), app.Config{Data: w.dir, Listen: "127.0.0.1:0"}); err == nil {
		t.Error("a second whole one was let in")
	}
	alone.stop()
}

func TestAMatcherNeedsADatabase(t *testing.T) {
	cfg := app.Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Only: []string{app.Matcher}}
	for _, want := range []string{"there is no database", "run `argine serve` on it first"} {
		if _, err := app.Open(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if err := os.WriteFile(app.DatabasePath(cfg.Data), nil, 0o600); err != nil { // an empty database
			t.Fatal(err)
		}
	}
}

// TestTokens: who may do what, and how soon a revoked token is refused.
func TestTokens(t *testing.T) {
	w := newWorld(t)
	w.get(post("/c/banks", `{"name":"EXAMPLE_FRONT"}`), nil)
	tokens := map[string]string{"analyst": w.token("analyst"), "overseer": w.token("overseer"), "coordinator": w.token("coordinator"),
		"lookup": w.token("analyst", "match.lookup"), "none": "-", "wrong": "argine_wrong"}
	const hash = "/m/lookup?signal_type=pdq&signal=0000000000000000000000000000000000000000000000000000000000000000"
	for _, c := range []struct {
		asked asked
		want  map[string]int
	}{
		{asked{method: "GET", path: hash}, map[string]int{"analyst": 200, "overseer": 403, "coordinator": 200, "lookup": 200, "none": 401, "wrong": 401}},
		{asked{method: "GET", path: "/m/index/status"}, map[string]int{"lookup": 200, "overseer": 403, "none": 401}},
		{asked{method: "GET", path: "/h/hash"}, map[string]int{"lookup": 400, "overseer": 403, "none": 401}},
		{asked{method: "GET", path: "/c/banks"}, map[string]int{"analyst": 200, "overseer": 200, "lookup": 403, "none": 401}},
		{post("/c/banks", `{"name":"not a name"}`), map[string]int{"analyst": 403, "overseer": 403, "coordinator": 400, "lookup": 403, "wrong": 401}},
		{post("/c/bank/EXAMPLE_FRONT/signal", `{"sha256":"`+strings.Repeat("0", 64)+`"}`), map[string]int{"analyst": 403, "coordinator": 403, "none": 401}},
		{asked{method: "GET", path: "/status"}, map[string]int{"none": 200, "wrong": 200, "overseer": 200}},
	} {
		for who, want := range c.want {
			c.asked.token = tokens[who]
			got := w.call(c.asked)
			if got.status != want || got.status >= 400 && !strings.HasPrefix(got.body, `{"message":"`) {
				t.Errorf("%s %s by %s: %d %s, want %d", c.asked.method, c.asked.path, who, got.status, got.body, want)
			}
			if challenge := got.header.Get("WWW-Authenticate"); (challenge == "Bearer") != (got.status == 401) {
				t.Errorf("%s by %s: %d with the challenge %q", c.asked.path, who, got.status, challenge)
			}
		}
	}
	w.get(post("/c/bank/EXAMPLE_FRONT/signal", `{"pdq":"`+strings.Repeat("0", 64)+`"}`), nil)
	w.within(time.Second, asked{method: "GET", path: hash}, holds("EXAMPLE_FRONT"))
	for who, want := range map[string]string{"": `"labels":[],"terms":"","provenance":""}`, "coordinator": `"labels":[],"terms":""}`, "lookup": `"labels":[]}`} {
		if got := w.call(asked{method: "GET", path: hash + "&metadata=true", token: tokens[who]}); !holds(want)(got) {
			t.Errorf("metadata for %q: %s, want %s", who, got.body, want)
		}
	}
	for who, want := range map[string]int{"": 200, "coordinator": 403, "overseer": 200, "analyst": 403, "lookup": 403} {
		if got := w.call(asked{method: "GET", path: "/c/bank/EXAMPLE_FRONT/content", token: tokens[who]}); got.status != want {
			t.Errorf("the entries for %q: %d %s, want %d", who, got.status, got.body, want)
		}
	}
	all, err := client.New(w.base, w.admin).Tokens(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range all.Items {
		if len(token.Scopes) == 1 {
			if err := client.New(w.base, w.admin).RevokeToken(t.Context(), token.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.within(1100*time.Millisecond, asked{method: "GET", path: hash, token: tokens["lookup"]}, func(a answered) bool { return a.status == 401 })
}

// TestFilesBehindURLs are fetched through the guarded door.
func TestFilesBehindURLs(t *testing.T) {
	w := newWorld(t)
	host := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "image/jpeg")
		rw.Write(picture(t, 3, 90))
	}))
	t.Cleanup(host.Close)
	w.get(post("/c/banks", `{"name":"BY_URL"}`), nil)
	var added struct{ Signals map[string]string }
	w.get(post("/c/bank/BY_URL/content?types=pdq&url="+host.URL+"/a.jpg", `{"metadata":{"content_id":"77","json":{"a":1}}}`), &added)
	var hashes map[string]string
	w.get(asked{method: "GET", path: "/h/hash?types=pdq&url=" + host.URL}, &hashes)
	if hashes["pdq"] != added.Signals["pdq"] || len(hashes) != 1 {
		t.Errorf("%v, banked %v", hashes, added.Signals)
	}
	w.within(time.Second, asked{method: "GET", path: "/m/lookup?url=" + host.URL + "/b.jpg"}, holds(`"pdq":{"BY_URL":[{`))
	w.within(0, asked{method: "GET", path: "/m/lookup?signal_type=pdq&url=" + host.URL + "/b.jpg"}, holds(`{"BY_URL":[{`))
	for _, bad := range []string{"http://127.0.0.1:1/x", "ftp://a.example/", "nonsense", "http://10.0.0.1/"} {
		if got := w.call(asked{method: "GET", path: "/h/hash?url=" + bad}); got.status != 400 {
			t.Errorf("%s: %d %s", bad, got.status, got.body)
		}
	}
}
