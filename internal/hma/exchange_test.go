package hma_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

// lists is the other side of exchanges: a CSV file for who has the token, and a hash list for
// who has the password.
type lists struct {
	*httptest.Server
	secret atomic.Value // what the newest caller brought
}

const hashListPage = `{"count":1,"next":null,"previous":null,"checkpoint":"1704085200,1","results":[
	{"hash_digest":"%s","algorithm":"MD5","ideology":"example","file_type":"mp4","deleted":false,"updated_on":"1704085200","created_on":"1704085200","id":1}]}`

func newLists(t *testing.T) *lists {
	l := &lists{}
	l.secret.Store("")
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bank.csv":
			l.secret.Store(r.Header.Get("Authorization"))
			fmt.Fprintf(w, "kind,value,label\npdq,%s,made up\n", strings.Repeat("5a", 32))
		case "/token-auth/tcap/":
			l.secret.Store(r.FormValue("username") + ":" + r.FormValue("password"))
			fmt.Fprint(w, `{"token":"jwt"}`)
		default:
			fmt.Fprintf(w, hashListPage, someMD5)
		}
	}))
	t.Cleanup(l.Close)
	return l
}

func del(path string) asked { return asked{method: "DELETE", path: path} }
func get(path string) asked { return asked{method: "GET", path: path} }

// says reports an answer that is not as told.
func (w *world) says(a asked, status int, body string) {
	w.Helper()
	if got := w.call(a); got.status != status || !strings.Contains(got.body, body) {
		w.Errorf("%s %s %s: %d %s, want %d with %s", a.method, a.path, a.body, got.status, got.body, status, body)
	}
}

// TestTheLifeOfAnExchange goes through it as the clients of HMA do: made, asked how it stands,
// taken in, paused, given other credentials, deleted and made again.
func TestTheLifeOfAnExchange(t *testing.T) {
	eachWorld(t, func(w *world) {
		w.stop()
		w.start("api", app.Matcher, "jobs")
		source := newLists(w.T)
		w.says(del("/c/exchange/FOO_EXCHANGE"), 200, `{"message":"Exchange deleted"}`) // that was never there
		w.says(get("/c/exchange/FOO_EXCHANGE/status"), 404, `{"message":"Exchange 'FOO_EXCHANGE' not found"}`)
		w.says(post("/c/exchanges", `{"api":"csv","bank":"FOO_EXCHANGE","api_json":{"url":"`+source.URL+`/bank.csv"},"credential_json":{"token":"sesame"}}`), 201, `{"message":"Created successfully"`)
		w.says(get("/c/exchanges"), 200, `["FOO_EXCHANGE"]`)
		w.says(get("/c/exchange/FOO_EXCHANGE"), 200, `{"name":"FOO_EXCHANGE","api":"csv","url":"`+source.URL+`/bank.csv","every_seconds":86400,"enabled":true,"credential_status":{"supports_auth":true,"has_credentials":true,"source":"exchange"}}`)
		w.says(get("/c/bank/FOO_EXCHANGE"), 200, `{"matching_enabled_ratio":1,"name":"FOO_EXCHANGE"}`)

		draft := w.draftOf("FOO_EXCHANGE") // once it was fetched
		if got := source.secret.Load(); got != "Bearer sesame" {
			w.Errorf("fetched with %q", got)
		}
		w.says(get("/c/exchange/FOO_EXCHANGE/status"), 200, `"running_fetch_start_ts":null,`)
		w.says(get("/c/exchange/FOO_EXCHANGE/status"), 200, `"last_fetch_succeeded":true,"up_to_date":false,"fetched_items":0}`)
		lookup := get("/m/lookup?signal_type=pdq&signal=" + strings.Repeat("5a", 32))
		w.says(lookup, 200, `{}`) // nobody has taken it in
		if _, err := client.New(w.base, w.admin).TakeDraft(w.Context(), draft); err != nil {
			w.Fatal(err)
		}
		w.within(10*time.Second, lookup, holds(`{"FOO_EXCHANGE":[{`))
		w.within(10*time.Second, get("/c/exchange/FOO_EXCHANGE/status"), holds(`"last_fetch_succeeded":true,"up_to_date":true,"fetched_items":1}`))

		w.says(put("/c/exchange/FOO_EXCHANGE", `{"enabled":false}`), 200, `"enabled":false,`)
		w.says(put("/c/exchange/FOO_EXCHANGE", `{}`), 200, `"enabled":false,`)
		w.says(put("/c/exchange/FOO_EXCHANGE", `{"enabled":true,"retain_data":true}`), 200, `"enabled":true,`)
		w.says(put("/c/exchange/FOO_EXCHANGE", `{"enabled":"perhaps"}`), 400, `{"message":`)
		w.says(post("/c/exchange/FOO_EXCHANGE/credentials", `{"credential_json":null}`), 200, `{"supports_auth":true,"has_credentials":false,"source":null}`)
		w.credentials("FOO_EXCHANGE")

		w.says(del("/c/exchange/FOO_EXCHANGE"), 200, `{"message":"Exchange deleted",`)
		w.within(time.Second, lookup, is("{}"))
		w.says(get("/c/exchange/FOO_EXCHANGE"), 404, `not found`)
		w.says(get("/c/bank/FOO_EXCHANGE"), 200, `{"matching_enabled_ratio":0,"name":"FOO_EXCHANGE"}`)
		w.says(post("/c/exchanges", `{"api":"csv","bank":"FOO_EXCHANGE","api_json":{"url":"`+source.URL+`/bank.csv","enabled":false}}`), 201, `Created`)
		w.says(get("/c/exchange/FOO_EXCHANGE"), 200, `"enabled":false,"credential_status":{"supports_auth":true,"has_credentials":false,"source":null}}`)
		w.within(time.Second, lookup, holds(`{"FOO_EXCHANGE":[{`))
	})
}

// draftOf waits for the draft of a bank.
func (w *world) draftOf(bank string) string {
	w.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		page, err := client.New(w.base, w.admin).BankDrafts(w.Context(), bank)
		if err != nil {
			w.Fatal(err)
		}
		if len(page.Items) > 0 {
			return page.Items[0].ID
		}
		if time.Since(began) > 20*time.Second {
			w.Fatalf("no draft: %+v", w.call(get("/c/exchange/"+bank+"/status")))
		}
	}
}

// credentials: bad ones change nothing, and are told to nobody.
func (w *world) credentials(exchange string) {
	w.Helper()
	const secret = "must-not-be-told"
	for _, bad := range []string{`{"token":"` + secret + `","unexpected":"` + secret + `"}`, `{"` + secret + `":"` + secret + `"}`, `{"token":["` + secret + `"]}`, `{"token":""}`,
		`{"token":"` + secret + `\u0000"}`, `{"token":"` + strings.Repeat(secret, 1000) + `"}`, `"` + secret + `"`, `["` + secret + `"]`, `{"username":"` + secret + `","password":"x"}`} {
		for _, a := range []asked{post("/c/exchange/"+exchange+"/credentials", `{"credential_json":`+bad+`}`),
			post("/c/exchanges", `{"api":"jsonl","bank":"EX_BAD","api_json":{"url":"https://lists.example/"},"credential_json":`+bad+`}`)} {
			if got := w.call(a); got.status != 400 || strings.Contains(got.body, secret) {
				w.Errorf("%.100s: %d %.200s", a.body, got.status, got.body)
			}
		}
	}
	for _, bad := range []string{`{}`, `{"credential_json":{"token":"x"},"other":1}`, `[]`} {
		w.says(post("/c/exchange/"+exchange+"/credentials", bad), 400, `{"message":`)
	}
	w.says(get("/c/exchange/EX_BAD"), 404, `not found`)
	w.says(get("/c/bank/EX_BAD"), 404, `not found`)
	w.says(get("/c/exchange/"+exchange+"/credentials"), 200, `{"supports_auth":true,"has_credentials":false,"source":null}`)
	w.says(get("/c/exchange/NO_SUCH/credentials"), 404, `not found`)
}

// TestExchangesOfOneAPI: what a unit gives for an API serves its exchanges that have nothing
// of their own.
func TestExchangesOfOneAPI(t *testing.T) {
	eachWorld(t, func(w *world) {
		source := newLists(w.T)
		const make = `{"api":"tat","bank":"%s","api_json":{"url":"%s"}}`
		w.says(get("/c/exchanges/api/tat"), 200, `{"has_set_authentification":false,"supports_authentification":true}`)
		w.says(post("/c/exchanges/api/tat", `{"credential_json":{"username":"a:b","password":"c"}}`), 400, `{"message":"Invalid credentials: tat takes username and password`)
		w.says(post("/c/exchanges", fmt.Sprintf(make, "EX_A", source.URL)), 201, `Created`)
		w.says(get("/c/exchange/EX_A"), 200, `"source":null}`)
		w.says(post("/c/exchanges/api/tat", `{"credential_json":{"username":"unit","password":"open:sesame"}}`), 200, `{"has_set_authentification":true,"supports_authentification":true}`)
		w.says(get("/c/exchange/EX_A/credentials"), 200, `{"supports_auth":true,"has_credentials":true,"source":"api"}`)
		w.stop()
		w.start("api", app.Matcher, "jobs")
		w.draftOf("EX_A")
		if got := source.secret.Load(); got != "unit:open:sesame" {
			w.Errorf("fetched with %q", got)
		}
		w.says(post("/c/exchange/EX_A/credentials", `{"credential_json":{"username":"own","password":"word"}}`), 200, `"source":"exchange"}`)
		w.says(post("/c/exchanges", fmt.Sprintf(make, "EX_B", source.URL)), 201, `Created`)
		w.says(post("/c/exchange/EX_A/credentials", `{"credential_json":{}}`), 200, `"source":"api"}`)
		w.says(post("/c/exchanges/api/tat", `{"credential_json":{}}`), 200, `"has_set_authentification":false`)
		w.says(get("/c/exchange/EX_B/credentials"), 200, `"source":null}`)
		w.says(post("/c/exchanges/api/csv", `{"credential_json":{"token":"x"}}`), 400, `a token belongs to one address`)
		w.says(get("/c/exchanges/api/tat/schema"), 200, `{"config_schema":{"fields":[{"name":"url","type":"string","required":false,`)
		w.says(get("/c/exchanges/api/csv/schema"), 200, `"credentials_schema":{"fields":[{"name":"token","type":"string","required":true,`)
	})
}

// TestWhoMakesExchanges: as with banks, and what another unit takes from whom is its own affair.
func TestWhoMakesExchanges(t *testing.T) {
	w := newWorld(t)
	w.says(post("/c/exchanges", `{"api":"csv","bank":"OURS","api_json":{"url":"https://lists.example/bank.csv","every_seconds":3600}}`), 201, `Created`)
	w.says(post("/c/banks", `{"name":"PLAIN"}`), 201, `PLAIN`)
	for _, taken := range []string{"OURS", "PLAIN"} {
		w.says(post("/c/exchanges", `{"api":"csv","bank":"`+taken+`","api_json":{"url":"https://lists.example/bank.csv"}}`), 403, `{"message":"there is a bank `+taken+` already`)
	}
	coordinator, analyst, lookup := w.token("coordinator"), w.token("analyst"), w.token("analyst", "match.lookup")
	for _, c := range []struct {
		asked                        asked
		coordinator, analyst, lookup int
	}{
		{get("/c/exchanges/apis"), 200, 200, 403}, {get("/c/exchanges/api/csv"), 200, 200, 403}, {get("/c/exchanges/api/csv/schema"), 200, 200, 403},
		{get("/c/exchange/OURS"), 404, 404, 403}, {get("/c/exchange/OURS/status"), 404, 404, 403}, {get("/c/exchange/OURS/credentials"), 404, 404, 403},
		{put("/c/exchange/OURS", `{"enabled":false}`), 404, 403, 403}, {del("/c/exchange/OURS"), 403, 403, 403},
		{post("/c/exchange/OURS/credentials", `{"credential_json":{}}`), 404, 403, 403},
		{post("/c/exchanges", `{"api":"csv","bank":"OURS","api_json":{"url":"https://lists.example/x"}}`), 403, 403, 403},
		{post("/c/exchanges/api/tat", `{"credential_json":{}}`), 200, 403, 403},
	} {
		for token, want := range map[string]int{coordinator: c.coordinator, analyst: c.analyst, lookup: c.lookup, "-": 401} {
			c.asked.token = token
			if got := w.call(c.asked); got.status != want || strings.Contains(got.body, "lists.example") {
				t.Errorf("%s %s: %d %s, want %d", c.asked.method, c.asked.path, got.status, got.body, want)
			}
		}
	}
	w.says(get("/c/exchanges"), 200, `["OURS"]`)
	if _, err := client.New(w.base, w.admin).Subscribe(t.Context(), "OURS", client.NewSubscription{Form: "jsonl", URL: "https://other.example/x", Every: 60}); err != nil {
		t.Fatal(err)
	}
	w.says(get("/c/exchange/OURS"), 200, `"sources":[{"api":"csv","url":"https://lists.example/bank.csv","every_seconds":3600},{"api":"jsonl","url":"https://other.example/x","every_seconds":3600}]}`)
	w.says(post("/c/exchange/OURS/credentials", `{"credential_json":{"token":"x"}}`), 400, `filled from 2 places`)
	w.says(del("/c/exchange/OURS"), 200, `Exchange deleted`)
	w.says(get("/c/exchanges"), 200, `[]`)
}

// TestExchangesThatCannotBe are refused with HMA's own messages, and what is possible beside.
func TestExchangesThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string]string{
		`{}`:                           "bank is required",
		`{"bank":"lower","api":"csv"}`: "Field `bank` must match /^[A-Z0-9_]+$/",
		`{"bank":"1_DIGIT","api":"csv","api_json":{"url":"https://lists.example/"}}`: "no digit first",
		`{"bank":"A"}`: "Field `api_type` is required",
		`{"bank":"A","api":"sample","api_json":{}}`:                                                              "No such exchange type 'sample': entries are taken here by argine, csv, jsonl, tat;",
		`{"bank":"A","api":"local_file","api_json":{}}`:                                                          "No such exchange type 'local_file'",
		`{"bank":"A","api":"ncmec","api_json":{}}`:                                                               "No such exchange type 'ncmec'",
		`{"bank":"A","api":"fb_threatexchange","api_json":{}}`:                                                   "No such exchange type 'fb_threatexchange'",
		`{"bank":"A","api":"csv","api_json":[]}`:                                                                 "Field `api_json` must be object",
		`{"bank":"A","api":"csv"}`:                                                                               "Failed to parse `api_json` - verify all fields are supplied.",
		`{"bank":"A","api":"csv","api_json":{"url":"https://lists.example/","privacy_group":7}}`:                 "Failed to parse `api_json`",
		`{"bank":"A","api":"csv","api_json":{"url":"file:///etc/passwd"}}`:                                       "cannot be subscribed to",
		`{"bank":"A","api":"csv","api_json":{"url":"https://lists.example/","every_seconds":1}}`:                 "choose from 1 minute",
		`{"bank":"A","api":"csv","api_json":{"url":"https://lists.example/","every_seconds":18446744073709551}}`: "choose from 1 minute",
	} {
		w.says(post("/c/exchanges", body), 400, `{"message":"`)
		if got := w.call(post("/c/exchanges", body)); !strings.Contains(got.body, want) {
			t.Errorf("%s: %s, want %s", body, got.body, want)
		}
	}
	w.says(get("/c/banks"), 200, `[]`)
}
