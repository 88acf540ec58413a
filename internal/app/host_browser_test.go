package app_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/law"
)

// browser is a real one that looks at the pages of a hosting service.
type browser struct {
	*testing.T
	ctx    context.Context
	base   string
	mu     sync.Mutex
	faults []string
}

func newBrowser(h *hosted) *browser {
	if _, err := exec.LookPath("chromium"); err != nil {
		h.Skip("chromium is not installed; get it with: apt-get install chromium")
	}
	if testing.Short() {
		h.Skip("a browser takes its time")
	}
	ctx, cancel := context.WithTimeout(h.Context(), 5*time.Minute)
	h.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath("chromium"), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), chromedp.UserDataDir(h.TempDir()))
	h.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	h.Cleanup(cancel)
	b := &browser{T: h.T, ctx: ctx, base: h.base}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		h.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		h.Fatal(err)
	}
	return b
}

func (b *browser) hear(ev any) {
	fault := ""
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			fault = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

func (b *browser) open(path string) {
	b.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(b.base+path)); err != nil {
		b.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.faults) > 0 {
		b.Errorf("%s: the console says %q", path, b.faults)
		b.faults = nil
	}
}

// text is what a person reads on the page.
func (b *browser) text(selector string) string {
	b.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll(`+"`"+selector+"`"+`)].map(e => e.innerText).join("\n")`))
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b *browser) run(script string) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](script)); err != nil {
		b.Fatalf("%s: %v", script, err)
	}
}

// wait asks until a script is true; a page that changes meanwhile is asked again.
func (b *browser) wait(script string) {
	b.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script)); err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("it did not come true: %s\n%s", script, b.text("body"))
		}
	}
}

// shot keeps a picture of the page in ARGINE_SCREENSHOTS, for people who change it.
func (b *browser) shot(name string) {
	dir := os.Getenv("ARGINE_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		b.Fatal(err)
	}
}

func (b *browser) width(w int64) {
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w, Height: 900, DeviceScaleFactor: 1}); err != nil {
		b.Fatal(err)
	}
}

const password = "a made-up password of a test"

// welcome opens the one-time link, sets a password and signs in.
func (b *browser) welcome(h *hosted) {
	b.Helper()
	link, err := h.app.FirstLink(h.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.open(link)
	b.run(`document.querySelector("[name=password]").value = "` + password + `"; document.querySelector("[name=again]").value = "` + password + `"; document.querySelector("form.door button, .door form button, main form button").click()`)
	b.wait(`location.pathname === "/signin"`)
	b.run(`document.querySelector("[name=email]").value = "admin@localhost"; document.querySelector("[name=password]").value = "` + password + `"; document.querySelector("main form button").click()`)
	b.wait(`document.querySelector(".me") !== null`)
}

// TestAPersonAnswersAnOrderInTheBrowser clicks once, and Annex II is there.
func TestAPersonAnswersAnOrderInTheBrowser(t *testing.T) {
	h := newHosted(t, "", nil)
	b := newBrowser(h)
	b.width(1280)
	b.welcome(h)
	_, genuine := h.post(h.order("EX-1", "https://clips.example/v/1", func(v law.Filled) { v["c.non_disclosure"] = "yes" }), sharedSecret)
	_, second := h.post(h.order("EX-2", "https://clips.example/v/1", nil), sharedSecret)
	h.post(h.order("EX-3", "https://clips.example/v/3", nil), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	h.post(client.Message{Type: client.ReferralCreated, ID: "dlv_r", At: h.clock.Now(), Subject: "ref_1", Reference: "AR-1", AnswerURL: h.sender.URL + "/a", Referral: &client.MessageReferral{
		ID: "ref_1", Reference: "AR-1", Language: "en", Track: "referral", Items: []client.ReferralItem{{ItemID: "itm_1", URL: "https://clips.example/v/7", Limbs: []string{"a"}, Reasons: "Made up."}}}}, sharedSecret)
	h.clock.add(17 * time.Minute)
	b.open("/")
	b.shot("host-desk")
	if text := b.text("main"); !strings.Contains(text, "EX-1") || !strings.Contains(text, "00:4") || !strings.Contains(text, "Sender not proven") {
		t.Errorf("the desk says %q", text)
	}
	for _, path := range []string{"/cases", "/messages", "/hand-in", "/people"} {
		b.open(path)
		b.shot("host-" + strings.ReplaceAll(path[1:], "-", "_"))
	}
	b.open("/cases?track=referral")
	b.run(`document.querySelector("tbody a").click()`)
	b.wait(`location.pathname.startsWith("/cases/cas_")`)
	b.shot("host-referral")
	h.forged(b)
	b.open("/cases/" + genuine.Case)
	b.shot("host-order")
	if text := b.text(".host-do"); !strings.Contains(text, "EX-2") {
		t.Errorf("the other order for the same content is not offered: %q", text)
	}
	b.run(`document.querySelector('form[action$="/disabling"] button').click()`)
	h.until("both answers arrive", func() bool { return len(h.sender.got()) == 2 })
	h.until("both are noted", func() bool { return h.get(genuine.Case).AnsweredAt != nil && h.get(second.Case).AnsweredAt != nil })
	b.open("/cases/" + genuine.Case)
	b.shot("host-answered")
	if text := b.text("main"); !strings.Contains(text, "met") || !strings.Contains(text, "must not be told until") {
		t.Errorf("the answered case says %q", text)
	}
	if _, err := h.api.HostComplain(t.Context(), client.NewHostComplaint{URL: "https://clips.example/v/1", Contact: "user7@mail.example", Language: "de", Words: "Das ist ein Bericht."}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/complaints", "/statements", "/uploads", "/report?year=2026"} {
		b.open(path)
		b.shot("host-" + strings.Trim(strings.SplitN(path, "?", 2)[0], "/"))
	}
	h.incomplete(b)
	b.width(390)
	b.open("/cases/" + second.Case)
	b.shot("host-narrow")
}

// incomplete looks at an order that lacks what Article 3(4) asks for: Annex III is made ready.
func (h *hosted) incomplete(b *browser) {
	h.Helper()
	m := h.order("EX-9", "https://clips.example/v/9", nil)
	m.Document = []byte(strings.Replace(string(m.Document), `"b.additional_information": "It is made up for this test.",`, "", 1))
	_, r := h.post(m, sharedSecret)
	b.open("/cases/" + r.Case)
	b.shot("host-incomplete")
	if text := b.text("main"); !strings.Contains(text, "What the order lacks") || !strings.Contains(text, "Article 3(4)(b)") {
		h.Errorf("the page says %q", text)
	}
	if wanted := b.value("#wanted"); !strings.Contains(wanted, "Section B, additional information: it is missing (Article 3(4)(b))") {
		h.Errorf("Annex III is not made ready: %q", wanted)
	}
}

// forged looks at an order whose signature is broken: nothing on its page executes it.
func (h *hosted) forged(b *browser) {
	h.Helper()
	page, err := h.api.HostCases(h.Context(), "open", "order", "", 0)
	if err != nil {
		h.Fatal(err)
	}
	for _, c := range page.Items {
		if c.Trust != "forged" {
			continue
		}
		b.open("/cases/" + url.PathEscape(c.ID))
		b.shot("host-forged")
		b.run(`if (document.querySelector('form[action$="/disabling"], form[action$="/feedback"]')) throw new Error("a forged order can be executed by one click")`)
		if text := b.text(".doubt-box"); !strings.Contains(text, "not what it says") || !strings.Contains(text, "no key that is known") {
			h.Errorf("the forged order says %q", text)
		}
		return
	}
	h.Error("the forged order is not shown")
}

// value is what a field of a form holds.
func (b *browser) value(selector string) string {
	b.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector("`+selector+`").value`))
	if err != nil {
		b.Fatal(err)
	}
	return out
}
