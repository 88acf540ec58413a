package hamming_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argine/argine/hamming"
)

// BenchmarkLiveWorst inserts one by one as fast as it can, or at a rate, while
// another goroutine searches, and shows what an insertion and a search cost, the
// worst among them. Merging is part of it.
//
//	go test -run=- -bench=LiveWorst -benchtime=2000000x ./hamming
func BenchmarkLiveWorst(b *testing.B) {
	for name, rate := range map[string]int{"flat out": 0, "100,000 a second": 100_000} {
		b.Run(name, func(b *testing.B) { liveWorst(b, rate) })
	}
}

func liveWorst(b *testing.B, rate int) {
	entries := uniform(61, min(b.N, 1<<20))
	l := hamming.NewLive(nil)
	var done atomic.Bool
	var reader sync.WaitGroup
	var searches []time.Duration
	reader.Go(func() {
		var dst []hamming.Hit
		for i := 0; !done.Load(); i++ {
			began := time.Now()
			dst = l.Search(entries[i%len(entries)].Bits, 31, dst[:0])
			searches = append(searches, time.Since(began))
			time.Sleep(200 * time.Microsecond)
		}
	})
	took := make([]time.Duration, b.N)
	b.ResetTimer()
	began := time.Now()
	for i := range b.N {
		if rate > 0 && i%100 == 0 {
			time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		e := entries[i%len(entries)]
		e.Bits[0] ^= uint64(i / len(entries))
		at := time.Now()
		l.Insert(hamming.Entry{Bits: e.Bits, Key: uint64(i)})
		took[i] = time.Since(at)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "inserts/s")
	done.Store(true)
	reader.Wait()
	report(b, "insert", took)
	report(b, "search", searches)
	l.Settle()
	runtime.GC()
}

func report(b *testing.B, what string, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, what+"-median-us")
	b.ReportMetric(float64(took[len(took)*999/1000].Nanoseconds())/1e3, what+"-99.9%-us")
	b.ReportMetric(float64(took[len(took)-1].Nanoseconds())/1e3, what+"-worst-us")
}

// BenchmarkLiveInsertAll gives 5,000 at a time.
func BenchmarkLiveInsertAll(b *testing.B) {
	entries := uniform(62, 5000)
	l, n := hamming.NewLive(nil), uint64(0)
	for b.Loop() {
		for i := range entries {
			entries[i].Key, entries[i].Bits[1] = n, n*0x9e3779b97f4a7c15
			n++
		}
		l.InsertAll(entries)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/entry")
	l.Settle()
}

func BenchmarkNearest(b *testing.B) {
	for name, make := range map[string]func(uint64, int) []hamming.Entry{"uniform": uniform, "clustered": clustered} {
		b.Run(name, func(b *testing.B) {
			entries := make(63, 1_000_000)
			x := hamming.Build(entries)
			var dst []hamming.Hit
			i := 0
			for b.Loop() {
				dst = x.Nearest(entries[i*7919%len(entries)].Bits, 10, dst[:0])
				i++
			}
		})
	}
}

// BenchmarkPairs counts the pairs of a bank full of re-uploads.
func BenchmarkPairs(b *testing.B) {
	x := hamming.Build(clustered(64, 100_000))
	for b.Loop() {
		n := 0
		for range x.Pairs(31) {
			n++
		}
		b.ReportMetric(float64(n), "pairs")
	}
}

func BenchmarkClusters(b *testing.B) {
	x := hamming.Build(clustered(64, 100_000))
	for b.Loop() {
		b.ReportMetric(float64(len(x.Clusters(31))), "clusters")
	}
}

// BenchmarkLiveChurn replaces the entries one by one until all were replaced twice, and shows
// what a search costs and what the heap holds before and after.
func BenchmarkLiveChurn(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			for b.Loop() {
				liveChurn(b, n)
			}
		})
	}
}

func liveChurn(b *testing.B, n int) {
	r, empty := source(66), inUse()
	l := hamming.NewLive(uniform(67, n))
	qs := queries(uniform(67, 10_000))
	show := func(when string) {
		l.Settle()
		began, hits := time.Now(), []hamming.Hit(nil)
		for _, q := range qs {
			hits = l.Search(q, 31, hits[:0])
		}
		b.ReportMetric(float64(time.Since(began).Nanoseconds())/1e3/float64(len(qs)), "search-us-"+when)
		b.ReportMetric(float64(inUse()-empty)/float64(l.Len()), "heap-bytes/hash-"+when)
	}
	show("before")
	began := time.Now()
	for i := range 2 * n {
		l.Remove(uint64(i))
		l.Insert(hamming.Entry{Bits: draw(r), Key: uint64(n + i)})
	}
	b.ReportMetric(float64(2*n)/time.Since(began).Seconds(), "replaced/s")
	show("after")
	if l.Len() != n {
		b.Fatalf("%d entries, want %d", l.Len(), n)
	}
}

// BenchmarkOpenFile maps a file, checks every byte of it, and asks one question.
func BenchmarkOpenFile(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			x, path := build("uniform", uniform, n), b.TempDir()+"/index"
			if err := hamming.WriteFile(path, x, nil); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				opened, _, done, err := hamming.OpenFile(path)
				if err != nil {
					b.Fatal(err)
				}
				opened.Search(built.qs[0], 31, nil)
				_ = done()
			}
		})
	}
}
