package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/sqldb"
)

// tabTo presses the tabulator until the element that the expression tells has the focus.
func (s *screen) tabTo(expression string) {
	s.t.Helper()
	for range 80 {
		if ask[bool](s, "(e => "+expression+")(document.activeElement)") {
			return
		}
		s.press("\t")
	}
	s.t.Fatalf("the tabulator never comes to %s", expression)
}

// TestAnOrderIsAnsweredByTheKeyboardAlone goes from the inbox to Annex II sent, with the clock of
// the hour running on the screen, without a pointer.
func TestAnOrderIsAnsweredByTheKeyboardAlone(t *testing.T) {
	w := sqliteWorld(t)
	w.giveDoor("Finn")
	s := newScreen(t, w)
	s.do(chromedp.EmulateViewport(1280, 844))
	s.signIn("Finn")
	s.open("/inbox")
	before := ask[string](s, `document.querySelector(".hour-left").textContent`)
	s.wait(`document.querySelector(".hour-left").textContent !== ` + quoted(before))
	s.tabTo(`e.closest(".hour") !== null`)
	s.press("\r")
	s.wait(`document.querySelector(".hour-large") !== null`)
	s.tabTo(`e.name === "b.measure"`)
	s.press(" ")
	s.tabTo(`e.type === "submit" && e.closest("#answer-annex-2") !== null`)
	s.press("\r")
	s.wait(`document.querySelector(".hour-box.done") !== null`)
	w.view(func(tx *sqldb.Tx) error {
		o, err := order.Get(tx, w.orders["runs"])
		if err == nil && o.ExecutedAt.IsZero() {
			t.Error("the order is not executed")
		}
		return err
	})
	for _, c := range s.complaints() {
		t.Error(c)
	}
}

func quoted(s string) string { return `"` + s + `"` }
