package minhash

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func random(rng *rand.Rand) (s Signature) {
	for i := range s {
		s[i] = rng.Uint32()
	}
	return s
}

// near agrees with s in each place with the given probability.
func near(rng *rand.Rand, s Signature, jaccard float64) Signature {
	for i := range s {
		if rng.Float64() >= jaccard {
			s[i] = rng.Uint32()
		}
	}
	return s
}

func newIndex(t testing.TB, b Banding) *Index[int] {
	t.Helper()
	x, err := NewIndex[int](b)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// must tells what a search has to find: the whole of at least one band and enough in all.
func must(b Banding, s, o *Signature) (found, may bool) {
	x, y := shorten(s), shorten(o)
	may = float64(x.agree(&y))/Size >= b.Least
	for band := range b.Bands {
		if from, to := band*b.Rows, (band+1)*b.Rows; slices.Equal(x[from:to], y[from:to]) {
			return may, may
		}
	}
	return false, may
}

// The index against a list that is looked through, over random changes.
func TestIndexFindsWhatAListFinds(t *testing.T) {
	pool := make([]Signature, 40)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range pool {
		pool[i] = random(rng)
		if i%4 > 0 {
			pool[i] = near(rng, pool[i/4*4], 0.4+0.15*float64(i%4))
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		b := rapid.SampledFrom([]Banding{Half, SevenTenths, {1, 1, 0}, {128, 1, 0.2}, {2, 64, 0.5}}).Draw(r, "banding")
		x, kept := newIndex(t, b), map[int]Signature{}
		for range rapid.IntRange(1, 40).Draw(r, "changes") {
			key := rapid.IntRange(0, 20).Draw(r, "key")
			if rapid.Bool().Draw(r, "removed") {
				_, there := kept[key]
				if x.Remove(key) != there {
					r.Fatalf("%d: removed %v", key, !there)
				}
				delete(kept, key)
			} else {
				kept[key] = pool[rapid.IntRange(0, len(pool)-1).Draw(r, "signature")]
				x.Insert(key, kept[key])
			}
		}
		if x.Len() != len(kept) {
			r.Fatalf("%d texts, want %d", x.Len(), len(kept))
		}
		query := pool[rapid.IntRange(0, len(pool)-1).Draw(r, "query")]
		got := x.Search(query)
		for i, c := range got {
			s, there := kept[c.Key]
			if _, may := must(b, &query, &s); !there || !may || i > 0 && got[i-1].Estimate < c.Estimate {
				r.Fatalf("found %+v", c)
			}
			if slices.ContainsFunc(got[:i], func(o Candidate[int]) bool { return o.Key == c.Key }) {
				r.Fatalf("found %d twice", c.Key)
			}
		}
		for key, s := range kept {
			if found, _ := must(b, &query, &s); found && !slices.ContainsFunc(got, func(c Candidate[int]) bool { return c.Key == key }) {
				r.Fatalf("missed %d", key)
			}
		}
	})
}

func TestOrderOfInsertionDoesNotCount(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	base := random(rng)
	list := make([]Signature, 3000) // more than two segments
	for i := range list {
		list[i] = near(rng, base, rng.Float64())
	}
	var want []Candidate[int]
	for round := range 3 {
		x := newIndex(t, Half)
		for _, i := range rng.Perm(len(list)) {
			x.Insert(i, list[i])
		}
		got := x.Search(base)
		slices.SortFunc(got, func(a, b Candidate[int]) int { return a.Key - b.Key })
		if round == 0 {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) < 1000 {
			t.Fatalf("%d found: %s", len(got), diff)
		}
	}
}

// Slots of removed texts are taken again; what was removed is not found, and a key that comes
// back is found as it is now.
func TestRemovedTextsLeaveNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x := newIndex(t, SevenTenths)
	same := random(rng)
	for round := range 3 {
		for i := range 1500 {
			x.Insert(i, same)
		}
		if got := len(x.Search(same)); got != 1500 {
			t.Fatalf("%d equal texts found, want 1500", got)
		}
		x.Insert(7, random(rng))
		if got := len(x.Search(same)); got != 1499 {
			t.Errorf("%d found after one became another", got)
		}
		for _, i := range rng.Perm(1500) {
			if !x.Remove(i) {
				t.Fatalf("round %d: %d was not there", round, i)
			}
		}
		if x.Len() != 0 || len(x.Search(same)) != 0 || x.Remove(7) {
			t.Fatal("something stayed")
		}
	}
	if len(x.segments) != 2 {
		t.Errorf("%d segments for 1,500 texts", len(x.segments))
	}
}

// The S-curves of the documentation, by computing and by throwing dice.
func TestChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for b, want := range map[Banding][]string{
		Half:        {"0.00", "0.00", "0.04", "0.75", "1.00", "1.00", "1.00", "1.00"},
		SevenTenths: {"0.00", "0.00", "0.00", "0.00", "0.04", "0.72", "1.00", "1.00"},
	} {
		for i := range want {
			jaccard, found := float64(i+1)/10, 0
			if got := fmt.Sprintf("%.2f", b.Chance(jaccard)); got != want[i] {
				t.Errorf("%+v at %.1f: %s, the documentation says %s", b, jaccard, got, want[i])
			}
			const throws = 2000
			for range throws {
				s := random(rng)
				o := near(rng, s, jaccard)
				if is, _ := must(b, &s, &o); is {
					found++
				}
			}
			// What shares a band agrees in some places already, so dice give a little more.
			p := b.Chance(jaccard)
			if got := float64(found) / throws; got < p-0.03 || got > p+0.05+0.5*p*(1-p) {
				t.Errorf("%+v at %.1f: %.3f were found, %.3f computed", b, jaccard, got, p)
			}
		}
	}
	if c := Half.Chance(1); math.IsNaN(c) || c != 1 {
		t.Errorf("equal texts: %v", c)
	}
}

func TestBandingsThatCannotBe(t *testing.T) {
	for _, b := range []Banding{{}, {Bands: 43, Rows: 3}, {Bands: -1, Rows: -1}, {Bands: 1, Rows: 1, Least: 2}} {
		if _, err := NewIndex[int](b); err == nil {
			t.Errorf("%+v was taken", b)
		}
	}
}

func TestSearchesBesideChanges(t *testing.T) {
	x := newIndex(t, Half)
	rng := rand.New(rand.NewPCG(5, 5))
	fixed := random(rng)
	x.Insert(-1, fixed)
	stop := make(chan struct{})
	var readers, writers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() {
			rng := rand.New(rand.NewPCG(6, uint64(w)))
			for i := range 500 {
				x.Insert(w*10_000+i%150, near(rng, fixed, 0.4*rng.Float64()))
				if i%3 == 0 {
					x.Remove(w*10_000 + rng.IntN(150))
				}
			}
		})
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got := x.Search(fixed); len(got) == 0 || got[0].Estimate != 1 {
					t.Error("the text that stays was not found")
					return
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
}

// BenchmarkSearch is among texts made of the same 34 words, which are more alike than texts are.
func BenchmarkSearch(b *testing.B) {
	const texts = 100_000
	for name, banding := range map[string]Banding{"half": Half, "seven tenths": SevenTenths} {
		x := newIndex(b, banding)
		rng := rand.New(rand.NewPCG(7, 7))
		l := tongues[0]
		var queries []Signature
		for i := range texts {
			words := l.made(rng, 60)
			s, _ := Sign(l.join(words))
			x.Insert(i, s)
			if i%1000 == 0 {
				s, _ = Sign(l.join(l.altered(rng, words, 0.1)))
				queries = append(queries, s)
			}
		}
		b.Run(name, func(b *testing.B) {
			found, n := 0, 0
			for b.Loop() {
				found += len(x.Search(queries[n%len(queries)]))
				n++
			}
			b.ReportMetric(float64(found)/float64(n), "candidates")
		})
	}
}
