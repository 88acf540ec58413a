package sim

import "github.com/argine/argine/client"

// noIdeologies has a zero for each ideology that the report counts by.
func noIdeologies() map[string]client.ReportIdeology {
	out := map[string]client.ReportIdeology{}
	for _, name := range []string{"jihadist", "right_wing", "left_wing_anarchist", "ethno_nationalist_separatist", "single_issue", "other_kind", "not_specified"} {
		out[name] = client.ReportIdeology{}
	}
	return out
}

// ideology is what the two people who decide an item carry: the cause of the group that its page
// names, unless the second of them takes the group for another; where they differ it is not
// specified.
func (w *World) ideology(i int) string {
	it := &w.items[i]
	if !it.captured() || !it.listed() || !it.tagged || i%31 == 7 {
		return "not_specified"
	}
	return causes[w.groupOn(it)]
}

// groupOn is the group that a page names.
func (w *World) groupOn(it *item) string {
	_, _, group := w.content(it)
	return group
}

// countIdeology counts the item by what the people who decided it carry.
func (w *World) countIdeology(i int, t *Truth) {
	it := &w.items[i]
	if it.fate == fateDisputed {
		return
	}
	name := w.ideology(i)
	n := t.Ideologies[name]
	n.Decided++
	switch {
	case it.fate == fateRejected || it.fate == fateFramed || it.fate == fateUnreachable:
		n.Rejected++
	default:
		n.Confirmed++
	}
	if it.passes() {
		n.Referred++
	}
	if w.delivered(it) {
		n.Delivered++
		switch last, _ := it.looks(); verdicts[last] {
		case "removed", "soft_404", "redirected_home", "account_gone":
			n.Gone++
		}
	}
	t.Ideologies[name] = n
}
