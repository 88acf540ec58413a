package hamming_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

// TestSnapshotProperty: a snapshot is the entries of its moment, whatever comes
// or goes later, and so is what it saves.
func TestSnapshotProperty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	rapid.Check(t, func(t *rapid.T) {
		entries := drawKind(t, 0, 1, 60, 1500, 3000)
		cut := rapid.IntRange(0, len(entries)).Draw(t, "cut")
		l := hamming.NewLive(entries[:cut])
		half := cut + (len(entries)-cut)/2
		l.InsertAll(entries[cut:half])
		gone := map[uint64]bool{}
		for i := range rapid.SampledFrom([]int{0, 1, 700}).Draw(t, "removed") {
			if i < half {
				gone[entries[i].Key] = true
				l.Remove(entries[i].Key)
			}
		}
		held := slices.DeleteFunc(slices.Clone(entries[:half]), func(e hamming.Entry) bool { return gone[e.Key] })
		s := l.Snapshot()
		// What comes after must not show.
		for _, e := range entries[half:] {
			l.Insert(hamming.Entry{Bits: e.Bits, Key: 1 << 40})
		}
		for _, e := range entries[:half/3] {
			l.Remove(e.Key)
		}
		q, radius := drawQuery(t, entries), drawRadius(t)
		want := brute(held, q, radius)
		same(t, s.Index().Search(q, radius, nil), want, "snapshot, radius %d", radius)
		if err := s.Save(path, []byte("up to here")); err != nil {
			t.Fatal(err)
		}
		again, note, err := hamming.OpenLive(path)
		if err != nil || string(note) != "up to here" {
			t.Fatalf("OpenLive: %v, note %q", err, note)
		}
		if again.Len() != len(held) {
			t.Fatalf("opened with %d entries, want %d", again.Len(), len(held))
		}
		same(t, again.Search(q, radius, nil), want, "opened, radius %d", radius)
		// Nothing changed: saved as it is, over the file that it lies in.
		if err := again.Save(path, nil); err != nil {
			t.Fatal(err)
		}
		same(t, again.Search(q, radius, nil), want, "saved again, radius %d", radius)
		same(t, again.Snapshot().Index().Search(q, radius, nil), want, "a copy, radius %d", radius)
	})
}

// mapped reports whether the file is in the memory of this process.
func mapped(t *testing.T, path string) bool {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip("only Linux says what is mapped")
	}
	return strings.Contains(string(maps), path)
}

// TestOpenLiveUnmaps: while searches run, the mapped segment is merged away;
// nobody loses it from under his feet, and then its memory goes.
func TestOpenLiveUnmaps(t *testing.T) {
	entries := uniform(71, 20_000)
	path := filepath.Join(t.TempDir(), "index")
	if err := hamming.NewLive(entries).Save(path, nil); err != nil {
		t.Fatal(err)
	}
	l, _, err := hamming.OpenLive(path)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if !mapped(t, path) {
		t.Fatal("the file is not mapped")
	}
	var done atomic.Bool
	var readers sync.WaitGroup
	for g := range 2 {
		readers.Go(func() {
			for i := g; !done.Load(); i++ {
				e := entries[12_000+i%8000]
				if hits := l.Search(e.Bits, 70, nil); !slices.Contains(hits, hamming.Hit{Key: e.Key}) {
					t.Errorf("entry %d was lost", e.Key)
					return
				}
				runtime.GC()
			}
		})
	}
	for _, e := range entries[:6000] {
		l.Remove(e.Key)
	}
	l.Settle()
	for range 4000 { // cleanups run some time after a collection
		if !mapped(t, path) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if mapped(t, path) {
		t.Error("still mapped after its segment is gone")
	}
	done.Store(true)
	readers.Wait()
	same(t, l.Search(entries[19_999].Bits, 31, nil), brute(entries[6000:], entries[19_999].Bits, 31), "afterwards")
}

// TestLiveAllAtOnce: everything that a Live can do, at the same time.
func TestLiveAllAtOnce(t *testing.T) {
	stay := clustered(72, 2500)
	path := filepath.Join(t.TempDir(), "index")
	if err := hamming.NewLive(stay).Save(path, nil); err != nil {
		t.Fatal(err)
	}
	l, _, err := hamming.OpenLive(path)
	if err != nil {
		t.Fatal(err)
	}
	var done atomic.Bool
	var readers, writers sync.WaitGroup
	readers.Go(func() {
		var dst []hamming.Hit
		for i := 0; !done.Load(); i++ {
			e := stay[i%len(stay)]
			dst = l.Nearest(e.Bits, 2, dst[:0])
			if len(dst) != 2 || dst[0].Distance != 0 || byDistance(dst[0], dst[1]) > 0 {
				t.Errorf("nearest to entry %d: %v", e.Key, dst)
				return
			}
		}
	})
	readers.Go(func() {
		for !done.Load() {
			before := l.Snapshot().Index()
			if hits := before.Search(stay[9].Bits, 0, nil); !slices.Contains(hits, hamming.Hit{Key: 9}) {
				t.Error("a snapshot lacks entry 9")
			}
			if err := l.Save(path, nil); err != nil {
				t.Error(err)
			}
		}
	})
	for g := range 2 {
		writers.Go(func() { churnAll(t, l, uint64(g+1)<<32) })
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
	l.Settle()
	for _, e := range stay[:50] {
		same(t, l.Search(e.Bits, 40, nil), brute(stay, e.Bits, 40), "entry %d", e.Key)
	}
	if l.Len() != len(stay) {
		t.Errorf("Len = %d, want %d", l.Len(), len(stay))
	}
}

// churnAll inserts many at once, and takes each lot out again two lots later.
func churnAll(t *testing.T, l *hamming.Live, first uint64) {
	lots := [][]hamming.Entry{}
	for i, n := range []int{1, 3000, 40, 1024, 1025, 2000, 7, 500, 0, 0} {
		lot := uniform(first+uint64(i), n)
		for j := range lot {
			lot[j].Key = first + uint64(i)<<16 + uint64(j)
		}
		lots = append(lots, lot)
		l.InsertAll(lot)
		if n > 0 {
			same(t, l.Search(lot[n-1].Bits, 0, nil), []hamming.Hit{{Key: lot[n-1].Key}}, "lot %d", i)
		}
		if i >= 2 {
			for _, e := range lots[i-2] {
				if got := l.Remove(e.Key); got != 1 {
					t.Errorf("Remove = %d, want 1", got)
				}
			}
		}
	}
}
