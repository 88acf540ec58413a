package hma_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	golden  = "testdata/routes.golden"
	someMD5 = "900150983cd24fb0d6963f7d28e17f72"
)

// changing is what no two runs have in common.
var changing = regexp.MustCompile(`("(?:built_to|newest_db_item|index_built_to)":)\d+`)

// TestRoutesAnswerAsHMA walks all routes in order, and compares every answer with the golden
// file: statuses, types, members.
func TestRoutesAnswerAsHMA(t *testing.T) {
	w := newWorld(t)
	zeros, ones := strings.Repeat("0", 64), strings.Repeat("0", 62)+"07" // three bits apart
	const bank = "/c/bank/MY_TEST_BANK"
	first := int64(1)<<32 + 1
	id := func(n int64) string { return fmt.Sprintf("%s/content/%d", bank, first+n) }
	calls := []asked{
		get("/status"), get("/status/live"), get("/livez"), get("/site-map"), get("/c/nowhere"), get("/openapi/nowhere"), {method: "PATCH", path: bank},
		get("/c/banks"), post("/c/banks", `{"name":"01_TEST_BANK"}`), post("/c/banks", `{"name":"my_test_bank"}`), post("/c/banks", `{}`), post("/c/banks", `not json`),
		post("/c/banks", `{"name":"MY_TEST_BANK"}`), post("/c/banks", `{"name":"MY_TEST_BANK"}`), post("/c/banks", `{"name":"HALF","enabled_ratio":0.5,"radius":20,"terms":"ask first"}`),
		post("/c/banks", `{"name":"OFF","enabled":false}`), post("/c/banks", `{"name":"MUCH","enabled_ratio":1.5}`), get("/c/banks"), get(bank), get("/c/bank/NONE"),
		put(bank, `{"name":"OTHER"}`), put("/c/bank/OTHER", `{"name":"HALF"}`), put("/c/bank/OTHER", `{"name":"my_test_bank"}`), put("/c/bank/OTHER", `{"name":"MY_TEST_BANK"}`), put(bank, `{"enabled":false}`), put(bank, `{"enabled_ratio":0.25}`), put(bank, `{"enabled":true}`), put("/c/bank/NONE", `{}`),
		post(bank+"/signal", `{"pdq":"`+zeros+`"}`), post(bank+"/signal", `{"pdq":"`+zeros+`"}`), post(bank+"/signal", `{"sha256":"`+zeros+`","video_md5":"`+someMD5+`"}`),
		post(bank+"/signal", `{}`), post(bank+"/signal", `{"song":"x"}`), post(bank+"/signal", `{"pdq":"12"}`), post("/c/bank/NONE/signal", `{"pdq":"`+zeros+`"}`),
		get(id(0)), get(id(0) + "?include_signals=true"), get(id(1) + "?include_signals=true"), get(id(2) + "?include_signals=true"), get(id(9)), get(bank + "/content/x"), get(bank + "/content"), get(bank + "/content?limit=1"), get(bank + fmt.Sprintf("/content?after=%d", first)),
		{method: "POST", path: bank + "/content"}, form(bank+"/content", "song", []byte("x")), form(bank+"/content", "photo", []byte("this is text")),
	}
	lookups := []asked{
		get("/m/lookup?signal_type=pdq&signal=" + zeros), get("/m/lookup?signal_type=pdq&signal=" + ones), get("/m/lookup?signal_type=pdq&signal=" + strings.Repeat("f", 64)),
		get("/m/lookup?signal_type=pdq&banks=HALF,NONE&signal=" + ones), get("/m/lookup?signal_type=pdq&bypass_coinflip=true&metadata=true&signal=" + ones),
		get("/m/lookup?signal_type=video_md5&signal=" + someMD5), get("/m/lookup?signal_type=sha256&metadata=1&signal=" + zeros),
		get("/m/lookup"), get("/m/lookup?signal_type=pdq"), get("/m/lookup?signal_type=pdq&signal=12"), get("/m/lookup?signal_type=pdq&signal=" + strings.Repeat("g", 64)), get("/m/lookup?signal_type=song&signal=" + zeros),
		get("/m/lookup?signal_type=pdq&bypass_coinflip=perhaps&signal=" + zeros), {method: "POST", path: "/m/lookup"}, form("/m/lookup", "song", []byte("x")),
		get("/m/raw_lookup?signal_type=pdq&signal=" + ones), get("/m/raw_lookup?signal_type=pdq&include_distance=true&signal=" + ones), get("/m/raw_lookup?signal_type=pdq"), get("/m/raw_lookup?signal=" + ones), get("/m/raw_lookup?signal_type=pdq&include_distance=far&signal=" + ones),
		post("/m/compare", `{"pdq":["`+zeros+`","`+ones+`"],"video_md5":["`+someMD5+`","`+someMD5+`"]}`), post("/m/compare", `{"pdq":["`+zeros+`","`+strings.Repeat("f", 64)+`"],"sha256":["`+zeros+`","`+ones+`"]}`),
		post("/m/compare", `[]`), post("/m/compare", `{"pdq":"x"}`), post("/m/compare", `{"pdq":["x"]}`), post("/m/compare", `{"pdq":["x","y"]}`), post("/m/compare", `{"song":["x","y"]}`),
		get("/m/index/status"), get("/m/index/status?signal_type=pdq"), get("/m/index/status?signal_type=song"), get("/c/signal_type"), get("/c/signal_type/index?signal_type=pdq"), get("/c/content_type"),
		get("/h/hash"), {method: "POST", path: "/h/hash"}, form("/h/hash", "photo", picture(t, 1, 80)), form("/h/hash?types=pdq", "photo", picture(t, 1, 80)), form("/h/hash?types=vpdq", "photo", picture(t, 1, 80)), form("/h/hash?types=,", "photo", nil), form("/h/hash", "photo", nil),
		{method: "POST", path: "/h/hash?types=md5", kind: "image/jpeg", body: string(picture(t, 1, 80))}, {method: "POST", path: "/h/hash", kind: "text/plain", body: "x"},
		get("/c/exchanges/apis"), get("/c/exchanges"), get("/c/exchange/NONE"), get("/c/exchange/NONE/status"), post("/c/exchanges", `{}`), get("/c/exchanges/api/csv"), get("/c/exchanges/api/none"),
		put(id(0), `{"disable_until_ts":99}`), put(id(0), `{"disable_until_ts":9999999999}`), put(id(0), `{"disable_until_ts":0}`), put(id(0), `{"disable_until_ts":1}`), {method: "DELETE", path: id(1)}, {method: "DELETE", path: id(1)}, {method: "DELETE", path: id(99)}, get(id(1)),
		{method: "DELETE", path: bank}, {method: "DELETE", path: "/c/bank/NONE"}, get(bank),
	}
	var out strings.Builder
	say := func(list []asked) {
		for _, a := range list {
			got := w.call(a)
			body := changing.ReplaceAllString(got.body, "${1}0")
			if strings.HasPrefix(got.kind, "application/json") && !json.Valid([]byte(body)) {
				t.Errorf("%s %s answers what is no JSON: %s", a.method, a.path, body)
			}
			if got.status == 500 {
				t.Errorf("%s %s fails inside", a.method, a.path)
			}
			sent := a.body
			if len(sent) > 200 || strings.HasPrefix(a.kind, "multipart/") {
				sent = "(a file)"
			}
			fmt.Fprintf(&out, "%s %s %s\n%d %s\n%s\n\n", a.method, a.path, sent, got.status, got.kind, body)
		}
	}
	say(calls)
	w.within(time.Second, get("/m/raw_lookup?signal_type=pdq&signal="+ones), holds(fmt.Sprint(first)))
	say(lookups)
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}
