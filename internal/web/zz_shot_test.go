package web

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func TestZZShots(t *testing.T) {
	list := os.Getenv("SHOTS") // who:name=path;…
	if list == "" {
		t.Skip()
	}
	w := sharedWorld(t)
	s := newScreen(t, w)
	source, _ := os.ReadFile("testdata/axe.min.js")
	rep := strings.NewReplacer("{a}", string(w.action), "{n0}", string(w.notices[0]), "{n1}", string(w.notices[1]), "{n2}", string(w.notices[2]), "{o}", string(w.orders["runs"]), "{c}", string(w.complaint), "{r}", string(w.referral))
	if l := os.Getenv("LANGH"); l != "" {
		if _, err := chromedp.Call(s.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "x", AcceptLanguage: l}); err != nil {
			t.Fatal(err)
		}
	}
	last := ""
	for _, one := range strings.Split(list, ";") {
		who, rest, _ := strings.Cut(one, ":")
		name, path, _ := strings.Cut(rest, "=")
		if who != last {
			w.giveDoor(who)
			s.signIn(who)
			last = who
		}
		for _, width := range []int64{1280, 390} {
			s.do(chromedp.EmulateViewport(width, 844))
			s.open(rep.Replace(path))
			s.inspect(fmt.Sprintf("%s-%d", name, width), string(source))
		}
	}
}
