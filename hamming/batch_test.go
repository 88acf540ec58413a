package hamming_test

import (
	"sync"
	"testing"

	"github.com/argine/argine/hamming"
)

// TestSearchBatch: each query is answered once, as if it had been alone.
func TestSearchBatch(t *testing.T) {
	entries := clustered(51, 20_000)
	qs := queries(entries)[:200]
	type batcher interface {
		Search(q hamming.Bits, radius int, dst []hamming.Hit) []hamming.Hit
		SearchBatch(qs []hamming.Bits, radius, workers int, fn func(int, []hamming.Hit))
	}
	for name, x := range map[string]batcher{"index": hamming.Build(entries), "live": hamming.NewLive(entries)} {
		for _, workers := range []int{0, 1, 3, 500} {
			var mu sync.Mutex
			answers := make([][]hamming.Hit, len(qs))
			calls := 0
			x.SearchBatch(qs, 31, workers, func(i int, hits []hamming.Hit) {
				mu.Lock()
				defer mu.Unlock()
				answers[i] = append(answers[i], hits...)
				calls++
			})
			if calls != len(qs) {
				t.Errorf("%s, %d workers: %d calls, want %d", name, workers, calls, len(qs))
			}
			for i, q := range qs {
				same(t, answers[i], x.Search(q, 31, nil), "%s, %d workers, query %d", name, workers, i)
			}
		}
		x.SearchBatch(nil, 31, 0, func(int, []hamming.Hit) { t.Error("an answer without a query") })
	}
}
