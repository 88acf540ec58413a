package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/argine/argine/internal/problem"
)

// clock is the demo's clock. It stands still until it is told to go on, and what it shows is
// kept, so that a demo that was killed goes on at the same moment.
type clock struct {
	path  string
	speed float64 // simulated hours per second; 0: no waiting

	mu      sync.Mutex
	kept    keptClock
	running time.Time // since when it runs with the wall clock; zero: it stands still
}

// keptClock is what is kept in the data directory.
type keptClock struct {
	Seed  int64     `json:"seed"`
	Items int       `json:"items"`
	Now   time.Time `json:"now"`
}

func openClock(o demoOptions, start time.Time) (*clock, error) {
	c := &clock{path: filepath.Join(o.data, "demo.json"), speed: o.speed, kept: keptClock{o.seed, o.items, start}}
	text, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(o.data, 0o700); err != nil {
			return nil, err
		}
		return c, c.keep()
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &c.kept); err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "%s is damaged; remove the data directory and start again", c.path)
	}
	if c.kept.Seed != o.seed || c.kept.Items != o.items {
		return nil, problem.New(problem.Invalid, "the data directory holds a demo with --seed %d --items %d; use these, or another --data", c.kept.Seed, c.kept.Items)
	}
	return c, nil
}

// Now is the moment that the clock shows.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running.IsZero() {
		return c.kept.Now
	}
	return c.kept.Now.Add(time.Since(c.running))
}

// Advance goes to a later moment, at once or at the speed that was asked for.
func (c *clock) Advance(ctx context.Context, to time.Time) error {
	if c.speed > 0 {
		wait := time.Duration(float64(to.Sub(c.Now())) / (c.speed * float64(time.Hour)) * float64(time.Second))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.kept.Now) {
		c.kept.Now = to
	}
	return c.keep()
}

// Run lets the clock go on with the wall clock from here.
func (c *clock) Run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = time.Now()
}

func (c *clock) keep() error {
	text, err := json.Marshal(c.kept)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(c.path+".new", c.path)
}
