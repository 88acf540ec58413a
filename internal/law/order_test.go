package law

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
)

var t0 = time.Date(2026, time.October, 24, 12, 0, 0, 0, time.UTC)

// after makes an event so many minutes after the start.
func after(minutes int, k Kind) Event {
	e := Event{Kind: k, At: t0.Add(time.Duration(minutes) * time.Minute)}
	if k == Issued {
		e.Emergency = "an attack goes on"
	}
	return e
}

// delivered is an order that the host has since minute 10.
func delivered(more ...Event) []Event {
	return append([]Event{after(0, Issued), after(5, Sent), after(10, Received)}, more...)
}

func crossing(more ...Event) []Event {
	issue := after(0, Issued)
	issue.CrossBorder = true
	return append([]Event{issue, after(5, Sent), after(5, CopySent), after(10, Received), after(10, CopyReceived)}, more...)
}

func clockOf(t *testing.T, events []Event, now time.Time, name string) Clock {
	t.Helper()
	o, err := Follow(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range o.Clocks(now, nil) {
		if c.Name == name {
			return c
		}
	}
	return Clock{}
}

func TestClocksOfTheArticles(t *testing.T) {
	for _, tt := range []struct {
		article, name string
		events        []Event
		at            int // minutes, when it is looked at
		state         State
		until         int // minutes; -1: no end
	}{
		{"3(3) the hour from receipt, not from sending", "execute", delivered(), 20, Running, 70},
		{"3(3) done in time", "execute", delivered(after(70, Executed)), 80, Met, 70},
		{"3(3) done late", "execute", delivered(after(71, Executed)), 80, Late, 70},
		{"3(7) impossible: the hour stands still", "execute", delivered(after(30, Impossible)), 500, Paused, -1},
		{"3(7) grounds ceased: a whole hour from then", "execute", delivered(after(30, Impossible), after(600, GroundsCeased)), 610, Running, 660},
		{"3(8) unclear: the hour stands still", "execute", delivered(after(30, Unclear)), 500, Paused, -1},
		{"3(8) clarified: a whole hour from then", "execute", delivered(after(30, Unclear), after(45, Clarified)), 50, Running, 105},
		{"3(8) a second question", "execute", delivered(after(30, Unclear), after(45, Clarified), after(50, Unclear)), 55, Paused, -1},
		{"3(6) feedback is owed", "feedback", delivered(after(30, Executed)), 40, Running, -1},
		{"3(6) feedback is given", "feedback", delivered(after(30, Executed), after(31, FedBack)), 40, Met, -1},
		{"4(1) the copy leaves at the same moment", "copy", crossing(), 20, Met, 6},
		{"4(3) the copy is scrutinised before the order arrived", "scrutinise", append(crossing()[:3:3], after(10, CopyReceived), after(20, Scrutinised)), 30, Met, 10 + 72*60},
		{"4(1) the copy leaves a quarter of an hour later", "copy", append(crossing()[:2:2], after(20, CopySent)), 30, Late, 6},
		{"4(3) 72 hours from the copy", "scrutinise", crossing(), 60, Running, 10 + 72*60},
		{"4(3) the time has passed", "scrutinise", crossing(), 10 + 72*60 + 1, Over, 10 + 72*60},
		{"4(4) 48 hours to ask", "ask_review", crossing(), 60, Running, 10 + 48*60},
		{"4(4) asked: 72 hours to decide", "decide_review", crossing(after(100, ReviewAsked)), 200, Running, 100 + 72*60},
		{"4(4) decided in time", "decide_review", crossing(after(100, ReviewAsked), after(300, Scrutinised)), 400, Met, 100 + 72*60},
		{"4(7) reinstatement at once", "reinstate", crossing(after(30, Executed), after(100, Intended), after(200, Infringing)), 201, Running, -1},
		{"4(7) reinstated", "reinstate", crossing(after(30, Executed), after(100, Intended), after(200, Infringing), after(210, Reinstated)), 300, Met, -1},
		{"4(7) kept down by the host's terms", "reinstate", crossing(after(30, Executed), after(100, Intended), after(200, Infringing), after(210, KeptDown)), 300, Met, -1},
		{"4(6) an order without effect is not executed", "execute", crossing(after(20, Intended), after(25, Infringing)), 300, Stopped, 70},
		{"3(9) final: the home authority is told", "tell_final", crossing(after(30, Executed), after(90_000, Final)), 90_010, Running, -1},
		{"4(4) the content provider has 48 hours from its information", "ask_review_provider", crossing(after(30, Executed), after(40, ProviderInformed)), 60, Running, 40 + 48*60},
		{"4(4) and again none after them", "ask_review_provider", crossing(after(30, Executed), after(40, ProviderInformed)), 40 + 48*60 + 1, Over, 40 + 48*60},
		{"4(4) a second request gives the decision no more time", "decide_review", crossing(after(100, ReviewAsked), after(200, ReviewAsked)), 300, Running, 100 + 72*60},
		{"4(6) the decision is told", "tell_decision", crossing(after(100, Intended), after(200, Infringing)), 201, Running, -1},
		{"4(6) it was told", "tell_decision", crossing(after(300, Scrutinised), after(301, DecisionTold)), 400, Met, -1},
		{"11(2) the provider asks for the reasons", "answer_provider", delivered(after(30, Executed), after(40, ProviderAsked)), 50, Running, -1},
		{"11(2) but must not have them yet", "answer_provider", delivered(after(20, NonDisclosed), after(30, Executed), after(40, ProviderAsked)), 50, Paused, -1},
		{"11(2) the provider has them", "answer_provider", delivered(after(30, Executed), after(40, ProviderAsked), after(45, ProviderAnswered)), 50, Met, -1},
		{"11(3) six weeks", "non_disclosure", delivered(after(20, NonDisclosed)), 30, Running, 20 + 42*24*60},
		{"11(3) six weeks more, from the end of the first", "non_disclosure", delivered(after(20, NonDisclosed), after(30_000, NonDisclosedLonger)), 70_000, Running, 20 + 84*24*60},
		{"11(3) over", "non_disclosure", delivered(after(20, NonDisclosed)), 20 + 42*24*60, Over, 20 + 42*24*60},
		{"11(1) the provider waits for the end of it", "inform_provider", delivered(after(20, NonDisclosed), after(30, Executed)), 40, Paused, -1},
		{"11(1) the provider is to be told", "inform_provider", delivered(after(30, Executed)), 40, Running, -1},
	} {
		c := clockOf(t, tt.events, t0.Add(time.Duration(tt.at)*time.Minute), tt.name)
		want := time.Time{}
		if tt.until >= 0 {
			want = t0.Add(time.Duration(tt.until) * time.Minute)
		}
		if c.State != tt.state || !c.Until.Equal(want) {
			t.Errorf("%s: %s until %s, want %s until %s", tt.article, c.State, c.Until, tt.state, want)
		}
	}
}

// TestAnHourIsAnHour: an order at 02:00 on the Sunday on which clocks are put back.
func TestAnHourIsAnHour(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, time.October, 25, 0, 30, 0, 0, time.UTC) // 02:30 in Berlin, in summer time
	c := clockOf(t, []Event{{Kind: Issued, At: at, Emergency: "x"}, {Kind: Sent, At: at}, {Kind: Received, At: at}}, at, "execute")
	if got := c.Until.In(berlin).Format("15:04 MST"); c.Until.Sub(at) != time.Hour || got != "02:30 CET" {
		t.Errorf("the hour ends at %s, %s later", got, c.Until.Sub(at))
	}
}

func TestPreservationIsSixMonths(t *testing.T) {
	at := time.Date(2026, time.August, 31, 9, 0, 0, 0, time.UTC)
	events := []Event{{Kind: Issued, At: at, Emergency: "x"}, {Kind: Sent, At: at}, {Kind: Received, At: at}, {Kind: Executed, At: at}}
	want := time.Date(2027, time.February, 28, 9, 0, 0, 0, time.UTC)
	if c := clockOf(t, events, at, "preserve"); !c.Until.Equal(want) {
		t.Errorf("kept until %s, want the last day of February", c.Until)
	}
	open := append(events, Event{Kind: ProceedingsOpened, At: at})
	if c := clockOf(t, open, at, "preserve"); c.State != Paused {
		t.Errorf("while proceedings are open it is %s", c.State)
	}
	if _, err := Follow(append(open, Event{Kind: Erased, At: at.AddDate(2, 0, 0)})); !problem.Is(err, problem.Refused) {
		t.Errorf("erased during proceedings: %v", err)
	}
}

func TestWhatTheRegulationHasNoRoomFor(t *testing.T) {
	plainIssue := after(0, Issued)
	plainIssue.Emergency = ""
	told := Event{Kind: Informed, At: t0.Add(-12 * time.Hour)}
	lateTold := Event{Kind: Informed, At: t0.Add(-11 * time.Hour)}
	for name, tt := range map[string]struct {
		events []Event
		ok     bool
	}{
		"3(2) no information and no emergency": {[]Event{plainIssue}, false},
		"3(2) eleven hours":                    {[]Event{lateTold, plainIssue}, false},
		"3(2) twelve hours":                    {[]Event{told, plainIssue}, true},
		"3(2) an emergency that is recorded":   {[]Event{after(0, Issued)}, true},
		"received before sent":                 {[]Event{after(0, Issued), after(1, Received)}, false},
		"time runs backwards":                  {[]Event{after(0, Issued), after(-1, Sent)}, false},
		"executed twice":                       {delivered(after(20, Executed), after(21, Executed)), false},
		"4(1) a copy within the country":       {[]Event{after(0, Issued), after(1, CopySent)}, false},
		"4(5) decided without the intention":   {crossing(after(20, Infringing)), false},
		"3(7) grounds cease after a question":  {delivered(after(20, Unclear), after(21, GroundsCeased)), false},
		"4(4) asked after 48 hours":            {crossing(after(10+48*60+1, ReviewAsked)), false},
		"4(4) asked at the last moment":        {crossing(after(10+48*60, ReviewAsked)), true},
		"4(4) the provider asks later":         {crossing(after(3000, Executed), after(3001, ProviderInformed), after(3001+48*60, ReviewAsked)), true},
		"4(6) told before it is decided":       {crossing(after(20, DecisionTold)), false},
		"11(2) answered unasked":               {delivered(after(20, Executed), after(30, ProviderAnswered)), false},
		"11(3) answered too early":             {delivered(after(11, NonDisclosed), after(20, Executed), after(21, ProviderAsked), after(30, ProviderAnswered)), false},
		"11(3) the provider is told too early": {delivered(after(11, NonDisclosed), after(20, Executed), after(30, ProviderInformed)), false},
		"11(3) extended a second time":         {delivered(after(20, NonDisclosed), after(30, NonDisclosedLonger), after(40, NonDisclosedLonger)), false},
		"11(3) extended after it ended":        {delivered(after(20, NonDisclosed), after(20+42*24*60+1, NonDisclosedLonger)), false},
		"6(2) erased after five months":        {delivered(after(20, Executed), after(20+150*24*60, Erased)), false},
		"6(2) erased after six months":         {delivered(after(20, Executed), after(20+185*24*60, Erased)), true},
		"4(7) reinstated while it stands":      {delivered(after(20, Executed), after(30, Reinstated)), false},
		"4(7) kept down while it stands":       {delivered(after(20, Executed), after(30, KeptDown)), false},
		"4(7) back after it was kept down":     {delivered(after(20, Executed), after(30, Withdrawn), after(40, KeptDown), after(50, Reinstated)), true},
		"no such event":                        {[]Event{after(0, "celebrated")}, false},
	} {
		if _, err := Follow(tt.events); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func allKinds() (list []Kind) {
	for k := range rules {
		list = append(list, k)
	}
	return list
}

func drawEvent(t *rapid.T, kinds []Kind, last time.Time) Event {
	e := Event{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), At: last.Add(time.Duration(rapid.IntRange(0, 60*24*40).Draw(t, "minutes")) * time.Minute)}
	if e.Kind == Issued {
		e.CrossBorder = rapid.Bool().Draw(t, "cross-border")
		e.Emergency = rapid.SampledFrom([]string{"", "an attack goes on"}).Draw(t, "emergency")
	}
	if e.Kind == NonDisclosedLonger {
		e.Until = e.At.Add(time.Duration(rapid.IntRange(-60*24*40, 60*24*90).Draw(t, "until")) * time.Minute)
	}
	return e
}

// TestNoSequenceBreaksTheRules throws events at a case and looks after each that was taken.
func TestNoSequenceBreaksTheRules(t *testing.T) {
	kinds := allKinds()
	slices.Sort(kinds)
	rapid.Check(t, func(t *rapid.T) {
		var o Order
		var taken []Event
		last := t0
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			e := drawEvent(t, kinds, last)
			before := o
			ends := endsOf(before, e.At)
			if o.Take(e) != nil {
				if o != before {
					t.Fatalf("%v was refused and changed the case", e)
				}
				continue
			}
			last, taken = e.At, append(taken, e)
			for name, end := range endsOf(o, e.At) {
				if !end.IsZero() && end.Before(ends[name]) && e.Kind != DisclosureFreed { // which an authority lifts on purpose
					t.Fatalf("after %v the clock %s ends at %s, before at %s", e, name, end, ends[name])
				}
			}
			if o.has(issued) && !o.emergency && o.at[issued].Sub(o.at[informed]) < informBefore {
				t.Fatalf("an order without the information and without an emergency: %v", taken)
			}
			if o.Next(e.At).Owes == "" && !o.Closed(e.At) {
				t.Fatalf("nobody has to act after %v", taken)
			}
			if o.has(executed) && !o.has(erased) && o.Closed(e.At) {
				t.Fatalf("closed while content is kept: %v", taken)
			}
		}
		again, err := Follow(taken)
		if err != nil || again != o {
			t.Fatalf("the other side sees another case: %v", err)
		}
		if diff := cmp.Diff(o.Clocks(last, nil), again.Clocks(last, nil)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// endsOf gives the end of each clock by its name.
func endsOf(o Order, now time.Time) map[string]time.Time {
	ends := map[string]time.Time{}
	for _, c := range o.Clocks(now, nil) {
		ends[c.Name] = c.Until
	}
	return ends
}

// BenchmarkMillion is a million cases, each from its order to the erasure, with all its clocks.
func BenchmarkMillion(b *testing.B) {
	const million = 1_000_000
	events := crossing(after(30, Unclear), after(40, Clarified), after(60, Executed), after(61, FedBack), after(100, ReviewAsked), after(300, Scrutinised),
		after(400, ProviderInformed), after(90_000, Final), after(90_001, FinalTold), after(300_000, Erased))
	dst := make([]Clock, 0, 32)
	for b.Loop() {
		for range million {
			o, err := Follow(events)
			if err != nil {
				b.Fatal(err)
			}
			dst = o.Clocks(t0, dst[:0])
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/million")
}
