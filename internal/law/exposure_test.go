package law

import (
	"testing"
	"time"
)

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 9, 0, 0, 0, time.UTC)
}

// TestExposure: Article 5(4), two or more final orders in the previous twelve months.
func TestExposure(t *testing.T) {
	for name, tt := range map[string]struct {
		finals []time.Time
		at     time.Time
	}{
		"none":                          {nil, time.Time{}},
		"one":                           {[]time.Time{day(2026, 3, 1)}, time.Time{}},
		"two within a year":             {[]time.Time{day(2026, 3, 1), day(2026, 9, 1)}, day(2026, 9, 1)},
		"two a year apart to the day":   {[]time.Time{day(2026, 3, 1), day(2025, 3, 1)}, day(2026, 3, 1)},
		"two more than a year apart":    {[]time.Time{day(2025, 3, 1), day(2026, 3, 2)}, time.Time{}},
		"the newest of several":         {[]time.Time{day(2024, 1, 1), day(2024, 5, 1), day(2026, 3, 1)}, day(2024, 5, 1)},
		"all at once are two":           {[]time.Time{day(2026, 3, 1), day(2026, 3, 1)}, day(2026, 3, 1)},
		"the last day of a long year":   {[]time.Time{day(2024, 2, 29), day(2025, 2, 28)}, day(2025, 2, 28)},
		"the day after such a February": {[]time.Time{day(2024, 2, 29), day(2025, 3, 1)}, time.Time{}},
	} {
		at, ok := Exposing(tt.finals)
		if !at.Equal(tt.at) || ok == tt.at.IsZero() {
			t.Errorf("%s: %s, %t", name, at, ok)
		}
	}
}

func TestDaysInTheCalendar(t *testing.T) {
	for _, tt := range []struct {
		article string
		got     time.Time
		want    time.Time
	}{
		{"5(5) three months", SpecificMeasures(day(2026, 11, 30), 2)[0].By, day(2027, 2, 28)},
		{"5(5) then every year", SpecificMeasures(day(2026, 11, 30), 2)[1].By, day(2028, 2, 28)},
		{"5(7)", ReviewOfExposure(day(2026, 1, 31)), day(2026, 4, 30)},
		{"8(1) within the year", Yearly(2026, time.UTC)[0].By, time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"7(2) before 1 March", Yearly(2026, time.UTC)[1].By, time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)},
		{"21(1) by 31 March", Yearly(2026, time.UTC)[2].By, time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)},
		{"10(2) without undue delay: a day is recommended", ReinstateUntil(day(2026, 2, 20)), day(2026, 2, 21)},
		{"10(2) two weeks", ComplaintUntil(day(2026, 2, 20)), day(2026, 3, 6)},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("Article %s: %s, want %s", tt.article, tt.got, tt.want)
		}
	}
}

func TestFormsOfTheDigitalServicesAct(t *testing.T) {
	for _, form := range []Form{Notice(), ActOrder(), Reasons()} {
		full := sample(form)
		if err := form.Check(full); err != nil {
			t.Errorf("%s: %v", form.Name, err)
		}
		for key := range full {
			value := full[key]
			delete(full, key)
			if form.Check(full) == nil {
				t.Errorf("%s is complete without %s", form.Name, key)
			}
			full[key] = value
		}
	}
}
