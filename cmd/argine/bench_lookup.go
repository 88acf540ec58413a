package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/problem"
)

// lookupFigures is what `argine bench lookup` measures.
type lookupFigures struct {
	N           int     `json:"n"`
	Data        string  `json:"data"`
	Connections int     `json:"connections"`
	Hits        float64 `json:"hits"` // share of the queries that match
	Cores       int     `json:"cores"`
	Loader      string  `json:"loader"`
	ReadyS      float64 `json:"ready_s"` // from start to the first answer, with the snapshot on disk
	loadFigures
	ServiceUS   float64 `json:"service_cpu_us"` // processor time for each lookup, of the service
	LoaderUS    float64 `json:"loader_cpu_us"`  // and of the loader
	ResidentMiB float64 `json:"resident_mib"`   // of the service, the mapped snapshot included
	HeapMiB     float64 `json:"heap_mib"`
	PausesMS    float64 `json:"longest_pause_ms"` // of the garbage collector
}

type lookupBench struct {
	n, connections, seconds int
	hits                    float64
	data                    string
	json                    bool
}

func benchLookupCommand() *cobra.Command {
	var b lookupBench
	cmd := &cobra.Command{
		Use:   "lookup",
		Short: "Measure lookups over HTTP against a bank of millions",
		Long: `Fills the index of the matching service with made-up fingerprints, by the snapshot from which the
service begins anyway, so that no database of that size is needed. Then it runs the service as it is, with
tokens and all, on the loopback interface, and a second process asks it over connections that stay open.
Every query that must match is checked. Both processes share the cores.`,
		Example: "  argine bench lookup --n 10000000 --connections 32 --seconds 10 --hits 0.1\n  argine bench lookup --n 1000000 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := b.measure(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return printed(cmd, b.json, f, f.table)
		},
	}
	cmd.Flags().IntVar(&b.n, "n", 1_000_000, "fingerprints in the bank")
	cmd.Flags().IntVar(&b.connections, "connections", 32, "connections that ask at the same time")
	cmd.Flags().IntVar(&b.seconds, "seconds", 10, "how long to measure, after a second to warm up")
	cmd.Flags().Float64Var(&b.hits, "hits", 0.1, "share of the queries that match something")
	cmd.Flags().StringVar(&b.data, "data", "uniform", "kind of fingerprints: uniform, clustered or pdq")
	cmd.Flags().BoolVar(&b.json, "json", false, "print JSON")
	cmd.AddCommand(lookupLoadCommand())
	return cmd
}

func (f lookupFigures) table(w io.Writer) {
	fmt.Fprintf(w, "fingerprints\t%d, %s\nconnections\t%d, kept alive\nmatching\t%.0f %% of the queries\ncores\t%d, shared with the loader\nloader\t%s\n", f.N, f.Data, f.Connections, f.Hits*100, f.Cores, f.Loader)
	fmt.Fprintf(w, "ready after\t%.2f s\nlookups\t%d\nlookups a second\t%.0f\n", f.ReadyS, f.Lookups, f.PerSecond)
	fmt.Fprintf(w, "p50, p99, longest\t%.2f ms, %.2f ms, %.2f ms\nwrong or failed\t%d\n", f.P50, f.P99, f.Longest, f.Failed)
	fmt.Fprintf(w, "processor time a lookup\t%.0f us, and %.0f us of the loader\n", f.ServiceUS, f.LoaderUS)
	fmt.Fprintf(w, "resident, heap\t%.0f MiB, %.0f MiB\nlongest pause\t%.2f ms\n", f.ResidentMiB, f.HeapMiB, f.PausesMS)
}

func (b lookupBench) measure(ctx context.Context, log io.Writer) (f lookupFigures, err error) {
	if b.n < 1 || b.connections < 1 || b.seconds < 1 || b.hits < 0 || b.hits > 1 {
		return f, problem.New(problem.Invalid, "--n, --connections and --seconds are at least 1, --hits is 0 to 1")
	}
	dir, err := os.MkdirTemp("", "argine-bench-")
	if err != nil {
		return f, err
	}
	defer os.RemoveAll(dir)
	f = lookupFigures{N: b.n, Data: b.data, Connections: b.connections, Hits: b.hits, Cores: runtime.GOMAXPROCS(0), Loader: "own, in a second process"}
	token, err := b.prepare(ctx, dir)
	if err != nil {
		return f, err
	}
	fmt.Fprintf(log, "making %d fingerprints and their index\n", b.n)
	if err := b.fill(dir); err != nil {
		return f, err
	}
	debug.FreeOSMemory()
	return f, b.serve(ctx, dir, token, &f)
}

const benchBank = "BENCH"

// prepare makes a data directory with a bank of one entry, whose snapshot the service writes
// when it stops.
func (b lookupBench) prepare(ctx context.Context, dir string) (token string, err error) {
	err = running(ctx, app.Config{Data: dir, Listen: "127.0.0.1:0", Only: []string{"api", app.Matcher}}, func(a *app.App) error {
		if token, err = a.OperatorToken(ctx, "bench"); err != nil {
			return err
		}
		base := "http://" + a.Address()
		if err := askJSON(ctx, "POST", base+"/c/banks", token, `{"name":"`+benchBank+`"}`, nil); err != nil {
			return err
		}
		one := strings.Repeat("0", 64)
		if err := askJSON(ctx, "POST", base+"/c/bank/"+benchBank+"/signal", token, `{"pdq":"`+one+`"}`, nil); err != nil {
			return err
		}
		for { // until the index has it, and so a snapshot is worth writing
			var found struct{ Matches []int64 }
			err := askJSON(ctx, "GET", base+"/m/raw_lookup?signal_type=pdq&signal="+one, token, "", &found)
			if err != nil || len(found.Matches) > 0 {
				return err
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	return token, err
}

// running runs a service while fn does.
func running(ctx context.Context, cfg app.Config, fn func(*app.App) error) error {
	a, err := app.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	err = fn(a)
	cancel()
	if failed := <-ended; err == nil {
		err = failed
	}
	return err
}

// fill replaces the snapshot by one in which the bank has n entries, and writes the queries.
func (b lookupBench) fill(dir string) error {
	path := filepath.Join(dir, "index", "banks.pdq")
	_, note, err := hamming.OpenLive(path)
	if err != nil {
		return err
	}
	list, err := makeHashes(b.data, b.n, 1)
	if err != nil {
		return err
	}
	if err := b.writeQueries(filepath.Join(dir, "queries"), list); err != nil {
		return err
	}
	entries := make([]hamming.Entry, len(list))
	for i, h := range list {
		entries[i] = hamming.Entry{Bits: h, Key: entryNumber(i)}
	}
	return hamming.WriteFile(path, hamming.Build(entries), note)
}

// entryNumber is the number of the entry at a place of the list: the bank is the first, with slot 1.
func entryNumber(place int) uint64 { return 1<<32 | uint64(place+1) }

// serve opens the service on the snapshot and lets another process load it.
func (b lookupBench) serve(ctx context.Context, dir, token string, f *lookupFigures) error {
	began := time.Now()
	return running(ctx, app.Config{Data: dir, Listen: "127.0.0.1:0", Only: []string{app.Matcher}}, func(a *app.App) error {
		base := "http://" + a.Address()
		var states map[string]struct{ Size int }
		if err := askJSON(ctx, "GET", base+"/m/index/status", token, "", &states); err != nil {
			return err
		}
		f.ReadyS = time.Since(began).Seconds()
		if got := states["pdq"].Size; got != b.n {
			return fmt.Errorf("the service has %d fingerprints, not %d: it did not take its snapshot", got, b.n)
		}
		var before, after debug.GCStats
		debug.ReadGCStats(&before)
		service := processorTime(syscall.RUSAGE_SELF)
		if err := b.load(ctx, a.Address(), token, filepath.Join(dir, "queries"), &f.loadFigures); err != nil {
			return err
		}
		asked := float64(max(1, f.Lookups+f.Warm))
		f.ServiceUS, f.LoaderUS = (processorTime(syscall.RUSAGE_SELF)-service)/asked, processorTime(syscall.RUSAGE_CHILDREN)/asked
		debug.ReadGCStats(&after)
		for _, pause := range after.Pause[:min(len(after.Pause), int(after.NumGC-before.NumGC))] {
			f.PausesMS = max(f.PausesMS, float64(pause.Microseconds())/1000)
		}
		var heap runtime.MemStats
		runtime.ReadMemStats(&heap)
		f.HeapMiB, f.ResidentMiB = float64(heap.HeapInuse)/(1<<20), residentMiB()
		return nil
	})
}

// processorTime is what a process has used, or the children that it waited for, in microseconds.
func processorTime(of int) float64 {
	var used syscall.Rusage
	syscall.Getrusage(of, &used)
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1000
}

// residentMiB is the memory of this process, as Linux tells it; 0 elsewhere.
func residentMiB() float64 {
	text, _ := os.ReadFile("/proc/self/statm")
	var size, resident float64
	fmt.Sscan(string(text), &size, &resident)
	return resident * float64(os.Getpagesize()) / (1 << 20)
}

func askJSON(ctx context.Context, method, url, token, body string, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode/100 != 2:
		return fmt.Errorf("%s answers %s: %s", url, resp.Status, bytes.TrimSpace(text))
	case into == nil:
		return nil
	}
	return json.Unmarshal(text, into)
}
