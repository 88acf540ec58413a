package hamming

import (
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
)

// Pair is two entries within a radius of each other.
type Pair struct {
	A, B     uint64 // keys
	Distance int
}

// Pairs ranges over every two entries that are at most radius bits apart: all of
// them, none besides, each once, in no order. All cores search, while the loop
// body runs alone; they have ended when the loop has.
//
// It is many times cheaper than a search for each entry: whole buckets are
// compared with each other, while they are in the processor's cache. Data full
// of likeness have a great many pairs: n equal strings make n(n-1)/2. To know
// only which entries hang together, [Index.Clusters] is cheaper then.
func (x *Index) Pairs(radius int) iter.Seq[Pair] {
	return func(yield func(Pair) bool) {
		for p := range x.twins(radius) {
			if !yield(Pair{x.keys[p.A], x.keys[p.B], p.Distance}) {
				return
			}
		}
	}
}

// twins is Pairs with the numbers of rows instead of keys.
func (x *Index) twins(radius int) iter.Seq[Pair] {
	return func(yield func(Pair) bool) {
		t := &twins{x: x, radius: radius, found: make(chan []Pair), stop: make(chan struct{})}
		t.plan()
		var workers sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			workers.Go(t.run)
		}
		go func() {
			workers.Wait()
			close(t.found)
		}()
		defer func() { // also when the loop body breaks off or panics
			close(t.stop)
			for range t.found {
			}
		}()
		for some := range t.found {
			for _, p := range some {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// twins is one run: so many units of work, each done by one of the workers.
type twins struct {
	x      *Index
	radius int
	units  int
	work   func(unit int, hand *handful) bool // false: the loop has ended
	next   atomic.Int64                       // unit to begin next
	found  chan []Pair
	stop   chan struct{}
}

const (
	twinsRows    = 64   // rows of a unit, if each is searched for
	twinsBuckets = 32   // buckets of a unit, if they are joined
	twinsMost    = 4096 // pairs that a worker hands over at a time
)

// plan chooses between the tables and comparing each with each.
func (t *twins) plan() {
	x := t.x
	n := len(x.bits)
	if cost, ok := x.joinCost(t.radius); ok && cost < float64(n)*float64(n)*costRow {
		t.units = chunks << x.width / twinsBuckets
		t.work = newJoiner(x, t.radius).unit
		return
	}
	byRow := x.numbered()
	t.units = (n + twinsRows - 1) / twinsRows
	t.work = func(unit int, hand *handful) bool { return t.searchRows(byRow, unit*twinsRows, hand) }
}

// run does units until there are none.
func (t *twins) run() {
	hand := &handful{t: t}
	for unit := int(t.next.Add(1)) - 1; unit < t.units; unit = int(t.next.Add(1)) - 1 {
		// Rare pairs should not have to wait for many to come together.
		if !t.work(unit, hand) || !hand.over() {
			return
		}
	}
}

// searchRows searches for each of some rows. A pair belongs to the row with the
// lower number.
func (t *twins) searchRows(byRow *Index, from int, hand *handful) bool {
	for a := from; a < min(from+twinsRows, len(t.x.bits)); a++ {
		hand.hits = byRow.search(t.x.bits[a], t.radius, hand.hits[:0], nil)
		for _, h := range hand.hits {
			if h.Key > uint64(a) && !hand.add(Pair{uint64(a), h.Key, h.Distance}) {
				return false
			}
		}
	}
	return true
}

// numbered is x with the rows' numbers for keys. It shares all else.
func (x *Index) numbered() *Index {
	y := *x
	y.keys = large[uint64](len(x.keys))
	for i := range y.keys {
		y.keys[i] = uint64(i)
	}
	return &y
}

// handful is what a worker has found and not yet handed over.
type handful struct {
	t    *twins
	some []Pair
	hits []Hit
	hunt hunt
}

// add reports false if the loop has ended.
func (h *handful) add(p Pair) bool {
	if h.some = append(h.some, p); len(h.some) < twinsMost {
		return true
	}
	return h.over()
}

// over gives the pairs to the loop.
func (h *handful) over() bool {
	select {
	case <-h.t.stop:
		return false
	default:
	}
	if len(h.some) == 0 {
		return true
	}
	select {
	case h.t.found <- h.some:
		h.some = make([]Pair, 0, twinsMost)
		return true
	case <-h.t.stop:
		return false
	}
}
