package report

import (
	"fmt"
	"maps"
	"slices"
)

// held lists the holds. Whom to ring stays on the desk: who watches what is nothing for a report.
func (s *summary) held() section {
	now := 0
	var lengths []float64
	t := table{Caption: "Holds", Columns: texts("Item", "Platform", "Since", "State")}
	for _, h := range s.holds {
		state := "released " + short(h.ended)
		if h.ended.IsZero() {
			now++
			state = "held until " + short(h.until)
		} else if !h.since.IsZero() {
			lengths = append(lengths, h.ended.Sub(h.since).Minutes())
		}
		t.add(h.item, platformName(h.platform), short(h.since), state)
	}
	out := section{ID: "holds", Title: "Holds", Tables: []table{t.done("Nothing was held.").fold()}}
	text := fmt.Sprintf("Deconfliction held *%s* so as not to disturb somebody's work (%s of all items): *%s* still held, *%s* released since.",
		plural(len(s.holds), "item", "items"), percent(len(s.holds), s.report.Items), number(now), number(len(s.holds)-now))
	if len(lengths) > 0 {
		text += " The median hold that ended lasted " + minutes(median(lengths)) + "."
	}
	out.Says = []sentence{say(text), say("Whose interest it is stands on the desk and not in a report.")}
	return out
}

// trust says why the figures can be believed, and how to check.
func (s *summary) trust() section {
	r := s.report
	out := section{ID: "audit", Title: "Can this be checked?"}
	out.Says = []sentence{
		say("Every change is an entry of the audit log, a Merkle tree of the kind that certificate transparency uses (RFC 6962), whose heads are signed. The head below was read in the same moment as the figures."),
		say("To verify it, run *argine audit verify* on the data: it recomputes the whole log offline and names the first entry that does not fit. Whoever kept an earlier signed head can check that the log has only grown since."),
	}
	head := table{Caption: "Head of the audit log", Columns: texts("", ""), Rows: [][]string{
		{"Entries", number(int(r.Audit.Events))}, {"Root (base 64)", r.Audit.Root}, {"Read", when(s.now)}, {"Action", string(s.action.id)}}}
	if r.Audit.Root == "" {
		head.Rows[1][1] = "none: the log has no head yet"
	}
	lost := table{Caption: "Not accounted for", Columns: append(texts("What is missing"), figures("Items")...)}
	for _, what := range slices.Sorted(maps.Keys(s.lost)) {
		lost.add(what, number(s.lost[what]))
	}
	out.Tables = []table{head, lost.done("Nothing: each item has the records that its stage rests on, and each that is between two stages has a job.")}
	return out
}
