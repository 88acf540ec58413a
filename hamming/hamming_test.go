package hamming_test

import (
	"bytes"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

func TestBytes(t *testing.T) {
	b := [32]byte{0: 0x80, 8: 0x01, 31: 0xff}
	s := hamming.FromBytes(b)
	want := hamming.Bits{1 << 63, 1 << 56, 0, 0xff}
	if s != want {
		t.Errorf("FromBytes = %x, want %x", s, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bytes"))
		if back := hamming.FromBytes(b).Bytes(); !bytes.Equal(back[:], b[:]) {
			t.Fatalf("%x came back as %x", b, back)
		}
	})
}

func TestDistance(t *testing.T) {
	zero, ones := hamming.Bits{}, hamming.Bits{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
	if d := hamming.Distance(zero, ones); d != 256 {
		t.Errorf("distance of complements = %d, want 256", d)
	}
	r := source(1)
	for d := range hamming.Width + 1 {
		b := draw(r)
		if got := hamming.Distance(b, near(r, b, d)); got != d {
			t.Errorf("distance after %d flips = %d", d, got)
		}
	}
}

// complement is 256 bits away.
func complement(b hamming.Bits) hamming.Bits {
	return hamming.Bits{^b[0], ^b[1], ^b[2], ^b[3]}
}

// TestAdversarial holds data made to defeat buckets, pigeonholes or rings.
func TestAdversarial(t *testing.T) {
	const n = 5000
	r := source(9)
	base := draw(r)
	makers := map[string]func(i int) hamming.Bits{
		"all equal": func(int) hamming.Bits { return base },
		"all zero":  func(int) hamming.Bits { return hamming.Bits{} },
		// One word the same for all: some buckets of every chunk hold many,
		// whatever the permutation does to them.
		"three words equal": func(i int) hamming.Bits {
			return hamming.Bits{base[0], base[1], base[2], uint64(i)}
		},
		"complement pairs": func(i int) hamming.Bits {
			b := near(source(uint64(i/2)), base, 20)
			if i%2 == 1 {
				return complement(b)
			}
			return b
		},
		"one bit each": func(i int) hamming.Bits { return near(source(uint64(i)), base, 1) },
		// Just within and just outside the default radius.
		"31 and 32 bits": func(i int) hamming.Bits { return near(source(uint64(i)), base, 31+i%2) },
	}
	for name, make := range makers {
		t.Run(name, func(t *testing.T) {
			var entries []hamming.Entry
			for i := range n {
				entries = append(entries, hamming.Entry{Bits: make(i), Key: uint64(i)})
			}
			x := hamming.Build(entries)
			queries := []hamming.Bits{base, complement(base), {}, near(r, base, 31), draw(r), entries[n-1].Bits}
			for _, q := range queries {
				for _, radius := range []int{0, 1, 14, 15, 16, 31, 32, 47, 48, 63, 64, 128, 255, 256} {
					same(t, x.Search(q, radius, nil), brute(entries, q, radius), "radius %d", radius)
				}
			}
		})
	}
}

func TestFew(t *testing.T) {
	all := uniform(5, 2)
	for n := range 3 {
		x := hamming.Build(all[:n])
		if x.Len() != n {
			t.Errorf("Len = %d, want %d", x.Len(), n)
		}
		for _, q := range []hamming.Bits{all[0].Bits, complement(all[0].Bits)} {
			for radius := -1; radius <= 257; radius++ {
				same(t, x.Search(q, radius, nil), brute(all[:n], q, radius), "n=%d radius=%d", n, radius)
			}
		}
	}
}

// TestSharedKeys: the frames of one video have one key, and each is a hit.
func TestSharedKeys(t *testing.T) {
	b := draw(source(6))
	x := hamming.Build([]hamming.Entry{{b, 7}, {b, 7}, {complement(b), 7}})
	same(t, x.Search(b, 31, nil), []hamming.Hit{{Key: 7}, {Key: 7}}, "shared key")
}

func TestSearchKeepsWhatWasInDst(t *testing.T) {
	// All equal: the tables are tried, given up, and everything is read.
	entries := make([]hamming.Entry, 3000)
	dst := []hamming.Hit{{Key: 99, Distance: 9}}
	got := hamming.Build(entries).Search(hamming.Bits{}, 31, dst)
	if len(got) != 3001 || got[0] != dst[0] {
		t.Errorf("got %d hits, the first %v; want 3001 and %v", len(got), got[0], dst[0])
	}
}

func TestSearchDoesNotAllocate(t *testing.T) {
	entries := clustered(7, 50_000)
	x, l := hamming.Build(entries), hamming.NewLive(entries)
	dst := make([]hamming.Hit, 0, 50_000)
	for _, radius := range []int{0, 31, 63, 200} {
		allocs := testing.AllocsPerRun(20, func() {
			dst = x.Search(entries[17].Bits, radius, dst[:0])
			dst = l.Search(entries[17].Bits, radius, dst[:0])
		})
		if allocs != 0 || len(dst) == 0 {
			t.Errorf("radius %d: %v allocations, %d hits; want 0 and some", radius, allocs, len(dst))
		}
	}
}

func TestIndexForManyReaders(t *testing.T) {
	entries := clustered(8, 20_000)
	x := hamming.Build(entries)
	var readers sync.WaitGroup
	for g := range 4 {
		readers.Go(func() {
			var dst []hamming.Hit
			for i := range 20 {
				e := entries[(g*977+i*31)%len(entries)]
				dst = x.Search(e.Bits, 31, dst[:0])
				if want := brute(entries, e.Bits, 31); len(dst) != len(want) {
					t.Errorf("%d hits, want %d", len(dst), len(want))
				}
			}
		})
	}
	readers.Wait()
}
