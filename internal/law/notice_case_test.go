package law

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTheCaseOfANotice goes through a case moment by moment: who owes what, under which article.
func TestTheCaseOfANotice(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 1, h, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		at     NoticeCase
		next   Duty
		clocks []Clock
	}{
		"draft":     {NoticeCase{}, Duty{Issuer, "approve", ""}, nil},
		"sent":      {NoticeCase{Sent: at(9)}, Duty{Issuer, "see_received", ""}, nil},
		"received":  {NoticeCase{Sent: at(9), Received: at(10)}, Duty{Host, "confirm", "DSA 16(4)"}, []Clock{{Name: "confirm", Article: "DSA 16(4)", Owes: Host, State: Running, From: at(10)}, {Name: "decide", Article: "DSA 16(5)", Owes: Host, State: Running, From: at(10)}}},
		"confirmed": {NoticeCase{Sent: at(9), Received: at(10), Confirmed: at(11)}, Duty{Host, "decide", "DSA 16(5)"}, []Clock{{Name: "confirm", Article: "DSA 16(4)", Owes: Host, State: Met, From: at(10), Done: at(11)}, {Name: "decide", Article: "DSA 16(5)", Owes: Host, State: Running, From: at(10)}}},
		"decided":   {NoticeCase{Sent: at(9), Received: at(10), Confirmed: at(11), Decided: at(12)}, Duty{}, []Clock{{Name: "confirm", Article: "DSA 16(4)", Owes: Host, State: Met, From: at(10), Done: at(11)}, {Name: "decide", Article: "DSA 16(5)", Owes: Host, State: Met, From: at(10), Done: at(12)}}},
		"order":     {NoticeCase{Order: true, Sent: at(9), Received: at(10)}, Duty{Host, "effect", "DSA 9(1)"}, []Clock{{Name: "effect", Article: "DSA 9(1)", Owes: Host, State: Running, From: at(10)}}},
		"effect":    {NoticeCase{Order: true, Sent: at(9), Received: at(10), Decided: at(12)}, Duty{}, []Clock{{Name: "effect", Article: "DSA 9(1)", Owes: Host, State: Met, From: at(10), Done: at(12)}}},
	} {
		if got := c.at.Next(); got != c.next {
			t.Errorf("%s: next is %+v, want %+v", name, got, c.next)
		}
		if diff := cmp.Diff(c.clocks, c.at.Clocks()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
