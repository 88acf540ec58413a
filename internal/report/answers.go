package report

import (
	"fmt"
	"html/template"

	"github.com/argine/argine/internal/report/chart"
	"github.com/argine/argine/internal/sqldb"
)

// sqlReasons gives what platforms say of delivered items that they did not take down, by
// the newest answer.
const sqlReasons = `SELECT ans.kind, ans.reason, COUNT(DISTINCT ai.platform_id), COALESCE(MIN(p.name), ''), COUNT(*)
	FROM action_item ai
	JOIN answer ans ON ans.item_id = ai.item_id AND ans.kind = ai.answer
	JOIN delivery d ON d.subject_id = ans.referral_id AND d.state = 'delivered'
	LEFT JOIN platform p ON p.id = ai.platform_id
	WHERE ai.action_id = $1 AND ai.answer IN ('refused', 'impossible', 'clarification')
	GROUP BY ans.kind, ans.reason ORDER BY 5 DESC, 1, 2`

// maxRows bounds the long tables of the report; the rest is counted below them.
const maxRows = 60

func (s *summary) answers(tx *sqldb.Tx) (section, error) {
	r := s.report
	out := section{ID: "answers", Title: "What the platforms said"}
	bars := []chart.Bar{}
	twin := table{Columns: append(texts("Newest answer"), figures("Items", "Share of delivered", "95 % interval", "Of them no longer there")...)}
	for i, n := range s.total.answered {
		bars = append(bars, chart.Bar{Label: answeredNames[i], Value: n, Text: number(n) + " · " + percent(n, r.Delivered), Series: []int{0, 4, 2, 5}[i]})
		twin.Rows = append(twin.Rows, []string{answeredNames[i], number(n), percent(n, r.Delivered), interval(n, r.Delivered), number(s.total.goneBy[i])})
	}
	out.Says = []sentence{say(fmt.Sprintf("Of %s, by the newest answer. An answer is not proof: *%s* that the platform calls removed or disabled were not gone when we looked last, and *%s* that it never answered for were.",
		plural(r.Delivered, "delivered item", "delivered items"), number(s.total.answered[0]-s.total.goneBy[0]), number(s.total.goneBy[3])))}
	out.Figures = []figure{draw("answers-bars", "Delivered items by the newest answer", "Four bars: removed or disabled, refused or impossible, clarification asked for, no answer.", twin,
		func(f chart.Frame) template.HTML { return chart.Bars(f, r.Delivered, bars) })}
	reasons := table{Caption: "Refusals and questions, with their reasons", Columns: append(texts("Reason", "Answer", "From"), figures("Items")...)}
	err := tx.Each(sqlReasons, []any{s.action.id}, func(scan sqldb.Scanner) error {
		var kind, reason, platform string
		var platforms, n int
		err := scan(&kind, &reason, &platforms, &platform, &n)
		if platforms > 1 {
			platform = number(platforms) + " platforms"
		}
		reasons.add(quote(reason), kind, platformName(platform), number(n))
		return err
	})
	out.Tables = append(out.Tables, reasons.done("No platform refused or asked."))
	return out, err
}

// add takes a row as long as there is room.
func (t *table) add(cells ...string) {
	t.more++
	if len(t.Rows) < maxRows {
		t.Rows = append(t.Rows, cells)
	}
}

// fold hides a table that few will read until they ask for it.
func (t table) fold() table {
	t.Fold = len(t.Rows) > 8
	return t
}

// done notes what there was no room for, or that there was nothing.
func (t *table) done(empty string) table {
	switch {
	case t.more == 0:
		t.Note = empty
	case t.more > len(t.Rows):
		t.Note = number(t.more-len(t.Rows)) + " more rows are left out here."
	}
	return *t
}
