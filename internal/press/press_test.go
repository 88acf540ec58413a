package press

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/argine/argine/internal/problem"
)

// open opens a press with a real browser, or skips the test where there is none.
func open(t *testing.T, tabs int) *Press {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	p, err := Open(Config{Tabs: tabs})
	if problem.Is(err, problem.Unavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func sheet(text string) []byte {
	return []byte(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sheet</title><style>@page { size: A4; margin: 20mm; }</style></head><body><h1>Heading</h1><p>` + text + `</p></body></html>`)
}

func printed(t *testing.T, p *Press, html []byte) []byte {
	t.Helper()
	pdf, err := p.PDF(t.Context(), html)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf[max(0, len(pdf)-32):], []byte("%%EOF")) {
		t.Fatalf("this is no PDF: %.20q … %q", pdf, pdf[max(0, len(pdf)-20):])
	}
	return pdf
}

// told runs a program of poppler on a PDF.
func told(t *testing.T, program string, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program + " is not installed; get it with: apt-get install poppler-utils")
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{path}
	if program == "pdftotext" {
		args = append(args, "-")
	}
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestAPageIsPrinted(t *testing.T) {
	p := open(t, 1)
	pdf := printed(t, p, sheet("Words on paper"))
	info := told(t, "pdfinfo", pdf)
	for _, want := range []string{"Tagged:          yes", "(A4)", "JavaScript:      no", "Title:           Sheet"} {
		if !strings.Contains(info, want) {
			t.Errorf("%q is missing in\n%s", want, info)
		}
	}
	if text := told(t, "pdftotext", pdf); !strings.Contains(text, "Words on paper") {
		t.Errorf("the text is %q", text)
	}
	second := told(t, "pdftotext", printed(t, p, sheet("Another")))
	if !strings.Contains(second, "Another") || strings.Contains(second, "Words on paper") {
		t.Errorf("the tab that was used again printed %q", second)
	}
}

// TestNothingIsLoadedAndNothingRuns: a page that asks for everything it can gets none of it.
func TestNothingIsLoadedAndNothingRuns(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Write([]byte("loaded"))
	}))
	defer server.Close()
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("a secret of this machine"), 0o600); err != nil {
		t.Fatal(err)
	}
	html := sheet(`before <img src="URL/a.png"><link rel="stylesheet" href="URL/a.css"><link rel="preload" as="font" href="URL/a.woff2">
		<iframe src="URL/frame"></iframe><iframe src="file://` + secret + `"></iframe><object data="URL/object"></object><video src="URL/v.mp4" autoplay></video>
		<style>@import "URL/b.css"; body { background: url(URL/b.png) } @font-face { font-family: x; src: url(URL/x.woff2) } p { font-family: x }</style>
		<script>document.body.append("a script ran"); fetch("URL/fetch"); new WebSocket("URL/socket".replace("http", "ws"))</script>
		<script src="URL/a.js"></script><img src=x onerror="document.body.append('a script ran')"> after`)
	p := open(t, 1)
	text := told(t, "pdftotext", printed(t, p, bytes.ReplaceAll(html, []byte("URL"), []byte(server.URL))))
	if !strings.Contains(text, "before") || !strings.Contains(text, "after") {
		t.Errorf("the page itself is missing: %q", text)
	}
	for _, bad := range []string{"loaded", "secret", "script ran"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page shows %q: %q", bad, text)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests reached a server", n)
	}
}

func TestABrowserThatDiesIsStartedAgain(t *testing.T) {
	p := open(t, 1)
	printed(t, p, sheet("one"))
	if err := chromedp.FromContext(p.browser.ctx).Browser.Process().Kill(); err != nil {
		t.Fatal(err)
	}
	printed(t, p, sheet("two"))

	short, cancel := context.WithTimeout(p.idle[0].ctx, time.Second)
	defer cancel()
	chromedp.Call(short, page.Crash, cdp.Empty{}) // has no answer: the page is gone
	if text := told(t, "pdftotext", printed(t, p, sheet("three"))); !strings.Contains(text, "three") {
		t.Errorf("after a crash it printed %q", text)
	}
}

func TestManyPrintAtOnce(t *testing.T) {
	p := open(t, 2)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			word := strings.Repeat(string(rune('a'+i)), 12)
			pdf, err := p.PDF(t.Context(), sheet(word))
			if err != nil {
				t.Error(err)
				return
			}
			if text := told(t, "pdftotext", pdf); !strings.Contains(text, word) {
				t.Errorf("print %d has %q", i, text)
			}
		})
	}
	wg.Wait()
	if n := len(p.idle); n == 0 || n > 2 {
		t.Errorf("%d tabs are open", n)
	}
}

// TestATabIsReplaced: what a page leaves behind must not add up for ever.
func TestATabIsReplaced(t *testing.T) {
	p := open(t, 1)
	printed(t, p, sheet("one"))
	first := p.idle[0]
	first.prints = tabPrints - 1
	printed(t, p, sheet("two"))
	printed(t, p, sheet("three"))
	if p.idle[0] == first {
		t.Error("the tab is still in use")
	}
	if first.ctx.Err() == nil {
		t.Error("the tab was not closed")
	}
}

func TestWhoGivesUpGetsNothing(t *testing.T) {
	p := open(t, 1)
	p.slots <- struct{}{} // somebody prints
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.PDF(ctx, sheet("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting: %v", err)
	}
	<-p.slots
	ctx, cancel = context.WithCancel(t.Context())
	go func() {
		for len(p.slots) == 0 { // until the print has begun, which starts a browser first
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := p.PDF(ctx, sheet("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("printing: %v", err)
	}
	p.prints.Wait()
	if len(p.idle) != 1 {
		t.Errorf("%d tabs are ready, want the one that was started for who gave up", len(p.idle))
	}
	printed(t, p, sheet("x"))
	if _, err := p.PDF(t.Context(), make([]byte, mostBytes+1)); !problem.Is(err, problem.TooLarge) {
		t.Errorf("too large: %v", err)
	}
	p.Close()
	if _, err := p.PDF(t.Context(), sheet("x")); !problem.Is(err, problem.Unavailable) {
		t.Errorf("closed: %v", err)
	}
}

func TestWithoutABrowser(t *testing.T) {
	if _, err := Open(Config{Chromium: "/nowhere/chromium"}); !problem.Is(err, problem.Unavailable) {
		t.Errorf("a wrong path: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	_, err := Open(Config{})
	if !problem.Is(err, problem.Unavailable) || !strings.Contains(problem.Message(err), "install chromium") {
		t.Errorf("no browser: %v", err)
	}
	// A program of that name that is no browser.
	fake := filepath.Join(os.Getenv("PATH"), "chromium")
	if err := os.WriteFile(fake, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := Open(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := p.PDF(t.Context(), sheet("x")); !problem.Is(err, problem.Unavailable) {
		t.Errorf("a program that is no browser: %v", err)
	}
}
