package hamming_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/argine/argine/hamming"
)

// queries are half of them within the radius of a stored string, half anywhere.
func queries(entries []hamming.Entry) []hamming.Bits {
	r := source(21)
	qs := make([]hamming.Bits, 4096)
	for i := range qs {
		qs[i] = draw(r)
		if i%2 == 0 {
			qs[i] = near(r, entries[r.IntN(len(entries))].Bits, r.IntN(32))
		}
	}
	return qs
}

// pictured draws strings like those of pictures: each row of sixteen bits
// resembles the row above it, and one string in fifty is one of a few motifs
// that everybody shares, retouched.
func pictured(seed uint64, n int) []hamming.Entry {
	r, all := source(seed), make([]hamming.Entry, n)
	motifs := make([]hamming.Bits, n/10_000+1)
	for i := range motifs {
		motifs[i] = picture(r)
	}
	for i := range all {
		b := picture(r)
		if i%50 == 0 {
			b = motifs[r.IntN(len(motifs))]
			for range r.IntN(41) {
				bit := r.IntN(hamming.Width)
				b[bit/64] ^= 1 << (bit % 64)
			}
		}
		all[i] = hamming.Entry{Bits: b, Key: uint64(i)}
	}
	return all
}

// picture has rows of which a quarter of the bits differ from the row above.
func picture(r *rand.Rand) (b hamming.Bits) {
	row := r.Uint64() & 0xffff
	for w := range b {
		change := r.Uint64() & r.Uint64()
		for shift := 0; shift < 64; shift += 16 {
			row ^= change >> shift & 0xffff
			b[w] |= row << shift
		}
	}
	return b
}

var makers = []struct {
	name string
	make func(seed uint64, n int) []hamming.Entry
}{{"uniform", uniform}, {"clustered", clustered}, {"pdq", pictured}}

// built has one index at a time: ten million strings take 1.4 GB.
var built struct {
	name  string
	x     *hamming.Index
	qs    []hamming.Bits
	build time.Duration
}

func build(name string, make func(uint64, int) []hamming.Entry, n int) *hamming.Index {
	if label := fmt.Sprint(name, n); built.name != label {
		built.x = nil
		entries := make(20, n)
		began := time.Now()
		built.x = hamming.Build(entries)
		built.build = time.Since(began)
		built.qs, built.name = queries(entries), label
	}
	return built.x
}

// BenchmarkBuild is to be run with -cpu 1,2: it uses every core there is.
func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		entries := uniform(20, n)
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			for b.Loop() {
				hamming.Build(entries)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/hash")
		})
	}
}

// BenchmarkSearch asks one question at a time on one core.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000, 10_000_000} {
		for _, m := range makers {
			for _, radius := range []int{31, 40, 52} {
				b.Run(fmt.Sprintf("n=%d/%s/radius=%d", n, m.name, radius), func(b *testing.B) {
					x := build(m.name, m.make, n)
					var dst []hamming.Hit
					hits, i := 0, 0
					for b.Loop() {
						dst = x.Search(built.qs[i%len(built.qs)], radius, dst[:0])
						hits += len(dst)
						i++
					}
					b.ReportMetric(float64(hits)/float64(i), "hits/query")
					b.ReportMetric(float64(x.Size())/float64(n), "bytes/hash")
					b.ReportMetric(float64(built.build.Nanoseconds())/float64(n), "build-ns/hash")
				})
			}
		}
	}
}
func BenchmarkScan(b *testing.B) {
	entries := uniform(20, 1_000_000)
	x, q := hamming.Build(entries), draw(source(22))
	for b.Loop() {
		x.Search(q, 64, nil) // a radius that the tables do not serve
	}
}

// BenchmarkBatch answers 1,000 queries at a time on all cores.
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			x := build("uniform", uniform, n)
			for b.Loop() {
				x.SearchBatch(built.qs[:1000], 31, 0, func(int, []hamming.Hit) {})
			}
			b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}

// BenchmarkLiveInsert includes the merging that an insertion causes.
func BenchmarkLiveInsert(b *testing.B) {
	l, r, key := hamming.NewLive(nil), source(23), uint64(0)
	for b.Loop() {
		l.Insert(hamming.Entry{Bits: draw(r), Key: key})
		key++
	}
	l.Settle()
}

// BenchmarkLiveSearch searches 200,000 entries that came one by one.
func BenchmarkLiveSearch(b *testing.B) {
	entries := clustered(24, 200_000)
	l := hamming.NewLive(nil)
	for _, e := range entries {
		l.Insert(e)
	}
	l.Settle()
	qs := queries(entries)
	var dst []hamming.Hit
	i := 0
	for b.Loop() {
		dst = l.Search(qs[i%len(qs)], 31, dst[:0])
		i++
	}
	b.ReportMetric(float64(l.Size())/float64(len(entries)), "bytes/hash")
}
