package platform

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestHours(t *testing.T) {
	for _, tt := range []struct {
		name, hours, zone, at string
		open                  bool
		next                  string
	}{
		{"no hours", "", "", "2026-03-01T03:00:00Z", true, ""},
		{"a Sunday at two in the morning", "Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-01T01:00:00Z", false, "2026-03-02T08:00:00Z"},
		{"the first minute", "Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-02T08:00:00Z", true, ""},
		{"the last minute", "Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-02T15:59:59Z", true, ""},
		{"the end", "Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-02T16:00:00Z", false, "2026-03-03T08:00:00Z"},
		{"Friday evening", "Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-06T16:30:30Z", false, "2026-03-09T08:00:00Z"},
		{"midday there, night here", "Mo-Fr 09:00-17:00", "America/Los_Angeles", "2026-03-03T20:00:00Z", true, ""},
		{"the library's night of 2019", "Mo-Fr 09:00-17:00", "America/Los_Angeles", "2019-04-09T08:30:00Z", false, "2019-04-09T16:00:00Z"},
		{"over midnight, before", "Mo 22:00-06:00", "UTC", "2026-03-02T23:00:00Z", true, ""},
		{"over midnight, after", "Mo 22:00-06:00", "UTC", "2026-03-03T05:59:00Z", true, ""},
		{"over midnight, the day before", "Mo 22:00-06:00", "UTC", "2026-03-02T05:00:00Z", false, "2026-03-02T22:00:00Z"},
		{"a week that goes round", "Sa-Mo 10:00-12:00", "UTC", "2026-03-01T10:30:00Z", true, ""},
		{"two parts", "Mo,We 09:00-10:00; Fr 15:00-24:00", "UTC", "2026-03-06T23:59:00Z", true, ""},
		{"all day", "Mo-Su 00:00-24:00", "UTC", "2026-03-06T00:00:00Z", true, ""},

		// Clocks in Germany went from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to
		// 02:00 on 25 October 2026.
		{"the Monday after the change: an hour earlier by UTC", "Mo-Fr 09:00-17:00", "Europe/Berlin", "2026-03-28T12:00:00Z", false, "2026-03-30T07:00:00Z"},
		{"an opening that the change swallows half of", "Su 02:30-04:00", "Europe/Berlin", "2026-03-29T00:59:00Z", false, "2026-03-29T01:00:00Z"},
		{"an opening that the change swallows", "Su 02:00-03:00", "Europe/Berlin", "2026-03-29T00:30:00Z", false, "2026-04-05T00:00:00Z"},
		{"an hour that comes twice, first", "Su 02:00-03:00", "Europe/Berlin", "2026-10-25T00:30:00Z", true, ""},
		{"an hour that comes twice, again", "Su 02:00-03:00", "Europe/Berlin", "2026-10-25T01:30:00Z", true, ""},
		{"and after both", "Su 02:00-03:00", "Europe/Berlin", "2026-10-25T02:00:00Z", false, "2026-11-01T01:00:00Z"},
	} {
		h, err := ParseHours(tt.hours, tt.zone)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got := h.Open(at(tt.at)); got != tt.open {
			t.Errorf("%s: open is %v", tt.name, got)
		}
		want := at(tt.at)
		if tt.next != "" {
			want = at(tt.next)
		}
		if got := h.Next(at(tt.at)); !got.Equal(want) {
			t.Errorf("%s: next at %s, want %s", tt.name, got.UTC(), want)
		}
	}
}

func TestHoursThatMakeNoSense(t *testing.T) {
	for _, tt := range [][2]string{{"Mo-Fr 09:00-17:00", ""}, {"Mo-Fr 09:00-17:00", "Local"}, {"Mo-Fr 09:00-17:00", "Europe/Nowhere"}, {"Mo-Fr 09:00-17:00", "../etc/passwd"},
		{"Monday 09:00-17:00", "UTC"}, {"Mo-Fr", "UTC"}, {"Mo-Fr 9-17", "UTC"}, {"Mo-Fr 09:00", "UTC"}, {"Mo 24:00-25:00", "UTC"}, {"Mo 09:00-17:00;", "UTC"}} {
		if _, err := ParseHours(tt[0], tt[1]); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q in %q: %v", tt[0], tt[1], err)
		}
	}
}

// Whatever the moment, the next opening is open, not before, and nothing between is open.
func TestNextIsTheFirstOpening(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, err := ParseHours(rapid.SampledFrom([]string{"Mo-Fr 09:00-17:00", "Su 02:15-02:45", "Tu 22:00-06:00; Sa 10:00-12:00", "Fr 00:00-24:00"}).Draw(rt, "hours"),
			rapid.SampledFrom([]string{"Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham", "UTC"}).Draw(rt, "zone"))
		if err != nil {
			rt.Fatal(err)
		}
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 366*24*60).Draw(rt, "minute")) * time.Minute)
		next := h.Next(from)
		if next.Before(from) || !h.Open(next) {
			rt.Fatalf("from %s: %s, open %v", from, next, h.Open(next))
		}
		for m := from; m.Before(next); m = m.Add(time.Minute) {
			if h.Open(m) {
				rt.Fatalf("from %s: %s, and %s is open before", from, next, m)
			}
		}
	})
}
