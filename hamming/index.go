package hamming

import "math/bits"

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

	// The memory of the tables, those of one kind one after another. The spare
	// lanes of a table's next overlap the table that follows, and are only read.
	starts []uint32
	nexts  []uint16
	rowsOf []uint32
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

// Len is the number of entries.
func (x *Index) Len() int { return len(x.keys) }

// Size is the memory that the index holds, in bytes.
func (x *Index) Size() int64 {
	n := 0
	for _, s := range x.sections() {
		n += len(s)
	}
	return int64(n)
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

// widthFor makes buckets of about eight entries: their starts then add at most
// eight bytes an entry. A narrower bucket name stays exact, for part of a chunk
// never differs in more bits than the chunk.
func widthFor(n int) uint {
	if n < smallest {
		return 0
	}
	return min(chunkBits, uint(bits.Len(uint(n)))-4)
}

func tableLengths(n int, width uint) (starts, nexts, rows int) {
	if width == 0 {
		return 0, 0, 0
	}
	return chunks * (1<<width + 1), chunks*n + lanes, chunks * n
}

// cut gives each table its part of the memory.
func (x *Index) cut() {
	if x.width == 0 {
		return
	}
	n, buckets := len(x.keys), 1<<x.width+1
	for c := range x.table {
		x.table[c] = table{
			start: x.starts[c*buckets:][:buckets:buckets],
			next:  x.nexts[c*n:][: n+lanes : n+lanes],
			row:   x.rowsOf[c*n:][:n:n],
		}
	}
}

// chunk is the c-th chunk of s, counted round the ring.
func chunk(s *Bits, c int) uint16 {
	return uint16(s[c>>2&3] >> (uint(c) & 3 * chunkBits))
}
