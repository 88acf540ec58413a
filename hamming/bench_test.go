package hamming_test

import (
	"fmt"
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

func BenchmarkSearch(b *testing.B) {
	makers := map[string]func(uint64, int) []hamming.Entry{"uniform": uniform, "clustered": clustered}
	for _, n := range []int{100_000, 1_000_000} {
		for name, make := range makers {
			entries := make(20, n)
			qs := queries(entries)
			began := time.Now()
			x := hamming.Build(entries)
			build := time.Since(began)
			for _, radius := range []int{31, 40, 52} {
				b.Run(fmt.Sprintf("%s/n=%d/radius=%d", name, n, radius), func(b *testing.B) {
					var dst []hamming.Hit
					hits, i := 0, 0
					for b.Loop() {
						dst = x.Search(qs[i%len(qs)], radius, dst[:0])
						hits += len(dst)
						i++
					}
					b.ReportMetric(float64(hits)/float64(i), "hits/query")
					b.ReportMetric(float64(x.Size())/float64(n), "bytes/hash")
					b.ReportMetric(float64(build.Nanoseconds())/float64(n), "build-ns/hash")
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
