package hamming

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Clusters puts together what hangs together: two entries are in one cluster if
// a chain of entries leads from one to the other, each at most radius bits from
// the next (single linkage). An entry that is near no other is in none. The
// largest clusters come first, those of equal size by their first keys; the keys
// of a cluster ascend, and a key that several entries share is there for each.
//
// It goes through all pairs if those are not too many, and otherwise does not
// become slower by their number.
func (x *Index) Clusters(radius int) [][]uint64 {
	var all [][]uint64
	// A search for each entry is about what a flood costs.
	if cost, ok := x.joinCost(radius); ok && cost < float64(x.Len())*float64(x.searchCost(radius)) {
		all = x.linked(radius)
	} else {
		all = x.flooded(radius)
	}
	slices.SortFunc(all, func(a, b []uint64) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), slices.Compare(a, b))
	})
	return all
}

// linked joins the ends of every pair (union-find, with halving of paths).
func (x *Index) linked(radius int) (all [][]uint64) {
	up := make([]uint32, x.Len())
	for i := range up {
		up[i] = uint32(i)
	}
	top := func(row uint32) uint32 {
		for up[row] != row {
			up[row] = up[up[row]]
			row = up[row]
		}
		return row
	}
	for p := range x.twins(radius) {
		// The lower number on top: rows come after the top of their cluster.
		a, b := top(uint32(p.A)), top(uint32(p.B))
		up[max(a, b)] = min(a, b)
	}
	place := map[uint32]int{}
	for i := range up {
		row, first := uint32(i), top(uint32(i))
		if row == first {
			continue
		}
		at, known := place[first]
		if !known {
			at = len(all)
			place[first] = at
			all = append(all, []uint64{x.keys[first]})
		}
		all[at] = append(all[at], x.keys[row])
	}
	for _, c := range all {
		slices.Sort(c)
	}
	return all
}

// flooded searches for each entry about once, on all cores where that helps;
// what a cluster already has, leaves the index that is searched.
func (x *Index) flooded(radius int) (all [][]uint64) {
	f := &flood{x: x, left: x.numbered(), radius: radius, seen: make([]bool, x.Len()),
		batch: 1, hits: make([][]Hit, runtime.GOMAXPROCS(0))}
	for f.row < x.Len() {
		all = append(all, f.seeds()...)
	}
	return all
}

// flood finds one cluster after another: from a row to all near it, from those
// on to all near them, until no new ones come.
type flood struct {
	x      *Index
	left   *Index // rows that no cluster had when it was made; its keys are their numbers in x
	radius int
	seen   []bool       // rows that belong to a cluster, or to themselves
	row    int          // all rows below are seen
	batch  int          // rows to begin from at a time
	gone   int          // rows seen since left was made
	wasted atomic.Int64 // hits since then on rows that were seen
	hits   [][]Hit      // room for the searches of each core
}

const (
	batchMost  = 512     // rows that are searched for before any is looked at
	heldMost   = 1 << 20 // hits that are kept meanwhile, about
	wastedMost = 64      // hits on seen rows that cost as much as indexing a row
)

// seeds begins from some unseen rows, all at once because most rows are alone in
// most data. Where they are not, a later row of the batch may belong to the
// cluster of an earlier one; then fewer are worth trying the next time.
func (f *flood) seeds() (found [][]uint64) {
	rows := make([]uint32, 0, f.batch)
	for ; f.row < len(f.seen) && len(rows) < f.batch; f.row++ {
		if !f.seen[f.row] {
			rows = append(rows, uint32(f.row))
		}
	}
	near, useful := f.search(rows), 0
	for i, row := range rows {
		if f.seen[row] {
			continue
		}
		useful++
		if near[i] == nil {
			near[i] = f.search(rows[i : i+1])[0]
		}
		f.mark(row)
		if members := f.follow([]uint32{row}, near[i]); len(members) > 1 {
			found = append(found, f.keys(members))
		}
	}
	f.batch = max(1, min(2*useful, batchMost))
	f.shrink()
	return found
}

// follow adds near and all that hangs together with them to the members.
func (f *flood) follow(members, near []uint32) []uint32 {
	members = f.welcome(members, near)
	for done := 1; done < len(members); f.shrink() {
		for _, near := range f.search(members[done:min(done+batchMost, len(members))]) {
			if near == nil {
				break
			}
			done++
			members = f.welcome(members, near)
		}
	}
	return members
}

// welcome adds those of near that are new.
func (f *flood) welcome(members, near []uint32) []uint32 {
	for _, row := range near {
		if !f.seen[row] {
			f.mark(row)
			members = append(members, row)
		}
	}
	return members
}

func (f *flood) mark(row uint32) {
	f.seen[row] = true
	f.gone++
}

// search gives the unseen neighbours of each row, on all cores if there are
// enough rows. It puts a row off, and gives nil for it, where too many hits come
// together; never the first one.
func (f *flood) search(rows []uint32) [][]uint32 {
	near := make([][]uint32, len(rows))
	var next, held atomic.Int64
	work := func(hits *[]Hit) {
		for i := next.Add(1) - 1; i < int64(len(rows)); i = next.Add(1) - 1 {
			if i == 0 || held.Load() < heldMost {
				near[i] = f.unseen(rows[i], hits)
				held.Add(int64(len(near[i])))
			}
		}
	}
	if len(rows) < 4*len(f.hits) {
		work(&f.hits[0])
		return near
	}
	var workers sync.WaitGroup
	for i := range f.hits {
		workers.Go(func() { work(&f.hits[i]) })
	}
	workers.Wait()
	return near
}

// unseen is never nil.
func (f *flood) unseen(row uint32, hits *[]Hit) []uint32 {
	*hits = f.left.search(f.x.bits[row], f.radius, (*hits)[:0], nil)
	near := []uint32{}
	for _, h := range *hits {
		if !f.seen[h.Key] {
			near = append(near, uint32(h.Key))
		}
	}
	f.wasted.Add(int64(len(*hits) - len(near)))
	return near
}

// shrink makes an index of the unseen rows as soon as it is worth that: half of
// the rows are seen, or finding seen ones has cost as much.
func (f *flood) shrink() {
	live := f.left.Len() - f.gone
	if f.gone <= live && f.wasted.Load() <= int64(wastedMost*live) || f.gone == 0 {
		return
	}
	r, to := makeRows(live), 0
	for i, row := range f.left.keys {
		if !f.seen[row] {
			r.bits[to], r.keys[to] = f.left.bits[i], row
			to++
		}
	}
	f.left, f.gone = indexRows(r), 0
	f.wasted.Store(0)
}

func (f *flood) keys(members []uint32) []uint64 {
	keys := make([]uint64, len(members))
	for i, m := range members {
		keys[i] = f.x.keys[m]
	}
	slices.Sort(keys)
	return keys
}
