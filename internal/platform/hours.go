package platform

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // so that a small container knows the time zones too

	"github.com/argine/argine/internal/problem"
)

// Hours are when people at a platform read referrals, by the clock on their wall. In 2019 a
// library got a week of referrals between midnight and three in the morning of its time, with
// a day to answer. Removal orders know no hours: their contact point is reached at any time.
type Hours struct {
	spans []span // none: at any time
	zone  *time.Location
}

// span is a part of some days of the week, in minutes since midnight. One that ends at or
// before its beginning goes on into the next day.
type span struct {
	days     [7]bool // from Sunday
	from, to int
}

var dayNames = []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}

// ParseHours reads hours as OpenStreetMap writes them: "Mo-Fr 09:00-17:30; Sa 10:00-12:00",
// with the IANA name of a time zone. Empty hours are no restriction.
func ParseHours(text, zone string) (Hours, error) {
	text, zone = strings.TrimSpace(text), strings.TrimSpace(zone)
	if text == "" {
		return Hours{}, nil
	}
	if zone == "" || zone == "Local" {
		return Hours{}, problem.New(problem.Invalid, "contact hours need the time zone of the platform, such as Europe/Dublin")
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return Hours{}, problem.Wrap(err, problem.Invalid, "%.60q is no time zone; give a name such as Europe/Dublin", zone)
	}
	h := Hours{zone: loc}
	for part := range strings.SplitSeq(text, ";") {
		s, err := parseSpan(strings.Fields(part))
		if err != nil {
			return Hours{}, err
		}
		h.spans = append(h.spans, s)
	}
	return h, nil
}

func parseSpan(words []string) (s span, err error) {
	bad := problem.New(problem.Invalid, "%.60q is no part of a week; write days and times like Mo-Fr 09:00-17:30, with semicolons between", strings.Join(words, " "))
	if len(words) != 2 {
		return s, bad
	}
	for list := range strings.SplitSeq(words[0], ",") {
		first, last, through := strings.Cut(list, "-")
		if !through {
			last = first
		}
		from, to := slices.Index(dayNames, first), slices.Index(dayNames, last)
		if from < 0 || to < 0 {
			return s, bad
		}
		for d := from; ; d = (d + 1) % 7 {
			s.days[d] = true
			if d == to {
				break
			}
		}
	}
	from, to, ok := strings.Cut(words[1], "-")
	if s.from, err = minutes(from); err != nil || !ok {
		return s, bad
	}
	if s.to, err = minutes(to); err != nil || s.from == 24*60 {
		return s, bad
	}
	return s, nil
}

// minutes reads a time of the day; 24:00 is its end.
func minutes(text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err
}

// Open reports whether somebody reads referrals then.
func (h Hours) Open(at time.Time) bool {
	if len(h.spans) == 0 {
		return true
	}
	local := at.In(h.zone)
	day, now := int(local.Weekday()), local.Hour()*60+local.Minute()
	for _, s := range h.spans {
		overnight := s.to <= s.from
		switch {
		case s.days[day] && now >= s.from && (overnight || now < s.to):
			return true
		case overnight && s.days[(day+6)%7] && now < s.to:
			return true
		}
	}
	return false
}

// longestClosed bounds the search for the next opening: hours repeat every week, and a change
// of the clock can swallow one opening.
const longestClosed = 15 * 24 * time.Hour

// Next is the first moment from then on at which somebody reads referrals; the zero time when
// there is none. It goes minute by minute along the clock on the wall, because that one is set
// forward and back, and some of its times come twice or never.
func (h Hours) Next(at time.Time) time.Time {
	if h.Open(at) {
		return at
	}
	for t := at.Truncate(time.Minute).Add(time.Minute); t.Before(at.Add(longestClosed)); t = t.Add(time.Minute) {
		if h.Open(t) {
			return t
		}
	}
	return time.Time{}
}

// Say tells a moment by the platform's clock.
func (h Hours) Say(at time.Time) string {
	if h.zone == nil {
		return at.UTC().Format("2006-01-02 15:04 MST")
	}
	return fmt.Sprintf("%s (%s)", at.In(h.zone).Format("Monday 2006-01-02 15:04 MST"), h.zone)
}
