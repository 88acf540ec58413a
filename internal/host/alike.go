package host

import (
	"slices"
	"strconv"

	"encoding/json"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/prints"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Twin is an item of another case with the same content as an item of this one: at the same
// place, or elsewhere with the same media, or with media like them.
type Twin struct {
	cases.Twin
	Place int             // of the item of this case
	Like  prints.Likeness // zero: it is the same place
}

// Elsewhere reports whether the twin stands at another address, which is disabled by itself.
func (t Twin) Elsewhere() bool { return t.Like.Kind != "" }

// Sure reports whether both are the same content, and do not only look alike.
func (t Twin) Sure() bool { return !t.Elsewhere() || t.Like.Exact() }

// Ticks reports whether the page offers the twin ticked: what only looks alike, a person ticks.
func (t Twin) Ticks() bool { return t.Sure() && t.Waits() }

// IsOrder reports whether the twin is that of a removal order. It is answered by Annex II or III
// and by nothing that is said to anybody else.
func (t Twin) IsOrder() bool { return t.Case.Track == cases.Order }

// twinsOf are the items of other cases with the same content as an item, whether they wait or not.
func twinsOf(tx *sqldb.Tx, it cases.Item) (list []Twin, err error) {
	same, err := cases.Same(tx, it)
	if err != nil {
		return nil, err
	}
	for _, t := range same {
		list = append(list, Twin{t, it.Place, prints.Likeness{}})
	}
	like, err := prints.Like(tx, it.Canonical)
	if err != nil {
		return nil, err
	}
	for _, l := range like {
		others, err := cases.Same(tx, cases.Item{Case: it.Case, Canonical: l.Canonical})
		if err != nil {
			return nil, err
		}
		for _, t := range others {
			list = append(list, Twin{t, it.Place, l})
		}
	}
	return list, nil
}

// someItems bounds for how many items of a case others are looked for.
const someItems = 200

// gatherTwins finds those of the items of a case: the ones that wait, to be settled with them,
// and of the others those whose media are the same, to be told how they were decided.
func (v *View) gatherTwins(tx *sqldb.Tx) error {
	for _, it := range v.Items[:min(len(v.Items), someItems)] {
		twins, err := twinsOf(tx, it)
		if err != nil {
			return err
		}
		for _, t := range twins {
			if t.Waits() || t.Elsewhere() {
				v.Twins = append(v.Twins, t)
			}
		}
		why, err := prints.Failure(tx, it.Canonical)
		if err != nil {
			return err
		}
		if why != "" {
			v.Unseen = append(v.Unseen, Unseen{it.Place, why})
		}
	}
	return nil
}

// Unseen is an item of which the service gave no copy, so that nobody knows what it is the same as.
type Unseen struct {
	Place int
	Why   string
}

// chosen are the twins of an item that wait and whose keys a person chose.
func chosen(tx *sqldb.Tx, it cases.Item, keys []string) (list []Twin, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	twins, err := twinsOf(tx, it)
	for _, t := range twins {
		if slices.Contains(keys, t.Key()) && t.Waits() {
			list = append(list, t)
		}
	}
	return list, err
}

// disableAlike plans that what a person chose elsewhere is disabled too: each place by its own
// act, which settles all who asked for that place, and answers each of them by itself.
func (h *Host) disableAlike(tx *sqldb.Tx, by audit.Actor, it cases.Item, keys []string, answer bool) error {
	twins, err := chosen(tx, it, keys)
	if err != nil {
		return err
	}
	var places []string
	at := map[string][]Twin{}
	for _, t := range twins {
		if !t.Elsewhere() || t.Item.Content != cases.Up && t.Item.Content != cases.Reinstated {
			continue
		}
		if at[t.Item.Canonical] == nil {
			places = append(places, t.Item.Canonical)
		}
		at[t.Item.Canonical] = append(at[t.Item.Canonical], t)
	}
	for _, place := range places {
		first, plan := at[place][0], disablePlan{Answer: answer}
		for _, t := range at[place][1:] {
			plan.Twins = append(plan.Twins, t.Key())
		}
		payload, err := json.Marshal(plan)
		if err != nil {
			return err
		}
		_, err = acts.Add(tx, by, acts.Act{Case: first.Case.ID, Place: first.Item.Place, Kind: acts.Disable, Way: acts.Service, Target: first.Item.URL, Payload: string(payload)})
		if problem.Is(err, problem.Conflict) {
			continue // somebody has it disabled already
		}
		if err != nil {
			return err
		}
		for _, t := range at[place] {
			if err := noteDecidedWith(tx, by, t, it); err != nil {
				return err
			}
		}
	}
	return nil
}

// noteDecidedWith notes that a case was decided with another, and what made them the same.
func noteDecidedWith(tx *sqldb.Tx, by audit.Actor, t Twin, it cases.Item) error {
	kind := t.Like.Kind
	if kind == "" {
		kind = "place"
	}
	return audit.Append(tx, by, audit.Entry{Verb: "case.decided_with", Subject: string(t.Case.ID), Detail: map[string]any{
		"place": t.Item.Place, "with": string(it.Case) + "/" + strconv.Itoa(it.Place), "alike": kind, "measure": t.Like.Measure}})
}

// answerAlike gives the answer to an item also to the twins that a person chose: their senders
// asked by themselves and are answered by themselves. Orders are not among them. That content is
// down is said only of the place that it is down at.
func (h *Host) answerAlike(tx *sqldb.Tx, by audit.Actor, c cases.Case, answers []ItemAnswer, keys []string) error {
	var order []id.Case
	given := map[id.Case][]ItemAnswer{}
	said := map[string]bool{}
	for _, a := range answers {
		it, err := cases.OneItem(tx, c.ID, a.Place)
		if err != nil {
			return err
		}
		twins, err := chosen(tx, it, keys)
		if err != nil {
			return err
		}
		down := a.Kind == cases.AnswerRemoved || a.Kind == cases.AnswerDisabled
		for _, t := range twins {
			if t.IsOrder() || down && t.Elsewhere() || said[t.Key()] {
				continue
			}
			said[t.Key()] = true
			if given[t.Case.ID] == nil {
				order = append(order, t.Case.ID)
			}
			given[t.Case.ID] = append(given[t.Case.ID], ItemAnswer{Place: t.Item.Place, Kind: a.Kind, Reason: a.Reason, ActedAt: a.ActedAt})
			if err := noteDecidedWith(tx, by, t, it); err != nil {
				return err
			}
		}
	}
	for _, target := range order {
		other, err := cases.Get(tx, target)
		if err != nil {
			return err
		}
		if err := h.planAnswers(tx, by, other, given[target]); err != nil {
			return err
		}
	}
	return nil
}

// shortSum is the beginning of the SHA-256 of a text, to name it by.
func shortSum(text string) string { return inbox.SumOf([]byte(text))[:16] }

// WaitingOf are the twins of one item that a person can settle with it.
func (v View) WaitingOf(place int) (list []Twin) {
	for _, t := range v.Twins {
		if t.Place == place && t.Waits() {
			list = append(list, t)
		}
	}
	return list
}
