package host

import (
	"context"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/complaints"
	"github.com/argine/argine/internal/host/uploads"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

// Report is the transparency report of Article 7(3) of Regulation (EU) 2021/784 for one
// calendar year in UTC. Each figure has its counting rule beside it.
type Report struct {
	Service     string   `json:"service"`
	MemberState string   `json:"member_state"`
	Year        int      `json:"year"`
	Due         string   `json:"due"` // the first day on which it is late
	Figures     []Figure `json:"figures"`
}

// Figure is one number of the report.
type Figure struct {
	Letter string `json:"letter"` // of Article 7(3)
	Name   string `json:"name"`
	Count  int    `json:"count"`
	Rule   string `json:"rule"`
}

// Report computes the report of a year from the events of its cases. Points (a) and (b) of
// Article 7(3), the measures of the service, are for the service to write.
func (h *Host) Report(ctx context.Context, who auth.Principal, year int) (Report, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (Report, error) { return h.report(tx, year) })
}

func (h *Host) report(tx *sqldb.Tx, year int) (Report, error) {
	from, to := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	r := Report{Service: h.Settings.Name, MemberState: h.Settings.MemberState, Year: year}
	for _, due := range law.Yearly(year, time.UTC) {
		if due.Owes == law.Host && due.Article == "7(2)" {
			r.Due = due.By.Format(time.DateOnly)
		}
	}
	n, err := cases.Count(tx, from, to)
	if err != nil {
		return r, err
	}
	own, err := uploads.RemovedBetween(tx, from, to)
	if err != nil {
		return r, err
	}
	list, err := complaints.Between(tx, from, to)
	if err != nil {
		return r, err
	}
	outcomes := map[string]int{}
	for _, c := range list {
		outcomes[c.Outcome]++
	}
	r.Figures = []Figure{
		{"c", "Removal orders received", n.Received, "cases of removal orders whose sender was proven, or made sure of by a person, received in the year; a forged order and a repeat of the same order are none"},
		{"c", "Items removed or disabled under removal orders", n.Executed, "orders executed in the year, one item each; by the moment of execution"},
		{"c", "Items disabled of the service's own motion after a match with a bank", own, "uploads that a bank knew and that a person decided to disable, decided in the year"},
		{"c", "Removal orders not executed: impossible (Article 3(7))", n.Impossible, "orders received in the year for which Annex III told force majeure or de facto impossibility, and that were not executed up to now"},
		{"c", "Removal orders not executed: manifest errors or insufficient information (Article 3(8))", n.Unclear, "orders received in the year for which Annex III asked for clarification, and that were not executed up to now"},
		{"d", "Complaints of content providers", len(list), "complaints received in the year"},
		{"d", "of these: justified", outcomes[complaints.Justified], "by their outcome up to now"},
		{"d", "of these: rejected", outcomes[complaints.Rejected], "by their outcome up to now"},
		{"d", "of these: open", outcomes[""], "without an outcome up to now"},
		{"e", "Review proceedings", n.Appealed, "challenges in court and requests under Article 4(4) recorded in the year"},
		{"e", "of these: order annulled or found to infringe", n.Voided, "decisions of the year in favour of the content"},
		{"f", "Reinstated after review proceedings", n.Reinstated, "content that came back in the year under an order without effect"},
		{"g", "Reinstated after a complaint", n.AfterComplaint, "content that came back in the year in cases with a justified complaint, under no order without effect"},
	}
	return r, nil
}
