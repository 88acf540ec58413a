package web

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press presses and releases each key of the texts as a keyboard does: a script that keeps
// a key for itself keeps its letter from the page too.
func (s *screen) press(texts ...string) {
	s.t.Helper()
	for _, r := range strings.Join(texts, "") {
		key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: string(r), Text: string(r)}
		if r == '\r' {
			key.Key, key.Code, key.WindowsVirtualKeyCode = "Enter", "Enter", 13
		}
		if _, err := chromedp.Call(s.ctx, input.DispatchKeyEvent, key); err != nil {
			s.t.Fatal(err)
		}
		key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
		if _, err := chromedp.Call(s.ctx, input.DispatchKeyEvent, key); err != nil {
			s.t.Fatal(err)
		}
	}
}

// TestWorklistByKeysAlone decides an item without a pointer, and loses no text on the way.
func TestWorklistByKeysAlone(t *testing.T) {
	w := sharedWorld(t)
	w.giveDoor("Ben")
	s := newScreen(t, w)
	s.do(chromedp.EmulateViewport(1280, 844))
	s.signIn("Ben")
	path := "/actions/" + string(w.action) + "/worklist"
	s.open(path)
	first := ask[string](s, `document.getElementById("decide").dataset.item`)
	if unprinted := ask[string](s, `[...document.querySelectorAll("[data-key]")].filter(e => { const l = e.closest("label, a") || document.querySelector("label[for=" + e.id + "]"); return !l || l.querySelector("kbd").textContent !== e.dataset.key; }).map(e => e.name).join()`); unprinted != "" {
		t.Errorf("keys that are not printed: %s", unprinted)
	}

	s.press("adhjl", "The page gives no context.", "\r", "Typed and not lost: a, j, k.")
	s.open("/platforms") // away, and back
	s.open(path)
	if kept := ask[string](s, `document.getElementById("reasons").value + "|" + document.querySelector("[name=decision]:checked").value + "|" + [...document.querySelectorAll("[name=limb]:checked")].map(e => e.value)`); kept != "Typed and not lost: a, j, k.|terrorist|a,c" {
		t.Errorf("kept is %q", kept)
	}
	s.press("c", "\r") // quite sure; record
	s.wait(`document.getElementById("recorded")?.dataset.item === "` + first + `"`)
	if next := ask[string](s, `document.getElementById("decide").dataset.item + document.getElementById("reasons").value`); next == first || !strings.HasPrefix(next, "itm_") || strings.Contains(next, "Typed") {
		t.Errorf("the next task is %q", next)
	}
	if text := textOf(w.visit("Ben").page("/items/" + first)); !strings.Contains(text, "95 % sure") || !strings.Contains(text, "Typed and not lost") {
		t.Error("the item does not show what was decided")
	}

	second := ask[string](s, `document.getElementById("decide").dataset.item`)
	s.press("n")
	s.wait(`location.search.includes("skip=1") && document.getElementById("decide").dataset.item !== "` + second + `"`)
	if bad := s.complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// TestPaletteByKeys asks "has anyone seen this?" from any page and goes there.
func TestPaletteByKeys(t *testing.T) {
	w := sharedWorld(t)
	w.giveDoor("Ben")
	s := newScreen(t, w)
	s.do(chromedp.EmulateViewport(1280, 844))
	s.signIn("Ben")
	s.open("/people")
	s.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	s.wait(`document.getElementById("palette").open && document.activeElement.id === "palette-q"`)
	s.do(chromedp.KeyEvent("hxxps://www.clips[.]example/v/ready-0?utm_source=mail"))
	s.wait(`document.querySelector("#palette-found a") !== null`)
	s.shoot("palette")
	s.do(chromedp.KeyEvent(kb.ArrowDown))
	s.press("\r")
	s.wait(`location.pathname === "/items/` + string(w.items["ready-0"]) + `"`)
	if bad := s.complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// TestPicturesNeedTwoSteps uncovers a picture: nothing is fetched before the first step,
// and it is blurred before the second.
func TestPicturesNeedTwoSteps(t *testing.T) {
	w := sharedWorld(t)
	w.giveDoor("Ben")
	s := newScreen(t, w)
	s.do(chromedp.EmulateViewport(1280, 844))
	s.signIn("Ben")
	s.open("/items/" + string(w.items["ready-1"]))
	const fetched = `performance.getEntriesByType("resource").filter(e => e.name.includes("/media/")).length`
	if n := ask[int](s, fetched); n != 0 {
		t.Errorf("%d media are fetched before any step", n)
	}
	s.do(chromedp.Click(chromedp.CSS(`[data-veil="1"]`)))
	s.wait(`document.querySelector("canvas.step1") !== null`)
	if filter := ask[string](s, `getComputedStyle(document.querySelector("canvas")).filter`); !strings.Contains(filter, "blur") || !strings.Contains(filter, "grayscale") {
		t.Errorf("after the first step the filter is %q", filter)
	}
	s.shoot("veil-step1")
	s.press("\r") // the focus is on the second step
	s.wait(`getComputedStyle(document.querySelector("canvas.step2")).filter === "none"`)
	s.shoot("veil-step2")
	s.press("\r") // and now on covering
	s.wait(`document.querySelector("canvas") === null`)
	if bad := s.complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}

// TestBoardKeepsFocusAndScroll lets the board update itself under a person's hands.
func TestBoardKeepsFocusAndScroll(t *testing.T) {
	w := sharedWorld(t)
	w.giveDoor("Ben")
	s := newScreen(t, w)
	s.do(chromedp.EmulateViewport(1280, 600))
	s.signIn("Ben")
	s.open("/actions/" + string(w.action))
	s.wait(`!document.getElementById("live-pause").hidden`)
	ask[bool](s, `scrollTo(0, 300); const a = document.querySelector(".outcome tbody a"); a.focus({preventScroll: true}); window.kept = a; true`)
	before := ask[string](s, `document.querySelector(".clock time").textContent`)
	items := ask[string](s, `document.querySelector(".funnel-count").textContent`)
	w.advance(90_000_000_000)
	if _, err := w.flow.Contribute(t.Context(), w.people["Ben"], w.action, "text/uri-list", strings.NewReader("https://clips.example/v/new-item\n")); err != nil {
		t.Fatal(err)
	}
	s.wait(`document.querySelector(".clock time").textContent !== "` + before + `" && document.querySelector(".funnel-count").textContent !== "` + items + `"`)
	if !ask[bool](s, `document.activeElement === window.kept && window.kept.isConnected && scrollY === 300`) {
		t.Error("the update moved the focus or the page")
	}
	if bad := s.complaints(); len(bad) > 0 {
		t.Error(bad)
	}
}
