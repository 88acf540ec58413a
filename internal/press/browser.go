package press

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// nowhere is a proxy at which nothing listens; even what the browser fetches of its own accord
// goes there. Only root could listen on that port, and nobody does: it belonged to tcpmux.
const nowhere = "http://127.0.0.1:1"

// browser is one running process.
type browser struct {
	ctx    context.Context
	cancel context.CancelFunc
	stop   context.CancelFunc // of the allocator; waits until the process is gone
}

// start starts a browser. As root it runs without its own sandbox, which it cannot have then.
func start(program string, log *slog.Logger) (*browser, error) {
	base, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(program), chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.ProxyServer(nowhere), chromedp.UserAgent("Argine"),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-software-rasterizer", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-default-apps", true), chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-breakpad", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-quic", true), chromedp.Flag("no-pings", true),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("password-store", "basic"))
	// What the library says it could not follow in a page is no matter here: nobody asks about the page.
	quiet := func(format string, args ...any) { log.Debug(fmt.Sprintf(format, args...)) }
	ctx, cancel := chromedp.NewContext(base, chromedp.WithErrorf(quiet), chromedp.WithLogf(quiet))
	b := &browser{ctx: ctx, cancel: cancel, stop: stop}
	// The context of the first run bounds the life of the browser, so the time to start is
	// bounded from beside it.
	late := time.AfterFunc(startTime, cancel)
	defer late.Stop()
	if err := chromedp.Do(ctx); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// gone reports whether the process ended.
func (b *browser) gone() bool {
	select {
	case <-b.ctx.Done():
		return true
	case <-chromedp.FromContext(b.ctx).Browser.LostConnection:
		return true
	default:
		return false
	}
}

func (b *browser) close() {
	b.cancel()
	b.stop()
}

// tab is one page of the browser, empty between prints.
type tab struct {
	browser *browser
	ctx     context.Context
	cancel  context.CancelFunc
	frame   cdp.FrameID
	prints  int
}

func (b *browser) open() (*tab, error) {
	ctx, cancel := chromedp.NewContext(b.ctx)
	t := &tab{browser: b, ctx: ctx, cancel: cancel}
	if err := t.prepare(); err != nil {
		cancel()
		return nil, err
	}
	return t, nil
}

// prepare shuts the tab off.
func (t *tab) prepare() error {
	late := time.AfterFunc(startTime, t.cancel)
	defer late.Stop()
	if err := chromedp.Do(t.ctx); err != nil {
		return err
	}
	if err := chromedp.Listen(t.ctx, t.hear); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*"}}}); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		return err
	}
	if _, err := chromedp.Call(t.ctx, dom.Disable, cdp.Empty{}); err != nil {
		return err
	}
	tree, err := chromedp.Call(t.ctx, page.GetFrameTree, cdp.Empty{})
	if err == nil {
		t.frame = tree.FrameTree.Frame.ID
	}
	return err
}

// hear fails every request of a page, and gives up a tab whose page crashed. Who listens must not
// call the browser, so another does.
func (t *tab) hear(ev any) {
	switch e := ev.(type) {
	case *fetch.EventRequestPaused:
		go chromedp.Call(t.ctx, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
	case *inspector.EventTargetCrashed:
		t.cancel()
	}
}

// print sets the page and prints it.
func (t *tab) print(html string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, printTime)
	defer cancel()
	t.prints++
	if _, err := chromedp.Call(ctx, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: t.frame, HTML: html}); err != nil {
		return nil, err
	}
	if err := t.settle(ctx); err != nil {
		return nil, err
	}
	yes, no := true, false
	out, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PrintBackground: &yes, PreferCSSPageSize: &yes, GenerateTaggedPDF: &yes,
		GenerateDocumentOutline: &no, DisplayHeaderFooter: &no})
	if err != nil {
		return nil, err
	}
	return out.Data, nil
}

// settle waits until the page is whole: one that asks for a style sheet is not read to its end
// before that has failed. What runs here is ours; scripts of the page do not run.
func (t *tab) settle(ctx context.Context) error {
	for {
		state, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.readyState"))
		if err != nil || state == "complete" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (t *tab) close() { t.cancel() }
