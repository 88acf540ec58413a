package capture

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
)

// BenchmarkTake captures pages of 3 kB with one or two pictures of 8 kB, four at a time,
// from a server in the same process, as a joint action does: items/s is the figure.
func BenchmarkTake(b *testing.B) {
	p := newPlace(b)
	for i := range 64 {
		p.put(fmt.Sprintf("/%d.png", i), "image/png", aPNG(b, uint64(i)))
		second := ""
		if i%3 == 0 {
			second = fmt.Sprintf("<img src=/%d.png>", (i+1)%64)
		}
		p.page(fmt.Sprintf("/%d", i), fmt.Sprintf("<!doctype html><html lang=en><title>Post %d</title><p>%s<img src=/%d.png>%s", i, strings.Repeat("All quiet on the platform. ", 110), i, second))
	}
	for _, sync := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%v", sync), func(b *testing.B) {
			store, err := blob.Open(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			store.Sync = sync
			door := newDoor(b, fetch.Config{PerHost: 8})
			b.ReportAllocs()
			var group errgroup.Group
			group.SetLimit(4)
			n := 0
			for b.Loop() {
				n++
				url := fmt.Sprintf("%s/%d", p.URL, n%64)
				group.Go(func() error { _, err := Take(b.Context(), door, store, url, now); return err })
			}
			if err := group.Wait(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "items/s")
		})
	}
}
