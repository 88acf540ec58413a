package hamming

import (
	"math"
	"math/bits"
	"unsafe"
)

const (
	chunks    = 16 // chunks of a string
	chunkBits = 16

	// smallest is the number of strings from which tables are worth having;
	// reading 1,024 strings takes about as long as the probes would.
	smallest = 1024
)

// Index answers searches over a fixed set of entries. Any number of goroutines
// may search it at the same time.
type Index struct {
	rows
	width uint // bits of a chunk that name its bucket; 0: no tables, read everything
	table [chunks]table
}

// rows are the entries, strings permuted, one slice for each part so that a
// search reads no more than it needs.
type rows struct {
	bits []Bits
	keys []uint64
}

// table sorts the rows by one chunk. Bucket b is entries start[b] to start[b+1].
type table struct {
	start []uint32
	next  []uint16 // of each entry, the following chunk; some lanes to spare at the end
	row   []uint32 // of each entry, its place in rows
}

// Build makes an index of the entries and keeps nothing of the slice. It takes
// about a microsecond and 136 to 144 bytes an entry; more than 2³²-1 entries
// are too many, and panic.
func Build(entries []Entry) *Index {
	r := makeRows(len(entries))
	for i, e := range entries {
		r.bits[i], r.keys[i] = permute(e.Bits), e.Key
	}
	return indexRows(r)
}

// Len is the number of entries.
func (x *Index) Len() int { return len(x.keys) }

// Size is the memory that the index holds, in bytes.
func (x *Index) Size() int64 {
	n := int64(cap(x.bits))*int64(unsafe.Sizeof(Bits{})) + int64(cap(x.keys))*8
	for _, t := range x.table {
		n += int64(cap(t.start))*4 + int64(len(t.row))*2 + int64(cap(t.row))*4
	}
	return n
}

// Search appends to dst, in no order, every entry within radius bits of q, and
// returns it. A negative radius finds nothing, one of 256 or more everything.
// It allocates only where dst has no room.
func (x *Index) Search(q Bits, radius int, dst []Hit) []Hit {
	return x.search(permute(q), radius, dst, nil)
}

func makeRows(n int) rows {
	return rows{bits: large[Bits](n), keys: large[uint64](n)}
}

// indexRows takes over r.
func indexRows(r rows) *Index {
	n := len(r.keys)
	if uint64(n) > math.MaxUint32 {
		panic("hamming: more than 4294967295 entries in one index")
	}
	x := &Index{rows: r}
	if n < smallest {
		return x
	}
	// About eight entries a bucket: the bucket starts then add at most eight
	// bytes an entry. A narrower bucket name stays exact, for part of a chunk
	// never differs in more bits than the chunk.
	x.width = min(chunkBits, uint(bits.Len(uint(n)))-4)
	x.allot()
	for c := range x.table {
		x.table[c].sort(r.bits, c, x.width)
	}
	return x
}

// allot makes the tables, those of one kind one after another. The spare lanes
// of a table's next overlap the table that follows, and are only read.
func (x *Index) allot() {
	n, buckets := len(x.keys), 1<<x.width+1
	start := large[uint32](chunks * buckets)
	next, row := large[uint16](chunks*n+lanes), large[uint32](chunks*n)
	for c := range x.table {
		x.table[c] = table{
			start: start[c*buckets:][:buckets:buckets],
			next:  next[c*n:][: n+lanes : n+lanes],
			row:   row[c*n:][:n:n],
		}
	}
}

// sort is a counting sort: count each bucket, sum up to the buckets' ends, then
// deal the rows out from the last to the first, which moves each end down to
// the bucket's start and leaves the rows of a bucket in order.
func (t *table) sort(strings []Bits, c int, width uint) {
	low := uint16(1<<width - 1)
	for i := range strings {
		t.start[chunk(&strings[i], c)&low]++
	}
	sum := uint32(0)
	for b := range t.start {
		sum += t.start[b]
		t.start[b] = sum
	}
	for i := len(strings) - 1; i >= 0; i-- {
		b := chunk(&strings[i], c) & low
		at := t.start[b] - 1
		t.start[b] = at
		t.next[at] = chunk(&strings[i], c+1)
		t.row[at] = uint32(i)
	}
}

// chunk is the c-th chunk of s, counted round the ring.
func chunk(s *Bits, c int) uint16 {
	return uint16(s[c>>2&3] >> (uint(c) & 3 * chunkBits))
}
