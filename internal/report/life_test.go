package report

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) < 0.0005 }

func TestWilsonByTheBook(t *testing.T) {
	for _, tt := range []struct{ p, n, low, high float64 }{
		{0.5, 10, 0.2366, 0.7634}, // Newcombe 1998 and tables of the interval
		{0, 10, 0, 0.2775},
		{1, 10, 0.7225, 1},
		{0.9, 100, 0.8256, 0.9448},
		{0.5, 0, 0, 1},
	} {
		if low, high := Wilson(tt.p, tt.n); !near(low, tt.low) || !near(high, tt.high) {
			t.Errorf("Wilson(%v, %v) = %.4f, %.4f; want %.4f, %.4f", tt.p, tt.n, low, high, tt.low, tt.high)
		}
	}
}

func TestAWatchedToTheEndCurveIsPlainShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l life
		n := rapid.IntRange(1, 200).Draw(t, "items")
		gone := 0
		for range n {
			if rapid.Bool().Draw(t, "gone") {
				l.gone(rapid.Float64Range(0, 400).Draw(t, "hours"))
				gone++
			} else {
				l.there(168)
			}
		}
		list := l.moments()
		last := list[len(list)-1]
		if last.gone != gone || !near(last.share, float64(gone)/float64(n)) {
			t.Fatalf("%d of %d gone, the curve ends at %v (%d)", gone, n, last.share, last.gone)
		}
		low, high := Wilson(float64(gone)/float64(n), float64(n))
		if !near(last.low, low) || !near(last.high, high) {
			t.Fatalf("the interval %v to %v is not Wilson's %v to %v", last.low, last.high, low, high)
		}
		for i, m := range list {
			if m.share < m.low-1e-9 || m.share > m.high+1e-9 || i > 0 && m.share < list[i-1].share {
				t.Fatalf("moment %d is out of order: %+v", i, m)
			}
		}
	})
}

// Kaplan and Meier by hand: of 10, two go at 1 h, four leave the study after 3 h with one
// gone then; of the 3 left one goes at 6 h.
func TestItemsWatchedForLessCountForAsLong(t *testing.T) {
	var l life
	for range 2 {
		l.gone(1)
	}
	l.gone(3.2)
	for range 4 {
		l.there(5)
	}
	l.gone(6)
	l.there(200)
	l.there(168)
	list := l.moments()
	for i, want := range []struct {
		share   float64
		watched int
	}{{0.2, 10}, {0.3, 8}, {1 - 0.7*2/3, 3}, {1 - 0.7*2/3, 2}} {
		if !near(list[i].share, want.share) || list[i].watched != want.watched {
			t.Errorf("at %s: %+v, want %+v", scheduleNames[i], list[i], want)
		}
	}
	if len(list) != len(schedule) {
		t.Errorf("the curve has %d moments; two items were watched to the end", len(list))
	}
}

func TestACurveEndsWhereNothingIsWatched(t *testing.T) {
	var l life
	l.gone(1)
	l.there(3)
	l.there(0.5) // before the first look
	if list := l.moments(); len(list) != 2 || !near(list[1].share, 0.5) {
		t.Errorf("got %+v", list)
	}
	l = life{}
	l.gone(1)
	l.gone(3)
	list := l.moments()
	if low, high := Wilson(1, 2); len(list) != len(schedule) || list[6].share != 1 || list[6].low != low || list[6].high != high || list[6].gone != 2 {
		t.Errorf("all are gone after 3 h, and the curve is %+v", list)
	}
	if list := (&life{}).moments(); list != nil {
		t.Errorf("a curve of nothing: %+v", list)
	}
}

func TestMedianAndWords(t *testing.T) {
	for want, list := range map[float64][]float64{0: nil, 3: {9, 3, 1}, 2.5: {4, 1, 3, 2}} {
		if got := median(list); got != want {
			t.Errorf("median of %v is %v, got %v", list, want, got)
		}
	}
	for want, got := range map[string]string{"2,068": number(2068), "0": number(0), "1,234,567": number(1234567), "-1,000": number(-1000), "-100": number(-100),
		"1 item": plural(1, "item", "items"), "50.0\u00a0%": percent(1, 2), "–": percent(0, 0), "65 minutes": minutes(65), "3.0 hours": minutes(180), "3.0 days": minutes(3 * 1440),
		"see hxxps://a.example now": quote("see https://a.example\n now")} {
		if want != got {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
