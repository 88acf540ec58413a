package web

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// screen is a real browser at one size, with what its console complained of.
type screen struct {
	t     *testing.T
	ctx   context.Context
	base  string
	shots string // folder for pictures of the pages

	mu     sync.Mutex
	faults []string
}

// newScreen starts Debian's chromium, or skips the test where it is missing. Pictures of the
// pages go to ARGINE_SCREENSHOTS, if that is set.
func newScreen(t *testing.T, w *world) *screen {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed; get it with: apt-get install chromium")
	}
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath("chromium"), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.UserDataDir(t.TempDir()))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	s := &screen{t: t, ctx: ctx, base: w.server.URL, shots: os.Getenv("ARGINE_SCREENSHOTS")}
	if err := chromedp.Listen(ctx, s.hear); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// hear gathers what the console says: errors of scripts, refusals of the policy, files that
// do not load.
func (s *screen) hear(ev any) {
	var fault string
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			fault = "console: " + string(e.Type)
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Level == cdplog.EntryLevelWarning {
			fault = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if fault == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fault)
}

// complaints gives what was heard since the last call.
func (s *screen) complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.faults
	s.faults = nil
	return out
}

func (s *screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	if err := chromedp.Do(s.ctx, steps...); err != nil {
		s.t.Fatal(err)
	}
}

func ask[T any](s *screen, expression string) T {
	s.t.Helper()
	out, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		s.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// wait asks until the expression is true. A question that falls into the change from one
// page to the next has no answer and is asked again.
func (s *screen) wait(expression string) {
	s.t.Helper()
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(40 * time.Millisecond) {
		if ok, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](expression)); err == nil && ok {
			return
		}
		if time.Now().After(until) {
			s.t.Fatalf("it did not come true: %s\n%s", expression, ask[string](s, "document.body.innerText"))
		}
	}
}

func (s *screen) open(path string) { s.t.Helper(); s.do(chromedp.Navigate(s.base + path)) }

func (s *screen) signIn(first string) {
	s.t.Helper()
	s.open("/signin")
	s.do(chromedp.SendKeys(chromedp.ID("email"), email(first)), chromedp.SendKeys(chromedp.ID("password"), password))
	s.press("\r")
	s.wait(`document.querySelector(".me") !== null`)
}

func (s *screen) scheme(name string) {
	s.t.Helper()
	_, err := chromedp.Call(s.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// axeRun checks the page as it is with axe-core and gives one line for each violation.
const axeRun = `axe.run(document, {resultTypes: ["violations"], preload: false}).then(r =>
	r.violations.map(v => v.id + " (" + v.impact + "): " + v.nodes.map(n => n.target.join(" ") + " " + (n.any[0] ? n.any[0].message : n.failureSummary)).slice(0, 3).join(" | ")).join("\n"))`

// inspect checks the page that is open: no complaint, no overflow, no violation.
func (s *screen) inspect(name, axe string) {
	s.t.Helper()
	if wide := ask[string](s, `document.documentElement.scrollWidth > innerWidth ? [...document.querySelectorAll("main *, header *, footer *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .tabs")).slice(0, 4).map(e => e.tagName + "." + e.className).join(", ") || "?" : ""`); wide != "" {
		s.t.Errorf("%s: the page is wider than the screen: %s", name, wide)
	}
	ask[string](s, axe+`; ""`)
	// The report is a document of package report; here only what keeps a person out of it counts.
	if bad := ask[string](s, axeRun); bad != "" && (!strings.HasPrefix(name, "report") || strings.Contains(bad, "(serious)") || strings.Contains(bad, "(critical)")) {
		s.t.Errorf("%s: axe-core finds\n%s", name, bad)
	}
	for _, c := range s.complaints() {
		s.t.Errorf("%s: %s", name, c)
	}
	s.shoot(name)
}

// shoot keeps a picture of the page for a person to look at.
func (s *screen) shoot(name string) {
	s.t.Helper()
	if s.shots == "" {
		return
	}
	picture, err := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.shots, name+".png"), picture, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// TestPagesInTheBrowser opens every page at two widths, light and dark.
func TestPagesInTheBrowser(t *testing.T) {
	w := sharedWorld(t)
	for _, first := range []string{"Dora", "Finn"} {
		w.giveDoor(first)
	}
	s := newScreen(t, w)
	source, err := os.ReadFile("testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	each := func(names map[string]string) {
		for name, path := range names {
			for _, width := range []int64{1280, 390} {
				s.do(chromedp.EmulateViewport(width, 844))
				s.open(path)
				for _, scheme := range []string{"light", "dark"} {
					s.scheme(scheme)
					s.inspect(fmt.Sprintf("%s-%d-%s", name, width, scheme), string(source))
				}
			}
		}
	}
	each(map[string]string{"signin": "/signin", "welcome": "/welcome/" + w.invite("Eva")})
	s.signIn("Dora")
	pages := map[string]string{"report": "/actions/" + string(w.action) + "/report"}
	for i, p := range w.walk() {
		name := fmt.Sprintf("%02d-%s", i, strings.Trim(notInNames.ReplaceAllString(strings.ReplaceAll(p.path, string(w.action), ""), "-"), "-"))
		pages[name[:min(len(name), 40)]] = p.path
	}
	if status, _, _ := w.visit("Dora").get(pages["report"]); status != 200 {
		delete(pages, "report")
		t.Errorf("the report gave %d", status)
	}
	each(pages)
	s.do(chromedp.EmulateViewport(1280, 844))
	s.open("/nowhere")
	s.complaints() // the browser notes the status 404 itself
	s.inspect("failure-1280", string(source))
}
