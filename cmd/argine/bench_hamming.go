package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
)

// hammingFigures are what one run of the benchmark measured. Times are of one query, one at a
// time, on one core, in microseconds.
type hammingFigures struct {
	N       int    `json:"n"`
	Queries int    `json:"queries"`
	Radius  int    `json:"radius"`
	Data    string `json:"data"`

	OursUS           float64 `json:"ours_us"`
	OursBytesPerHash float64 `json:"ours_bytes_per_hash"`
	OursBuildS       float64 `json:"ours_build_s"`

	faissFigures
	Ratio     float64 `json:"ratio,omitempty"`
	RatioFlat float64 `json:"ratio_flat,omitempty"`
	Equal     *bool   `json:"equal,omitempty"`
}

type hammingBench struct {
	n, queries, radius int
	data, against      string
	json               bool
}

func benchHammingCommand() *cobra.Command {
	var b hammingBench
	cmd := &cobra.Command{
		Use:   "hamming",
		Short: "Measure the search of fingerprints, also against faiss",
		Long: `Builds an index of made-up 256-bit fingerprints on one core and searches it, one query at a time. Half of the
queries are altered copies of stored fingerprints. With --against faiss the same data and queries go through
faiss on one thread: its flat index and IndexBinaryMultiHash, 11 hashes of 23 bits with 2 flips, its fastest exact
configuration; the sets of results are compared. faiss comes with Debian's package python3-faiss.`,
		Example: "  argine bench hamming --n 1000000\n  argine bench hamming --n 10000000 --data pdq --against faiss --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			figures, err := b.run(cmd)
			if err != nil {
				return err
			}
			return printed(cmd, b.json, figures, figures.table)
		},
	}
	cmd.Flags().IntVar(&b.n, "n", 1_000_000, "fingerprints in the index")
	cmd.Flags().IntVar(&b.queries, "queries", 1000, "queries")
	cmd.Flags().IntVar(&b.radius, "radius", 31, "largest distance that is a match, in bits")
	cmd.Flags().StringVar(&b.data, "data", "uniform", "uniform, clustered or pdq")
	cmd.Flags().StringVar(&b.against, "against", "", "faiss: measure it too")
	cmd.Flags().BoolVar(&b.json, "json", false, "print JSON")
	return cmd
}

func (b *hammingBench) check() error {
	switch {
	case b.n < 1 || b.n > math.MaxUint32 || b.queries < 1:
		return problem.New(problem.Invalid, "--n is 1 to %d and --queries at least 1", uint32(math.MaxUint32))
	case b.radius < 0 || b.radius > hamming.Width:
		return problem.New(problem.Invalid, "--radius is 0 to %d bits", hamming.Width)
	case b.against != "" && b.against != "faiss":
		return problem.New(problem.Invalid, "--against knows faiss, and no %q", b.against)
	}
	return nil
}

func (b *hammingBench) run(cmd *cobra.Command) (hammingFigures, error) {
	out := hammingFigures{N: b.n, Queries: b.queries, Radius: b.radius, Data: b.data}
	if err := b.check(); err != nil {
		return out, err
	}
	stored, err := makeHashes(b.data, b.n, 1)
	if err != nil {
		return out, err
	}
	queries, err := makeQueries(b.data, stored, b.queries, b.radius)
	if err != nil {
		return out, err
	}
	found := out.ours(stored, queries)
	if b.against == "" {
		return out, nil
	}
	theirs, err := runFaiss(cmd.Context(), stored, queries, b.radius)
	if err != nil {
		return out, err
	}
	out.compare(found, theirs)
	return out, nil
}

// ours builds and searches on one core, and returns the places of the strings that each query
// found.
func (f *hammingFigures) ours(stored, queries []hamming.Bits) [][]uint64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	entries := make([]hamming.Entry, len(stored))
	for i, s := range stored {
		entries[i] = hamming.Entry{Bits: s, Key: uint64(i)}
	}
	began := time.Now()
	index := hamming.Build(entries)
	f.OursBuildS = time.Since(began).Seconds()
	f.OursBytesPerHash = float64(index.Size()) / float64(index.Len())

	var hits []hamming.Hit
	for _, q := range queries[:min(len(queries), 100)] { // what the first call pays is not a query's cost
		hits = index.Search(alteredByOne(q), f.Radius, hits[:0])
	}
	found := make([][]uint64, len(queries))
	var spent time.Duration
	for i, q := range queries {
		began = time.Now()
		hits = index.Search(q, f.Radius, hits[:0])
		spent += time.Since(began)
		for _, h := range hits {
			found[i] = append(found[i], h.Key)
		}
		slices.Sort(found[i])
	}
	f.OursUS = microseconds(spent) / float64(len(queries))
	return found
}

// alteredByOne is another query than q, so that warming up does not bring q's buckets into the cache.
func alteredByOne(q hamming.Bits) hamming.Bits {
	for w := range q {
		q[w] = ^q[w]
	}
	return q
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func (f *hammingFigures) compare(found [][]uint64, theirs faissAnswers) {
	f.faissFigures = theirs.faissFigures
	equal := slices.EqualFunc(found[:len(theirs.flat)], theirs.flat, slices.Equal)
	if theirs.Config != "" {
		equal = equal && slices.EqualFunc(found, theirs.hashed, slices.Equal)
		f.Ratio = theirs.FaissUS / f.OursUS
	}
	f.RatioFlat, f.Equal = theirs.FlatUS/f.OursUS, &equal
}

func (f hammingFigures) table(w io.Writer) {
	fmt.Fprintf(w, "%d fingerprints (%s), %d queries, radius %d, one core\n", f.N, f.Data, f.Queries, f.Radius)
	fmt.Fprintf(w, "argine\t%.1f µs a query\t%.1f bytes a hash\tbuilt in %.2f s\t\n", f.OursUS, f.OursBytesPerHash, f.OursBuildS)
	if f.Equal == nil {
		return
	}
	if f.Config != "" {
		fmt.Fprintf(w, "faiss %s\t%.1f µs a query\t\tbuilt in %.2f s\t%.1f times as long\n", f.Config, f.FaissUS, f.FaissBuildS, f.Ratio)
	}
	fmt.Fprintf(w, "faiss flat\t%.1f µs a query\t\t\t%.1f times as long\n", f.FlatUS, f.RatioFlat)
	fmt.Fprintf(w, "same results\t%v\n", *f.Equal)
}
