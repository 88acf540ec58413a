package hamming

import (
	"slices"
	"testing"
)

// TestTables: each table names each row once, in the bucket of its chunk and
// beside its following chunk, and however many build it, it is the same.
func TestTables(t *testing.T) {
	for _, n := range []int{smallest, 5000, 40_000} {
		entries := drawn(n)
		for i := range entries[:n/2] {
			entries[i].Bits[1] = 77 // crowded buckets
		}
		x := Build(entries)
		low := uint16(1<<x.width - 1)
		for c, table := range x.table {
			seen := make([]bool, n)
			for b := range 1 << x.width {
				lo, hi := table.start[b], table.start[b+1]
				if rows := table.row[lo:hi]; !slices.IsSorted(rows) {
					t.Fatalf("n %d: rows of bucket %d are out of order", n, b)
				}
				for at := lo; at < hi; at++ {
					s := &x.bits[table.row[at]]
					if int(chunk(s, c)&low) != b || table.next[at] != chunk(s, c+1) || seen[table.row[at]] {
						t.Fatalf("n %d: entry %d of table %d is in the wrong place", n, at, c)
					}
					seen[table.row[at]] = true
				}
			}
			if slices.Contains(seen, false) {
				t.Fatalf("n %d: table %d lacks rows", n, c)
			}
		}
		y := indexRows(rows{bits: x.bits, keys: x.keys})
		if !slices.Equal(x.starts, y.starts) || !slices.Equal(x.rowsOf, y.rowsOf) || !slices.Equal(x.nexts, y.nexts) {
			t.Errorf("n %d: one processor builds another index than many", n)
		}
	}
}
