package fetch

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTurnsKeepTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(2, time.Second)
		start := time.Now()
		var mu sync.Mutex
		var starts []time.Duration
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				done, err := turns.wait(t.Context(), "clips.example")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				starts = append(starts, time.Since(start))
				mu.Unlock()
				time.Sleep(1500 * time.Millisecond)
				done()
			})
		}
		other, err := turns.wait(t.Context(), "pics.example")
		if err != nil || time.Since(start) != 0 {
			t.Errorf("another host had to wait %v: %v", time.Since(start), err)
		}
		other()
		wg.Wait()
		// Two at once, a second apart; the third waits for a slot at 1.5 s and its moment at 2 s,
		// the fourth for a slot at 2.5 s and its moment at 3 s.
		if diff := cmp.Diff([]time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second}, starts); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTurnsLimitAndForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(1, 0)
		done, _ := turns.wait(t.Context(), "clips.example")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := turns.wait(ctx, "clips.example"); err != context.DeadlineExceeded {
			t.Errorf("a second was let in: %v", err)
		}
		done()
		if len(turns.hosts) != 0 {
			t.Errorf("%d hosts are remembered", len(turns.hosts))
		}
		turns = newTurns(1, time.Second)
		for i := range 3 * sweepAt {
			if i%sweepAt == 0 {
				time.Sleep(2 * time.Second)
			}
			done, err := turns.wait(t.Context(), fmt.Sprint(i, ".example"))
			if err != nil {
				t.Fatal(err)
			}
			done()
		}
		if len(turns.hosts) > sweepAt {
			t.Errorf("%d hosts are remembered", len(turns.hosts))
		}
	})
}

func TestDoIsPolite(t *testing.T) {
	var inside, most atomic.Int32
	two := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := inside.Add(1)
		defer inside.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if n == 2 {
			select {
			case <-two:
			default:
				close(two)
			}
		}
		<-two // so that at least two are inside together
	})
	d := newDoor(t, Config{PerHost: 2})
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := d.Do(t.Context(), Request{URL: s.URL}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 2 {
		t.Errorf("%d requests at once, want 2", most.Load())
	}
}
