package hamming

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOneBucket: all strings lie in one bucket of a table, or of every other table. The
// answers are those of brute force at every radius, also where the crowd uses up the budget of
// the probes.
func TestOneBucket(t *testing.T) {
	const n = 3000
	crowds := map[string][]int{"none": nil, "first": {0}, "last": {chunks - 1}, "neighbours": {7, 8}, "every other": {0, 2, 4, 6, 8, 10, 12, 14}, "all but one": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}}
	for name, crowd := range crowds {
		r := rand.New(rand.NewPCG(5, uint64(len(crowd))))
		home := Bits{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
		rows := makeRows(n)
		for i := range n {
			s := Bits{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
			for _, c := range crowd {
				shift := uint(c) & 3 * chunkBits
				s[c>>2] = s[c>>2]&^(0xffff<<shift) | home[c>>2]&(0xffff<<shift)
			}
			rows.bits[i], rows.keys[i] = s, uint64(i)
		}
		strings := slices.Clone(rows.bits) // as permuted
		x := indexRows(rows)
		for _, c := range crowd {
			start, at := x.table[c].start, chunk(&home, c)&(1<<x.width-1)
			if start[at+1]-start[at] != n {
				t.Fatalf("%s: table %d has %d strings in the bucket, not all", name, c, start[at+1]-start[at])
			}
		}
		for i := range 4 {
			q := strings[i*700]
			for range i * 12 {
				bit := r.UintN(Width)
				q[bit/64] ^= 1 << (bit % 64)
			}
			for radius := range (reachMost+1)*chunks + 1 {
				checkSearch(t, x, strings, q, radius, name)
			}
		}
	}
}

// checkSearch compares a search for a permuted string with counting bits one by one.
func checkSearch(t *testing.T, x *Index, strings []Bits, q Bits, radius int, what string) {
	t.Helper()
	var want []Hit
	for i, s := range strings {
		d := 0
		for w := range s {
			d += bits.OnesCount64(s[w] ^ q[w])
		}
		if d <= radius {
			want = append(want, Hit{uint64(i), d})
		}
	}
	got := x.search(q, radius, nil, nil)
	slices.SortFunc(got, func(a, b Hit) int { return cmp.Compare(a.Key, b.Key) })
	if !slices.Equal(got, want) {
		t.Fatalf("%s, radius %d: %d hits, want %d", what, radius, len(got), len(want))
	}
}
