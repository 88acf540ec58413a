package hma_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argine/argine/internal/app"
)

// TestDisableUntil: a content that is switched off until a moment comes back at that moment,
// by itself, whatever part of the program is asked.
func TestDisableUntil(t *testing.T) {
	eachWorld(t, func(w *world) {
		var moved atomic.Int64 // nanoseconds by which the clock is ahead
		w.clock = func() time.Time { return time.Now().Add(time.Duration(moved.Load())) }
		w.stop()
		w.start("api", app.Matcher)
		zeros := strings.Repeat("0", 64)
		w.get(post("/c/banks", `{"name":"SOMETIMES"}`), nil)
		var added struct{ ID int64 }
		w.get(post("/c/bank/SOMETIMES/signal", `{"pdq":"`+zeros+`","sha256":"`+zeros+`"}`), &added)
		content := fmt.Sprintf("/c/bank/SOMETIMES/content/%d", added.ID)
		looks := asked{method: "GET", path: "/m/lookup?signal_type=pdq&signal=" + zeros}
		bytes := asked{method: "GET", path: "/m/lookup?signal_type=sha256&signal=" + zeros}
		disable := func(value string, want int64) {
			t.Helper()
			var told struct {
				ID    int64
				Until int64 `json:"disable_until_ts"`
			}
			w.get(put(content, `{"disable_until_ts":`+value+`}`), &told)
			if told.Until != want || told.ID != added.ID {
				w.Errorf("%s is told as %+v, want %d", value, told, want)
			}
		}
		matches := func(want bool) {
			t.Helper()
			good := is("{}")
			if want {
				good = holds(`"SOMETIMES":[{`)
			}
			w.within(time.Second, looks, good)
			w.within(0, bytes, good)
		}
		now := w.clock().Unix()
		matches(true)
		disable(fmt.Sprint(now+7200), now+7200)
		matches(false)
		w.stop()
		w.start("api", app.Matcher)
		w.within(0, looks, is("{}"))
		disable(fmt.Sprint(now-60), 1) // a moment that is past
		matches(true)
		disable("0", 0)
		matches(false)
		disable(fmt.Sprintf(`"%d"`, now+60), now+60) // as a text, and back from retracted
		disable("1", 1)
		matches(true)
		disable(fmt.Sprint(now+3600), now+3600)
		matches(false)
		for _, bad := range []string{"-1", "1.5", "true", `"soon"`, "9999999999", "null", "[]", "1e3"} {
			if got := w.call(put(content, `{"disable_until_ts":`+bad+`}`)); got.status != 400 || !strings.Contains(got.body, "disable_until_ts must be") {
				w.Errorf("%s: %d %s", bad, got.status, got.body)
			}
		}
		if got := w.call(asked{method: "PUT", path: content, kind: "application/json", body: `{"disable_until_ts":1}`, token: w.token("coordinator")}); got.status != http.StatusForbidden {
			w.Errorf("by another unit: %d %s", got.status, got.body)
		}
		w.within(0, looks, is("{}"))
		moved.Store(int64(time.Hour))
		w.within(0, looks, holds(`"SOMETIMES":[{`)) // nothing else has happened
		w.within(0, bytes, holds(`"SOMETIMES":[{`))
		w.within(0, asked{method: "GET", path: content}, holds(`"disable_until_ts":1,`))
	})
}
