package hamming

import (
	"math"
	"runtime"
)

// Build makes an index of the entries and keeps nothing of the slice. It uses
// all processors that the program may use; one alone takes about half a
// microsecond an entry. The index takes 136 to 144 bytes an entry, and building
// it eight more for each processor. More than 2³²-1 entries are too many, and
// panic.
func Build(entries []Entry) *Index {
	workers := runtime.GOMAXPROCS(0)
	r := makeRows(len(entries))
	const some = 1 << 14 // entries permuted at a time
	parallel(workers, (len(entries)+some-1)/some, func(_, part int) {
		for i := part * some; i < min((part+1)*some, len(entries)); i++ {
			r.bits[i], r.keys[i] = permute(entries[i].Bits), entries[i].Key
		}
	})
	return indexWith(workers, r)
}

// indexRows takes over r. It uses one processor, for it runs beside searches.
func indexRows(r rows) *Index { return indexWith(1, r) }

func indexWith(workers int, r rows) *Index {
	n := len(r.keys)
	if uint64(n) > math.MaxUint32 {
		panic("hamming: more than 4294967295 entries in one index")
	}
	x := &Index{rows: r, width: widthFor(n)}
	starts, nexts, rows := tableLengths(n, x.width)
	x.starts, x.nexts, x.rowsOf = large[uint32](starts), large[uint16](nexts), large[uint32](rows)
	x.cut()
	if x.width == 0 {
		return x
	}
	s := sorter{strings: r.bits, width: x.width}
	s.count()
	dealt := make([][]uint64, min(workers, chunks))
	for w := range dealt {
		dealt[w] = large[uint64](n)
	}
	parallel(workers, chunks, func(w, c int) { s.sort(&x.table[c], c, dealt[w]) })
	return x
}

// sorter fills tables. Dealing entries to 65,536 buckets at once would miss the
// cache with each of them; so they are first dealt to piles by the upper bits of
// their bucket, and then each pile, which fits into the cache, to its buckets.
type sorter struct {
	strings []Bits
	width   uint
	piles   [chunks][256]uint32 // sizes
}

// fine is how many bits of a bucket's name tell the buckets of a pile apart.
func (s *sorter) fine() uint { return min(s.width, chunkBits/2) }

func (s *sorter) count() {
	fine, low := s.fine(), uint16(1<<s.width-1)
	for i := range s.strings {
		for c := range chunks {
			s.piles[c][chunk(&s.strings[i], c)&low>>fine]++
		}
	}
}

// sort deals the rows to the buckets of table c; those of a bucket stay in order.
// What is dealt is the chunk, the following chunk and the row in one word.
func (s *sorter) sort(t *table, c int, dealt []uint64) {
	fine, low := s.fine(), uint16(1<<s.width-1)
	var end [256]uint32
	sum := uint32(0)
	for p, size := range s.piles[c] {
		end[p] = sum
		sum += size
	}
	for i := range s.strings {
		b := chunk(&s.strings[i], c) & low
		at := &end[b>>fine]
		dealt[*at] = uint64(b)<<48 | uint64(chunk(&s.strings[i], c+1))<<32 | uint64(i)
		*at++
	}
	from := uint32(0)
	for p := range 1 << (s.width - fine) {
		t.deal(dealt, from, end[p], uint(p)<<fine, fine)
		from = end[p]
	}
	t.start[1<<s.width] = from
}

// deal deals a pile to its buckets, of which the first is b.
func (t *table) deal(dealt []uint64, from, to uint32, b, fine uint) {
	var next [256]uint32
	low := uint64(1<<fine - 1)
	for _, e := range dealt[from:to] {
		next[e>>48&low]++
	}
	sum := from
	for i, size := range next[:1<<fine] {
		t.start[b+uint(i)], next[i] = sum, sum
		sum += size
	}
	for _, e := range dealt[from:to] {
		at := &next[e>>48&low]
		t.next[*at], t.row[*at] = uint16(e>>32), uint32(e)
		*at++
	}
}
