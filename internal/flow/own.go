package flow

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// own puts what confirmed items carry into the own bank of the unit whose person assessed
// them first: that unit's work it was to find them. An item that was reversed meanwhile is
// left out.
func (f *Flow) own(ctx context.Context, j match.OwnJob) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		var units []id.Unit
		of := map[id.Unit][]id.Item{}
		for _, it := range j.Items {
			unit, err := confirmedBy(tx, it)
			if err != nil {
				return err
			}
			if unit != "" && of[unit] == nil {
				units = append(units, unit)
			}
			of[unit] = append(of[unit], it)
		}
		for _, unit := range units {
			banked, err := match.BankConfirmed(tx, audit.System, unit, of[unit]...)
			if err != nil {
				return err
			}
			if banked.First == 0 {
				continue
			}
			if err := f.Jobs.Enqueue(tx, match.RetroJob{Bank: banked.Bank, Batch: banked.First, Last: banked.Last}); err != nil {
				return err
			}
		}
		return nil
	})
}

// confirmedBy is the unit of the first of the two people who confirmed an item; "" where it is
// not confirmed any more.
func confirmedBy(tx *sqldb.Tx, target id.Item) (id.Unit, error) {
	it, err := item.Get(tx, target)
	if err != nil || !slices.Contains(Reversible, it.Stage) {
		return "", err
	}
	if _, err := assess.TwoPeople(tx, it.ID); err != nil {
		return "", err
	}
	assessments, err := assess.Of(tx, it.ID)
	if err != nil {
		return "", err
	}
	return assessments[0].Unit, nil
}

// Reversible are the stages of items that two people have confirmed.
var Reversible = []item.Stage{item.Confirmed, item.Held, item.Cleared, item.Blocked, item.Drafted, item.Approved, item.Delivered, item.Undeliverable, item.Ordered}

// maxReasons is how long the reasons for a reversal may be, in characters, as for an assessment.
const maxReasons = 5_000

// Reverse takes back what two people decided on an item: a third one, who took no part, finds
// that it is not terrorist content. The item goes no further, and what it put into own banks
// leaves them. What has left about it is to be taken back, when another person agrees. The assessments stay on record as they are.
func (f *Flow) Reverse(ctx context.Context, who auth.Principal, target id.Item, reasons string) (id.Item, error) {
	reasons = strings.TrimSpace(reasons)
	return write(ctx, f, call{who, auth.ItemReverse, "item.reverse", []any{target, reasons}}, func(tx *sqldb.Tx) (id.Item, error) {
		it, err := item.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := seesItem(tx, who, it.ID); err != nil {
			return target, err
		}
		if err := mayReverse(tx, who, it, reasons); err != nil {
			return target, err
		}
		detail := map[string]any{"reversed": true, "reasons": reasons, "from": it.Stage}
		if _, err := item.MoveWith(tx, who.Actor(), it.ID, item.Rejected, Reversible, detail); err != nil {
			return target, err
		}
		if err := doubtOrder(tx, who, it.ID, reasons); err != nil {
			return target, err
		}
		if err := pullBack(tx, who, it.ID); err != nil {
			return target, err
		}
		if err := proposeBack(tx, who, it, reasons); err != nil {
			return target, err
		}
		_, err = match.Unbank(tx, who.Actor(), it.ID)
		return target, err
	})
}

// doubtOrder proposes to withdraw the order that stands on an item which is no terrorist
// content after all. Another person agrees, and the content comes back.
func doubtOrder(tx *sqldb.Tx, who auth.Principal, it id.Item, reasons string) error {
	o, live, err := order.Live(tx, it)
	if err != nil || !live {
		return err
	}
	_, err = order.Propose(tx, who.Actor(), o.ID, law.Withdrawn, reasons, nil)
	if problem.Is(err, problem.Conflict) { // somebody has proposed it already
		return nil
	}
	return err
}

// pullBack takes an item that is no terrorist content after all out of the drafts that it is in,
// on every track where nothing has left yet. What was approved and not sent leaves it out when it
// is written.
func pullBack(tx *sqldb.Tx, who auth.Principal, it id.Item) error {
	why := item.TakenOut{Rule: refer.RuleReversed, Reason: "the confirmation of this item was reversed"}
	r, found, err := refer.Of(tx, it)
	if err == nil && found && r.State == refer.StateDraft {
		err = refer.TakeOut(tx, who.Actor(), r, it, why)
	}
	for _, track := range []notice.Track{notice.Article16, notice.Article9} {
		if err != nil {
			return err
		}
		var target id.Notice
		if target, found, err = notice.Of(tx, track, it); err != nil || !found {
			continue
		}
		var n notice.Notice
		if n, err = notice.Get(tx, target); err == nil && n.State == notice.StateDraft {
			err = notice.TakeOut(tx, who.Actor(), n, it, why)
		}
	}
	return err
}

// standing are the items of a referral that were not reversed.
func standing(tx *sqldb.Tx, r id.Referral) ([]refer.Item, error) {
	items, err := refer.Items(tx, r)
	if err != nil {
		return nil, err
	}
	return unreversed(tx, items, referred)
}

func mayReverse(tx *sqldb.Tx, who auth.Principal, it item.Item, reasons string) error {
	switch {
	case reasons == "" || utf8.RuneCountInString(reasons) > maxReasons || !utf8.ValidString(reasons) || strings.ContainsRune(reasons, 0):
		return problem.New(problem.Invalid, "a reversal needs its reasons, in plain text of at most %d characters", maxReasons)
	case it.Stage == item.Rejected:
		return problem.New(problem.Refused, "this item is rejected already; there is nothing to reverse")
	case !slices.Contains(Reversible, it.Stage):
		return problem.New(problem.Refused, "this item is %s; only what two people have confirmed is reversed", it.Stage)
	}
	assessments, err := assess.Of(tx, it.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(assessments, func(a assess.Assessment) bool { return a.User == who.User }) {
		return problem.New(problem.Refused, "you have assessed this item; a person who took no part in that reverses it")
	}
	return nil
}
