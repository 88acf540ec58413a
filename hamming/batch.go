package hamming

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// SearchBatch searches for each of the queries, so many workers at a time (0: as
// many as the program may use processors), and calls fn with the number of the
// query and its hits as they come, in no order and from several goroutines at
// once. fn must not keep the hits. SearchBatch returns after the last call.
func (x *Index) SearchBatch(queries []Bits, radius, workers int, fn func(i int, hits []Hit)) {
	batch(x.Search, queries, radius, workers, fn)
}

// SearchBatch is [Index.SearchBatch]; each query sees the entries of the moment
// in which its own search begins.
func (l *Live) SearchBatch(queries []Bits, radius, workers int, fn func(i int, hits []Hit)) {
	batch(l.Search, queries, radius, workers, fn)
}

func batch(search func(Bits, int, []Hit) []Hit, queries []Bits, radius, workers int, fn func(int, []Hit)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	hits := make([][]Hit, workers)
	parallel(workers, len(queries), func(w, i int) {
		hits[w] = search(queries[i], radius, hits[w][:0])
		fn(i, hits[w])
	})
}

// parallel calls do for each task below tasks, so many workers at a time. The
// first argument is the worker's number.
func parallel(workers, tasks int, do func(worker, task int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for w := range min(workers, tasks) {
		all.Go(func() {
			for task := int(next.Add(1)) - 1; task < tasks; task = int(next.Add(1)) - 1 {
				do(w, task)
			}
		})
	}
	all.Wait()
}
