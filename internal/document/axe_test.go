package document

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestHTMLIsAccessible opens every form in English, and the removal order in every language, in a
// real browser and has axe-core look for what keeps people out.
func TestHTMLIsAccessible(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed; get it with: apt-get install chromium")
	}
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	axe, err := os.ReadFile("../web/testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath("chromium"), chromedp.Headless, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"))
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank"), chromedp.EmulateViewport(1000, 900)); err != nil {
		t.Fatal(err)
	}
	var docs []Document
	for _, form := range Forms() {
		docs = append(docs, sample(form), least(form))
	}
	for _, lang := range Languages() {
		d := sample(AnnexI)
		d.Language = lang
		docs = append(docs, d)
	}
	for _, d := range docs {
		html, err := d.HTML()
		if err != nil {
			t.Fatal(err)
		}
		tree, err := chromedp.Call(ctx, cdpage.GetFrameTree, cdp.Empty{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Call(ctx, cdpage.SetDocumentContent, cdpage.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: string(html)}); err != nil {
			t.Fatal(err)
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[string](string(axe)+`; ""`)); err != nil {
			t.Fatal(err)
		}
		found, err := chromedp.Run(ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		if found != "" {
			t.Errorf("%s in %s:\n%s", d.Form, d.Language, found)
		}
	}
}

const axeRun = `axe.run(document, {resultTypes: ["violations"], preload: false}).then(r =>
	r.violations.map(v => v.id + " (" + v.impact + "): " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).slice(0, 3).join(" | ")).join("\n"))`
