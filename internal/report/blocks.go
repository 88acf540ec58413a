package report

import (
	"fmt"
	"html/template"
	"maps"
	"slices"

	"github.com/argine/argine/internal/report/chart"
	"github.com/argine/argine/internal/sqldb"
)

const sqlBlocks = `SELECT b.rule, b.reason, b.remedy, COUNT(*) FROM action_item ai JOIN preflight_block b ON b.item_id = ai.item_id
	WHERE ai.action_id = $1 GROUP BY b.rule, b.reason, b.remedy ORDER BY 4 DESC, 1, 2, 3`

// ruleNames say the rules of the pre-flight gate.
var ruleNames = map[string]string{
	"home_page": "Home page", "search_page": "Search results", "listing_page": "Listing or collection", "protected_host": "Protected host",
	"no_capture": "No capture", "existing_order": "An order exists", "no_platform": "No registered platform", "no_contact": "Unverified contact point", "placeholder": "Placeholder left in",
	"unseen": "Seen by nobody", "gone": "Gone already", "hold": "On hold", "asking": "Others are being asked", "contact_hours": "Out of contact hours",
}

func ruleName(rule string) string {
	if name := ruleNames[rule]; name != "" {
		return name
	}
	return rule
}

func (s *summary) blocks(tx *sqldb.Tx) (section, error) {
	out := section{ID: "preflight", Title: "Stopped by pre-flight"}
	out.Says = []sentence{say(fmt.Sprintf("Pre-flight stopped *%s* before anything was sent (%s of all items). Each has a remedy; an item that passes later is not counted here any more.",
		plural(s.report.Blocked, "item", "items"), percent(s.report.Blocked, s.report.Items)))}
	if s.report.Blocked > 0 {
		out.Figures = []figure{s.blockBars()}
	}
	t := table{Caption: "Reasons and remedies", Columns: append(texts("Rule", "Reason", "Remedy"), figures("Items")...)}
	err := tx.Each(sqlBlocks, []any{s.action.id}, func(scan sqldb.Scanner) error {
		var rule, reason, remedy string
		var n int
		err := scan(&rule, &reason, &remedy, &n)
		t.add(ruleName(rule), quote(reason), quote(remedy), number(n))
		return err
	})
	out.Tables = []table{t.done("Nothing was stopped.")}
	return out, err
}

func (s *summary) blockBars() figure {
	rules := slices.SortedFunc(maps.Keys(s.report.Blocks), func(a, b string) int {
		if d := s.report.Blocks[b] - s.report.Blocks[a]; d != 0 {
			return d
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	var bars []chart.Bar
	twin := table{Columns: append(texts("Rule"), figures("Items", "Share of blocked")...)}
	for _, rule := range rules {
		n := s.report.Blocks[rule]
		bars = append(bars, chart.Bar{Label: ruleName(rule), Value: n, Text: number(n), Series: 2})
		twin.Rows = append(twin.Rows, []string{ruleName(rule), number(n), percent(n, s.report.Blocked)})
	}
	return draw("blocks", "Blocked items by the first rule that stopped them", "One bar for each rule of the pre-flight gate that stopped an item.", twin,
		func(f chart.Frame) template.HTML { return chart.Bars(f, 0, bars) })
}
