package web

import (
	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/recheck"
)

// boardView is the board as its template wants it.
type boardView struct {
	Status    client.Status
	Window    window
	Steps     []step
	Stages    []client.Count // that hold anything
	Platforms []platformRow
	Totals    platformRow
	Languages []client.Count
	Units     []client.Count
	Known     int // platforms that are registered
	Spoken    int // languages that are known
}

// step is one step of the funnel: how many items came at least so far. Stages are where
// items stand now, so what came so far is all that stand there or further on.
type step struct {
	Name    string
	Count   int
	Percent float64        // of all items
	Waiting []client.Count // stages in which items wait for the next step
	Left    []client.Count // stages in which items left the way
}

// steps says for each step of the funnel which stages have it behind them. The first that
// names a stage is not enough: a blocked item was cleared, an undeliverable one approved.
var steps = []struct {
	name                  string
	reached, waits, leave []string
}{
	{"contributed", nil, []string{"contributed", "captured"}, nil},
	{"to_people", []string{"ready", "unreachable"}, []string{"ready", "unreachable"}, nil},
	{"assessed", []string{"assessed", "disputed", "rejected"}, []string{"assessed"}, []string{"disputed", "rejected"}},
	{"confirmed", []string{"confirmed", "held"}, []string{"confirmed", "held"}, nil},
	{"cleared", []string{"cleared", "blocked", "ordered"}, []string{"cleared"}, []string{"blocked", "ordered"}},
	{"drafted", []string{"drafted"}, []string{"drafted"}, nil},
	{"approved", []string{"approved", "undeliverable"}, []string{"approved"}, []string{"undeliverable"}},
	{"delivered", []string{"delivered"}, nil, nil},
}

// gone reports whether nobody finds an item at its place any more, by the verdict on it.
func gone(verdict string) bool { return recheck.Verdict(verdict).Gone() }

// verdicts are the columns of the board's table.
var verdicts = []string{"removed", "soft_404", "account_gone", "geo_blocked", "login_wall", "redirected_home", "still_up", "unknown"}

// platformRow is one row of the table of platforms and outcomes.
type platformRow struct {
	ID, Name         string
	Items, Delivered int
	Gone             int
	Verdicts         []cell
	Unseen           int // delivered, and not looked at yet
	Answered         int
	Refused          int
	Silent           int
}

type cell struct {
	Name  string
	Count int
}

func newBoardView(s client.Status) boardView {
	v := boardView{Status: s, Window: windowOf(s.Action, s.Now), Languages: s.Languages, Units: s.Units}
	at := map[string]int{}
	for _, c := range s.Stages {
		at[c.Name] = c.Count
		if c.Count > 0 {
			v.Stages = append(v.Stages, c)
		}
	}
	v.Steps = funnel(at, s)
	for _, l := range s.Languages {
		if l.Name != "" {
			v.Spoken++
		}
	}
	v.Totals.add(outcomeRow(client.PlatformOutcome{})) // an action without items has its columns too
	for _, p := range s.Platforms {
		row := outcomeRow(p)
		v.Platforms = append(v.Platforms, row)
		v.Totals.add(row)
		if p.PlatformID != "" {
			v.Known++
		}
	}
	return v
}

func funnel(at map[string]int, s client.Status) []step {
	counted := func(stages []string) (list []client.Count) {
		for _, name := range stages {
			if at[name] > 0 {
				list = append(list, client.Count{Name: name, Count: at[name]})
			}
		}
		return list
	}
	out := make([]step, len(steps))
	reached := 0
	for i := len(steps) - 1; i >= 0; i-- { // from the end: each step holds all further ones
		for _, name := range steps[i].reached {
			reached += at[name]
		}
		if i == 0 {
			reached = s.Items
		}
		out[i] = step{Name: steps[i].name, Count: reached, Percent: percent(reached, s.Items), Waiting: counted(steps[i].waits), Left: counted(steps[i].leave)}
	}
	answered, isGone := 0, 0
	for _, c := range s.Answers {
		if c.Name != "" {
			answered += c.Count
		}
	}
	for _, c := range s.Verdicts {
		if gone(c.Name) {
			isGone += c.Count
		}
	}
	return append(out, step{Name: "answered", Count: answered, Percent: percent(answered, s.Items)},
		step{Name: "gone", Count: isGone, Percent: percent(isGone, s.Items)})
}

func outcomeRow(p client.PlatformOutcome) platformRow {
	row := platformRow{ID: p.PlatformID, Name: p.Platform, Items: p.Items, Delivered: p.Delivered, Unseen: p.Verdicts[""], Silent: p.Answers[""]}
	for _, name := range verdicts {
		n := p.Verdicts[name]
		row.Verdicts = append(row.Verdicts, cell{name, n})
		if gone(name) {
			row.Gone += n
		}
	}
	row.Answered = p.Answers["removed"] + p.Answers["disabled"]
	row.Refused = p.Answers["refused"] + p.Answers["impossible"] + p.Answers["clarification"]
	return row
}

func (t *platformRow) add(row platformRow) {
	t.Items += row.Items
	t.Delivered += row.Delivered
	t.Gone += row.Gone
	t.Unseen += row.Unseen
	t.Answered += row.Answered
	t.Refused += row.Refused
	t.Silent += row.Silent
	if t.Verdicts == nil {
		t.Verdicts = make([]cell, len(row.Verdicts))
	}
	for i, c := range row.Verdicts {
		t.Verdicts[i] = cell{c.Name, t.Verdicts[i].Count + c.Count}
	}
}
