package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/hamming"
)

// loadFigures is what the loading process measured. Times are in milliseconds.
type loadFigures struct {
	Lookups   int     `json:"lookups"`
	Warm      int     `json:"warm_up_lookups"`
	PerSecond float64 `json:"lookups_per_second"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	Longest   float64 `json:"longest_ms"`
	Failed    int     `json:"failed"` // answers that were no 200, or without the entry that they must have
}

const (
	benchQueries = 200_000
	benchRadius  = 31
	warmUp       = time.Second
)

// writeQueries writes queries, a line each: the fingerprint, and the number of the entry that
// must be found, 0 for none.
func (b lookupBench) writeQueries(path string, stored []hamming.Bits) error {
	fresh, err := makeHashes(b.data, benchQueries, 2)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(3, 1))
	var out bytes.Buffer
	for _, h := range fresh {
		number := uint64(0)
		if r.Float64() < b.hits {
			place := r.IntN(len(stored))
			h, number = alteredHash(r, stored[place], r.IntN(benchRadius+1)), entryNumber(place)
		}
		raw := h.Bytes()
		fmt.Fprintf(&out, "%s %d\n", hex.EncodeToString(raw[:]), number)
	}
	return os.WriteFile(path, out.Bytes(), 0o600)
}

// load runs the loader as a process of its own.
func (b lookupBench) load(ctx context.Context, address, token, queries string, into *loadFigures) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "bench", "lookup", "load", address, queries, "--connections", strconv.Itoa(b.connections), "--seconds", strconv.Itoa(b.seconds))
	cmd.Env = append(os.Environ(), "ARGINE_TOKEN="+token)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("the loader failed: %w", err)
	}
	return json.Unmarshal(out, into)
}

func lookupLoadCommand() *cobra.Command {
	var connections, seconds int
	cmd := &cobra.Command{
		Use:     "load ADDRESS QUERIES",
		Short:   "Ask a matching service as fast as it answers",
		Long:    "Sends the fingerprints of a file, a line each with the number of the entry that must be found or 0, as lookups of PDQ hashes, and prints figures as JSON. The token is in ARGINE_TOKEN.",
		Example: "  argine bench lookup load 127.0.0.1:8090 queries --connections 32",
		Hidden:  true,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			l := &loader{address: args[0], token: os.Getenv("ARGINE_TOKEN"), until: time.Now().Add(warmUp + time.Duration(seconds)*time.Second)}
			if err := l.read(args[1]); err != nil {
				return err
			}
			return json.NewEncoder(cmd.OutOrStdout()).Encode(l.run(connections))
		},
	}
	cmd.Flags().IntVar(&connections, "connections", 32, "connections that ask at the same time")
	cmd.Flags().IntVar(&seconds, "seconds", 10, "how long to measure")
	return cmd
}

// loader asks over raw connections: it shares the cores with what it measures, so it does as
// little as it can.
type loader struct {
	address, token string
	requests       [][]byte
	wanted         [][]byte // what the answer must hold; nil for anything
	until          time.Time

	mu           sync.Mutex
	took         []time.Duration
	warm, failed int
}

func (l *loader) read(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		hash, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		l.requests = append(l.requests, fmt.Appendf(nil, "GET /m/lookup?signal=%s&signal_type=pdq HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", hash, l.address, l.token))
		want := []byte(nil)
		if number != "0" {
			want = fmt.Appendf(nil, `"bank_content_id":%s,`, number)
		}
		l.wanted = append(l.wanted, want)
	}
	return nil
}

func (l *loader) run(connections int) loadFigures {
	began := time.Now()
	var group sync.WaitGroup
	for i := range connections {
		group.Go(func() { l.connection(i*len(l.requests)/connections, began.Add(warmUp)) })
	}
	group.Wait()
	f := loadFigures{Lookups: len(l.took), Warm: l.warm, Failed: l.failed, PerSecond: float64(len(l.took)) / time.Since(began.Add(warmUp)).Seconds()}
	if len(l.took) > 0 {
		slices.Sort(l.took)
		ms := func(at int) float64 { return float64(l.took[at].Microseconds()) / 1000 }
		f.P50, f.P99, f.Longest = ms(len(l.took)/2), ms(len(l.took)*99/100), ms(len(l.took)-1)
	}
	return f
}

// connection asks, beginning at a place in the list, until time is up.
func (l *loader) connection(at int, from time.Time) {
	var took []time.Duration
	warm, failed := 0, 0
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.took, l.warm, l.failed = append(l.took, took...), l.warm+warm, l.failed+failed
	}()
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		failed++
		return
	}
	defer conn.Close()
	conn.SetDeadline(l.until.Add(10 * time.Second))
	in := bufio.NewReaderSize(conn, 16<<10)
	var body []byte
	for ; ; at++ {
		at %= len(l.requests)
		asked := time.Now()
		if asked.After(l.until) && len(took) > 0 { // on a machine that is busy the time can be up before the first
			return
		}
		if _, err = conn.Write(l.requests[at]); err == nil {
			body, err = answer(in, body)
		}
		if asked.After(from) {
			took = append(took, time.Since(asked))
		} else {
			warm++
		}
		if err != nil || !bytes.Contains(body, l.wanted[at]) {
			failed++
		}
		if err != nil {
			return
		}
	}
}

// answer reads one answer of HTTP/1.1 with a Content-Length.
func answer(in *bufio.Reader, body []byte) ([]byte, error) {
	length, good := 0, false
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return body, err
		}
		if first {
			good = bytes.HasPrefix(line, []byte("HTTP/1.1 200 "))
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
		}
	}
	body = slices.Grow(body[:0], length)[:length]
	if _, err := io.ReadFull(in, body); err != nil {
		return body, err
	}
	if !good {
		return body, fmt.Errorf("%s", body)
	}
	return body, nil
}
