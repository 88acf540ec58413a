package law

import (
	"slices"
	"time"
)

// exposingOrders is the example of objective factors that Article 5(4) gives: so many final
// orders within the previous twelve months.
const exposingOrders = 2

// Exposing returns the newest moment at which the final orders of a host were enough for a
// decision under Article 5(4), and whether there was one: two or more that became final
// within twelve months. The decision itself is the home authority's.
func Exposing(finals []time.Time) (time.Time, bool) {
	sorted := slices.SortedFunc(slices.Values(finals), time.Time.Compare)
	for i := len(sorted) - 1; i >= exposingOrders-1; i-- {
		if first := sorted[i-exposingOrders+1]; !addMonths(first, 12).Before(sorted[i]) {
			return sorted[i], true
		}
	}
	return time.Time{}, false
}

// Due is a duty with a day in the calendar.
type Due struct {
	Name, Article string
	Owes          Party
	By            time.Time
}

// SpecificMeasures are the reports of an exposed host: within three months of the decision,
// and then every year, Article 5(5). The first n are given.
func SpecificMeasures(decided time.Time, n int) (list []Due) {
	first := addMonths(decided, 3)
	for i := range n {
		list = append(list, Due{"report_measures", "5(5)", Host, addMonths(first, 12*i)})
	}
	return list
}

// Yearly are the reports for a calendar year: the host's before 1 March, the member state's by
// 31 March of the next (Articles 7(2) and 21(1)). The authority's own has no day in the
// Regulation (Article 8(1)): it is due within the next year. zone is where the day ends.
func Yearly(year int, zone *time.Location) []Due {
	return []Due{
		{"report_authority", "8(1)", Issuer, time.Date(year+2, time.January, 1, 0, 0, 0, 0, zone)},
		{"report_transparency", "7(2)", Host, time.Date(year+1, time.March, 1, 0, 0, 0, 0, zone)},
		{"report_to_commission", "21(1)", Issuer, time.Date(year+1, time.April, 1, 0, 0, 0, 0, zone)},
	}
}

// ReviewOfExposure is the end of the three months in which a request to review, change or
// revoke a decision on exposure or measures is decided, Article 5(7).
func ReviewOfExposure(asked time.Time) time.Time { return addMonths(asked, 3) }

// ReinstateUntil is by when a request to reinstate should be decided. No article sets an end:
// Article 10(2) says "without undue delay" of a host's own error, and an error of whoever asked for
// the removal weighs no less on the content provider. A day is what we recommend. An order without
// effect is another matter: Article 4(7) says "immediately".
func ReinstateUntil(asked time.Time) time.Time { return asked.Add(24 * time.Hour) }

// ComplaintUntil is the end of the two weeks in which a host tells a content provider what
// became of a complaint, Article 10(2).
func ComplaintUntil(received time.Time) time.Time { return received.AddDate(0, 0, 14) }
