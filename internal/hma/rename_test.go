package hma_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestRenaming: a bank that is being asked answers under its old name and then under its new
// one, and at no moment under none.
func TestRenaming(t *testing.T) {
	eachWorld(t, func(w *world) {
		zeros := strings.Repeat("0", 64)
		lookup := asked{method: "GET", path: "/m/lookup?signal_type=pdq&banks=OLD_NAME,NEW_NAME&signal=" + zeros}
		w.get(post("/c/banks", `{"name":"OLD_NAME"}`), nil)
		w.get(post("/c/banks", `{"name":"NEIGHBOUR"}`), nil)
		w.get(post("/c/bank/OLD_NAME/signal", `{"pdq":"`+zeros+`"}`), nil)
		w.within(time.Second, lookup, holds(`{"OLD_NAME":[{"bank_content_id":`))

		var stop atomic.Bool
		asking := make(chan int)
		go func() {
			n := 0
			for ; !stop.Load(); n++ {
				if got := w.call(lookup); !holds(`{"OLD_NAME":[{"bank_content_id":`)(got) && !holds(`{"NEW_NAME":[{"bank_content_id":`)(got) {
					w.Errorf("while it is renamed: %d %s", got.status, got.body)
				}
			}
			asking <- n
		}()
		for refused, want := range map[string]int{`{"name":"1_invalid_name"}`: 400, `{"name":"lower"}`: 400, `{"name":"NEIGHBOUR"}`: 403, `{"name":""}`: 400} {
			if got := w.call(put("/c/bank/OLD_NAME", refused)); got.status != want || !strings.HasPrefix(got.body, `{"message":"`) {
				w.Errorf("%s: %d %s", refused, got.status, got.body)
			}
		}
		if got := w.call(put("/c/bank/OLD_NAME", `{"name":"NEW_NAME"}`)); !is(`{"matching_enabled_ratio":1,"name":"NEW_NAME"}`)(got) {
			w.Errorf("%d %s", got.status, got.body)
		}
		w.within(time.Second, lookup, holds(`{"NEW_NAME":[{"bank_content_id":`))
		stop.Store(true)
		if n := <-asking; n == 0 {
			w.Error("nothing was asked meanwhile")
		}
		w.within(0, asked{method: "GET", path: "/m/lookup?metadata=true&signal_type=pdq&signal=" + zeros}, holds(`{"bank":"NEW_NAME","signal_type":"pdq"`))
		w.within(0, asked{method: "GET", path: "/m/raw_lookup?banks=OLD_NAME&signal_type=pdq&signal=" + zeros}, is(`{"matches":[]}`))
		for path, want := range map[string]int{"/c/bank/OLD_NAME": 404, "/c/bank/NEW_NAME": 200, "/c/bank/NEW_NAME/content": 200} {
			if got := w.call(asked{method: "GET", path: path}); got.status != want {
				w.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
		if got := w.call(asked{method: "PUT", path: "/c/bank/NEW_NAME", kind: "application/json", body: `{"name":"MINE"}`, token: w.token("coordinator")}); got.status != 403 {
			w.Errorf("by another unit: %d %s", got.status, got.body)
		}
	})
}
