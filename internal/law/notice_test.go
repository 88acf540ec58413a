package law

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
)

func noticed(more ...Event) []Event {
	return append([]Event{after(0, Sent), after(5, Received)}, more...)
}

func TestClocksOfANotice(t *testing.T) {
	for _, tt := range []struct {
		article, clock string
		act            bool
		events         []Event
		state          State
		next           string
	}{
		{"16(4) receipt is to be confirmed", "confirm", false, noticed(), Running, "confirm"},
		{"16(4) it was", "confirm", false, noticed(after(6, Confirmed)), Met, "decide"},
		{"16(5) a decision is owed", "decide", false, noticed(after(6, Confirmed)), Running, "decide"},
		{"16(5) and told", "decide", false, noticed(after(6, Confirmed), after(60, Declined)), Met, ""},
		{"17(1) the recipient is told the reasons", "inform_recipient", false, noticed(after(60, Acted)), Running, "inform_recipient"},
		{"17(1) and knows them", "inform_recipient", false, noticed(after(60, Acted), after(61, RecipientTold)), Met, ""},
		{"20(4) the complaint is decided", "decide_complaint", false, noticed(after(60, Declined), after(90, Complained)), Running, "decide_complaint"},
		{"20(4) it was", "decide_complaint", false, noticed(after(60, Declined), after(90, Complained), after(99, ComplaintMet)), Met, ""},
		{"a notice that was withdrawn", "decide", false, noticed(after(6, Withdrawn)), Stopped, ""},
		{"9(1) the authority is told of any effect", "effect", true, noticed(), Running, "effect"},
		{"9(1) and knows", "effect", true, noticed(after(60, Declined)), Met, ""},
		{"9(5) the recipient is told at the latest then", "inform_recipient", true, noticed(after(60, Acted)), Running, "inform_recipient"},
	} {
		n, err := FollowNotice(tt.act, tt.events)
		if err != nil {
			t.Fatalf("%s: %v", tt.article, err)
		}
		state := State("none")
		for _, c := range n.Clocks() {
			if c.Name == tt.clock {
				state = c.State
			}
		}
		if state != tt.state || n.Next().Name != tt.next {
			t.Errorf("DSA %s: %s is %s, want %s; next is %q, want %q", tt.article, tt.clock, state, tt.state, n.Next().Name, tt.next)
		}
	}
}

func TestWhatTheActHasNoRoomFor(t *testing.T) {
	for name, events := range map[string][]Event{
		"received before sent":          {after(0, Received)},
		"decided before received":       {after(0, Sent), after(1, Acted)},
		"decided twice":                 noticed(after(6, Acted), after(7, Declined)),
		"told of no restriction":        noticed(after(6, Declined), after(7, RecipientTold)),
		"a complaint about no decision": noticed(after(6, Complained)),
		"two complaints at once":        noticed(after(6, Declined), after(7, Complained), after(8, Complained)),
		"time runs backwards":           noticed(after(1, Confirmed)),
		"a removal order's event":       noticed(after(6, Executed)),
	} {
		if _, err := FollowNotice(false, events); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestNoNoticeIsLeftAlone throws events at a case and looks after each.
func TestNoNoticeIsLeftAlone(t *testing.T) {
	kinds := []Kind{Sent, Received, Confirmed, Acted, Declined, RecipientTold, Complained, ComplaintMet, Withdrawn}
	rapid.Check(t, func(t *rapid.T) {
		n := NoticeCase{Order: rapid.Bool().Draw(t, "act")}
		var taken []Event
		last := t0
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			e := Event{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), At: last.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "minutes")) * time.Minute)}
			before := n
			if err := n.Take(e); err != nil {
				if n != before || !problem.Is(err, problem.Refused) {
					t.Fatalf("%v was refused with %v and changed the case", e, err)
				}
				continue
			}
			last, taken = e.At, append(taken, e)
			open := n.Decided.IsZero() && n.Withdrawn.IsZero() || n.Acted && n.Told.IsZero() || n.asked()
			if open == (n.Next() == Duty{}) {
				t.Fatalf("open %v, and next is %v, after %v", open, n.Next(), taken)
			}
			for _, c := range n.Clocks() {
				if c.From.After(e.At) || !c.Done.IsZero() && c.Done.Before(c.From) {
					t.Fatalf("the clock %+v after %v", c, taken)
				}
			}
		}
		again, err := FollowNotice(n.Order, taken)
		if err != nil || again != n {
			t.Fatalf("the other side sees another case: %v", err)
		}
		if diff := cmp.Diff(n.Clocks(), again.Clocks()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSixMonthsToComplain(t *testing.T) {
	if got, want := NoticeComplaintUntil(day(2026, 8, 31)), day(2027, 2, 28); !got.Equal(want) {
		t.Errorf("DSA 20(1): %s, want %s", got, want)
	}
}

// TestThreatToLife: Article 14(5).
func TestThreatToLife(t *testing.T) {
	known := Threat{Found: t0, Concerned: []string{"BE", "FR"}, Home: "IE"}
	if diff := cmp.Diff([]Told{{State: "BE"}, {State: "FR"}}, known.Addressees()); diff != "" {
		t.Error(diff)
	}
	unknown := Threat{Found: t0, Home: "IE", Told: t0.Add(time.Minute)}
	if diff := cmp.Diff([]Told{{State: "IE", Point: true}, {}}, unknown.Addressees()); diff != "" {
		t.Error(diff)
	}
	if c := known.Clock(); c.State != Running || c.Owes != Host || !c.From.Equal(t0) || !c.Until.IsZero() {
		t.Errorf("%+v", c)
	}
	if c := unknown.Clock(); c.State != Met {
		t.Errorf("%+v", c)
	}
}

func TestStandingDuties(t *testing.T) {
	has := func(list []Duty, article string) bool {
		for _, d := range list {
			if d.Article == article {
				return true
			}
		}
		return false
	}
	if all := Standing(false); !has(all, "15(1)") || !has(all, "12(2)") || !has(all, "4(2)") || has(all, "recital 42") {
		t.Errorf("%v", all)
	}
	if !has(Standing(true), "recital 42") {
		t.Error("an exposed host is to be reached at any time")
	}
}
