package hamming

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumBlock is how much one core sums up at a time, in bytes.
const sumBlock = 4 << 20

// checksums of sections, made by all cores together: a section's checksum is
// the CRC-32C of the CRC-32Cs of its blocks.
func checksums(parts [][]byte) ([]uint32, error) {
	var blocks [][]byte
	counts := make([]int, len(parts))
	for i, p := range parts {
		for len(p) > 0 {
			n := min(sumBlock, len(p))
			blocks, p = append(blocks, p[:n]), p[n:]
			counts[i]++
		}
	}
	of := make([]byte, 4*len(blocks))
	if !onAllCores(len(blocks), func(i int) bool {
		binary.LittleEndian.PutUint32(of[4*i:], crc32.Checksum(blocks[i], castagnoli))
		return true
	}) {
		return nil, errUnreadable
	}
	sums := make([]uint32, len(parts))
	for i, n := range counts {
		sums[i], of = crc32.Checksum(of[:4*n], castagnoli), of[4*n:]
	}
	return sums, nil
}

// checkRows reports whether the tables name rows that there are: a file whose
// checksums someone made to fit is then no danger either.
func (x *Index) checkRows() error {
	const block = sumBlock / 4
	n := uint32(len(x.keys))
	if !onAllCores((len(x.rowsOf)+block-1)/block, func(i int) bool {
		most := [4]uint32{}
		rows := x.rowsOf[i*block : min((i+1)*block, len(x.rowsOf))]
		for ; len(rows) >= 4; rows = rows[4:] { // four at a time: twice as fast
			most[0], most[1] = max(most[0], rows[0]), max(most[1], rows[1])
			most[2], most[3] = max(most[2], rows[2]), max(most[3], rows[3])
		}
		for _, row := range rows {
			most[0] = max(most[0], row)
		}
		return max(most[0], most[1], most[2], most[3]) < n
	}) {
		return errors.New("a row that is none")
	}
	return nil
}

// onAllCores calls do for 0 to n-1 and reports whether all calls did. One that
// reads what cannot be read did not.
func onAllCores(n int, do func(i int) bool) bool {
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			if err := readable(func() {
				for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
					if !do(i) {
						failed.Store(true)
					}
				}
			}); err != nil {
				failed.Store(true)
			}
		})
	}
	workers.Wait()
	return !failed.Load()
}

var errUnreadable = fmt.Errorf("the disk does not give all of it: %w", ErrDamaged)

// readable calls read. Mapped memory that the disk does not give, or that
// someone cut off, is then an error of this file and not the end of the program.
func readable(read func()) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if _, fault := r.(interface{ Addr() uintptr }); fault {
			err = errUnreadable
		} else if r != nil {
			panic(r)
		}
	}()
	read()
	return nil
}
