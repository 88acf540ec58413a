// Package press prints HTML as PDF, with a browser: no Go library shapes Arabic, breaks lines as
// people expect, and writes the tags by which a screen reader finds its way through a PDF.
//
// What is printed comes from this program, and yet the browser is kept as if it did not: no scripts
// run, every request of a page fails before it is made, what the browser itself would like to
// fetch goes to a proxy that does not exist, and it talks to us over a pipe, so that no port is open.
//
// The browser is started with the first print and kept, with its tabs. One that crashes or hangs
// costs the print that it was at one more try, and is started anew. So many prints run at once as
// there are tabs; others wait.
package press

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/argine/argine/internal/problem"
)

// programs are the names that the browser has in distributions.
var programs = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}

const (
	printTime = 30 * time.Second // after which a print is given up
	startTime = 60 * time.Second
	pressTabs = 2
	tabPrints = 500 // after which a tab is replaced, because what a page leaves behind adds up
	mostBytes = 64 << 20
	attempts  = 2
)

// Config says how to print.
type Config struct {
	Chromium string       // path of the browser; empty: the first of the usual names that is found
	Tabs     int          // prints at once; 0: two
	Log      *slog.Logger // nil: slog.Default
}

// Press prints. It may be used by many at once.
type Press struct {
	program string
	log     *slog.Logger
	slots   chan struct{}
	prints  sync.WaitGroup // that are going on

	mu      sync.Mutex
	browser *browser // nil while none runs
	idle    []*tab   // of that browser
	closed  bool
}

// Open finds the browser. It starts none.
func Open(cfg Config) (*Press, error) {
	program, err := find(cfg.Chromium)
	if err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Tabs <= 0 {
		cfg.Tabs = pressTabs
	}
	return &Press{program: program, log: cfg.Log, slots: make(chan struct{}, cfg.Tabs)}, nil
}

func find(wanted string) (string, error) {
	candidates := []string{wanted}
	if wanted == "" {
		candidates = nil
		for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
			for _, name := range programs {
				candidates = append(candidates, filepath.Join(dir, name))
			}
		}
	}
	for _, path := range candidates {
		if info, err := os.Stat(path); err == nil && !info.IsDir() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	if wanted != "" {
		return "", problem.New(problem.Unavailable, "there is no browser at %s; install chromium, or correct the setting", wanted)
	}
	return "", problem.New(problem.Unavailable, "no browser to print with was found; install chromium (apt-get install chromium), or take the document as HTML")
}

// PDF prints a page of HTML, tagged, with the paper and margins that its style sheet asks for.
//
// A caller who gives up does not end the print: it goes on, within its own time, so that the
// browser that it may have started is there for the next, and one that hangs is found out.
func (p *Press) PDF(ctx context.Context, html []byte) ([]byte, error) {
	if len(html) > mostBytes {
		return nil, problem.New(problem.TooLarge, "the page has %d bytes; %d can be printed", len(html), mostBytes)
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	type print struct {
		pdf []byte
		err error
	}
	done := make(chan print, 1)
	text := string(html) // the caller's bytes are its own again when it gives up
	p.prints.Go(func() {
		defer func() { <-p.slots }()
		pdf, err := p.print(text)
		done <- print{pdf, err}
	})
	select {
	case out := <-done:
		return out.pdf, out.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *Press) print(html string) ([]byte, error) {
	var err error
	for try := range attempts {
		var t *tab
		var pdf []byte
		if t, err = p.take(); err == nil {
			if pdf, err = t.print(html); err == nil {
				p.giveBack(t)
				return pdf, nil
			}
			p.discard(t)
		}
		if problem.Of(err) != problem.Internal {
			return nil, err
		}
		p.log.Warn("printing failed", "try", try+1, "error", err)
	}
	return nil, problem.Wrap(err, problem.Unavailable, "the browser does not print; the log has the reason. The document can be had as HTML")
}

// take gives an idle tab, or opens one.
func (p *Press) take() (*tab, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, problem.New(problem.Unavailable, "the press is closed; the program is stopping")
	}
	if p.browser != nil && p.browser.gone() {
		p.drop()
	}
	for n := len(p.idle); n > 0; n = len(p.idle) {
		t := p.idle[n-1]
		p.idle = p.idle[:n-1]
		if t.ctx.Err() == nil {
			return t, nil
		}
	}
	if p.browser == nil {
		b, err := start(p.program, p.log)
		if err != nil {
			return nil, err
		}
		p.browser = b
	}
	t, err := p.browser.open()
	if err != nil {
		p.drop()
	}
	return t, err
}

func (p *Press) giveBack(t *tab) {
	p.mu.Lock()
	keep := !p.closed && t.browser == p.browser && t.prints < tabPrints
	if keep {
		p.idle = append(p.idle, t)
	}
	p.mu.Unlock()
	if !keep {
		t.close()
	}
}

// discard closes a tab that did not print, and its browser, which is to blame.
func (p *Press) discard(t *tab) {
	t.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.browser == p.browser {
		p.drop()
	}
}

// drop ends the browser. The caller holds p.mu.
func (p *Press) drop() {
	if p.browser != nil {
		p.browser.close()
	}
	p.browser, p.idle = nil, nil
}

// Close ends the browser. Prints that run fail.
func (p *Press) Close() {
	p.mu.Lock()
	p.closed = true
	p.drop()
	p.mu.Unlock()
	p.prints.Wait()
}
