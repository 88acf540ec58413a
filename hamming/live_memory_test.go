package hamming_test

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/argine/argine/hamming"
)

// inUse is what the heap holds when all garbage is collected, in bytes.
func inUse() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

// TestLiveFreesTheHeap: after most entries left, their memory is the runtime's
// again, and what is still held is what Size says.
func TestLiveFreesTheHeap(t *testing.T) {
	const n = 20_000
	before := inUse()
	l := hamming.NewLive(nil)
	l.InsertAll(uniform(81, n))
	for _, e := range uniform(82, n/2) {
		e.Key += n
		l.Insert(e)
	}
	l.Settle()
	full := inUse() - before
	for key := range uint64(n + n/2) {
		if key%20 != 0 {
			l.Remove(key)
		}
	}
	l.Settle()
	left := inUse() - before
	if full < n*3/2*130 || left > full/5 {
		t.Errorf("heap: %d bytes with all, %d with a twentieth", full, left)
	}
	if size := l.Size(); left > size+size/2+2<<20 {
		t.Errorf("heap holds %d bytes, and Size says %d", left, size)
	}
	if want := n * 3 / 2 / 20; l.Len() != want {
		t.Errorf("Len = %d, want %d", l.Len(), want)
	}
	runtime.KeepAlive(l)
}
