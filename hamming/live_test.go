package hamming_test

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

// TestLiveProperty runs random insertions, removals and searches against a map.
// Bursts are long enough to fill tails and start merges.
func TestLiveProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := source(rapid.Uint64().Draw(t, "seed"))
		began := clustered(r.Uint64(), rapid.SampledFrom([]int{0, 1, 500, 3000}).Draw(t, "began"))
		r.Shuffle(len(began), func(i, j int) { began[i], began[j] = began[j], began[i] })
		l := hamming.NewLive(began)
		held := map[uint64][]hamming.Bits{}
		for _, e := range began {
			held[e.Key] = append(held[e.Key], e.Bits)
		}
		family := draw(r)
		for range rapid.IntRange(1, 5).Draw(t, "bursts") {
			burst := rapid.IntRange(1, 1200).Draw(t, "burst")
			if rapid.Bool().Draw(t, "at once") {
				lot := each(burst, func(int) hamming.Bits { return near(r, family, r.IntN(60)) })
				for i := range lot {
					lot[i].Key = r.Uint64N(4000)
					held[lot[i].Key] = append(held[lot[i].Key], lot[i].Bits)
				}
				l.InsertAll(lot)
				continue
			}
			removing := rapid.IntRange(0, 9).Draw(t, "removing") // of ten
			for range burst {
				key := r.Uint64N(4000) // often one that is or was there
				if r.IntN(10) < removing {
					if n := l.Remove(key); n != len(held[key]) {
						t.Fatalf("Remove(%d) = %d, want %d", key, n, len(held[key]))
					}
					delete(held, key)
					continue
				}
				b := near(r, family, r.IntN(60))
				l.Insert(hamming.Entry{Bits: b, Key: key})
				held[key] = append(held[key], b)
			}
			if rapid.Bool().Draw(t, "settle") {
				l.Settle()
			}
			compareLive(t, l, held, near(r, family, r.IntN(40)))
		}
		l.Settle()
		compareLive(t, l, held, family)
	})
}

func compareLive(t fataler, l *hamming.Live, held map[uint64][]hamming.Bits, q hamming.Bits) {
	t.Helper()
	var entries []hamming.Entry
	for _, key := range slices.Sorted(maps.Keys(held)) {
		for _, b := range held[key] {
			entries = append(entries, hamming.Entry{Bits: b, Key: key})
		}
	}
	if l.Len() != len(entries) {
		t.Fatalf("Len = %d, want %d", l.Len(), len(entries))
	}
	for _, radius := range []int{31, 50} {
		same(t, l.Search(q, radius, nil), brute(entries, q, radius), "radius %d", radius)
	}
}

// TestLiveReadersAndWriters: while entries come and go, those that stay are
// found by every search, those that were never there by none, and a change is
// seen by the search that follows it.
func TestLiveReadersAndWriters(t *testing.T) {
	stay := clustered(11, 3000)
	l := hamming.NewLive(stay)
	var done atomic.Bool
	var readers, writers sync.WaitGroup
	for g := range 3 {
		readers.Go(func() {
			var dst []hamming.Hit
			for i := g; !done.Load(); i++ {
				e := stay[i%len(stay)]
				dst = l.Search(e.Bits, 31, dst[:0])
				if !slices.Contains(dst, hamming.Hit{Key: e.Key}) {
					t.Errorf("entry %d was lost", e.Key)
					return
				}
				for _, h := range dst {
					if h.Distance > 31 {
						t.Errorf("hit at distance %d", h.Distance)
					}
				}
			}
		})
	}
	for g := range 2 {
		writers.Go(func() { churn(t, l, uint64(g+1)<<32, 6000) })
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
	l.Settle()
	if l.Len() != len(stay) {
		t.Errorf("Len = %d, want %d", l.Len(), len(stay))
	}
}

// churn inserts n entries under keys from first on, and removes each again
// 2,000 insertions later, by when it may be in a tail, a segment or a merge.
func churn(t *testing.T, l *hamming.Live, first uint64, n int) {
	const later = 2000
	r := source(first)
	came := make([]hamming.Bits, n)
	for i := range n + later {
		if i < n {
			came[i] = draw(r)
			l.Insert(hamming.Entry{Bits: came[i], Key: first + uint64(i)})
			if i%64 == 0 && len(l.Search(came[i], 0, nil)) != 1 {
				t.Errorf("entry %d is not there after Insert", i)
			}
		}
		if j := i - later; j >= 0 {
			if got := l.Remove(first + uint64(j)); got != 1 {
				t.Errorf("Remove = %d, want 1", got)
			}
			if j%64 == 0 && len(l.Search(came[j], 0, nil)) != 0 {
				t.Errorf("entry %d is there after Remove", j)
			}
		}
	}
}

// TestLiveGivesMemoryBack: neither many insertions nor removals leave more
// behind than the entries that remain are worth.
func TestLiveGivesMemoryBack(t *testing.T) {
	l := hamming.NewLive(nil)
	empty := l.Size()
	for _, e := range uniform(12, 40_000) {
		l.Insert(e)
	}
	l.Settle()
	full := l.Size()
	if most := empty + 40_000*160; full > most || full <= 40_000*100 {
		t.Errorf("Size = %d with 40,000 entries, want at most %d", full, most)
	}
	for key := range uint64(40_000) {
		l.Remove(key)
	}
	l.Settle()
	if l.Len() != 0 || l.Size() > empty+full/20 {
		t.Errorf("after removing all: Len = %d, Size = %d of %d", l.Len(), l.Size(), full)
	}
}
