package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows stages: bars with counts and rate on a terminal, plain lines elsewhere.
type progress struct {
	out      io.Writer
	terminal bool

	mu    sync.Mutex
	stage string
	bar   *progressbar.ProgressBar
	began time.Time
	done  int
	total int
	said  time.Time
}

func newProgress(out io.Writer) *progress {
	file, ok := out.(*os.File)
	return &progress{out: out, terminal: ok && term.IsTerminal(int(file.Fd()))}
}

// sayEvery is how often a stage that goes on is told of, where there is no terminal.
const sayEvery = 5 * time.Second

// Stage implements play.Progress.
func (p *progress) Stage(name string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name != p.stage {
		p.finish()
		p.stage, p.began, p.said = name, time.Now(), time.Now()
		if p.terminal {
			p.bar = bar(p.out, name, total)
		}
	}
	p.done, p.total = done, total
	if p.bar != nil {
		p.bar.Set(done)
	} else if time.Since(p.said) > sayEvery && done < total {
		p.said = time.Now()
		p.line()
	}
}

// Finish ends the stage that is shown.
func (p *progress) Finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
	p.stage = ""
}

func (p *progress) finish() {
	switch {
	case p.stage == "":
	case p.bar != nil:
		p.bar.Finish()
		fmt.Fprintln(p.out)
		p.bar = nil
	default:
		p.line()
	}
}

func (p *progress) line() {
	took := time.Since(p.began).Seconds()
	if p.total > 0 {
		fmt.Fprintf(p.out, "%-36s %6d of %6d  %6.1f s\n", p.stage, p.done, p.total, took)
	} else {
		fmt.Fprintf(p.out, "%-36s %6d            %6.1f s\n", p.stage, p.done, took)
	}
}

func bar(out io.Writer, name string, total int) *progressbar.ProgressBar {
	if total == 0 {
		total = -1
	}
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(fmt.Sprintf("%-36s", name)),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond))
}

func names(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
