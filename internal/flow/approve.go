package flow

import (
	"context"
	"slices"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// Approve lets a referral leave. The stage refuses who drafted it. The gate looks at each item
// once more, because things change between drafting and leaving: what it stops now is taken out
// of the referral, and the rest goes.
func (f *Flow) Approve(ctx context.Context, who auth.Principal, r id.Referral) (id.Referral, error) {
	var looked []id.Item // by the gate
	_, err := write(ctx, f, call{who, auth.ReferApprove, "refer.approve", r}, func(tx *sqldb.Tx) (id.Referral, error) {
		looked = nil
		draft, err := refer.Get(tx, r)
		if err != nil {
			return r, err
		}
		if err := takesPart(tx, who, draft.Action); err != nil {
			return r, err
		}
		p, err := platform.Get(tx, draft.Platform)
		if err != nil {
			return r, err
		}
		if draft.State == refer.StateDraft && draft.DraftedBy != who.User { // who may not approve is told that first
			if looked, err = leave(tx, who, draft, p); err != nil {
				return r, err
			}
		}
		approved, err := refer.Approve(tx, who.Actor(), r)
		if err != nil || draft.State == refer.StateApproved { // a second approval sends nothing
			return r, err
		}
		items, err := standing(tx, r)
		if err != nil {
			return r, err
		}
		if len(items) == 0 {
			return r, problem.New(problem.Refused, "all items of this referral were reversed; there is nothing to send")
		}
		ids := make([]id.Item, len(items))
		for i, it := range items {
			ids[i] = it.Item
		}
		if _, err := item.Move(tx, who.Actor(), item.Approved, []item.Stage{item.Drafted}, ids...); err != nil {
			return r, err
		}
		made, err := deliver.Create(tx, who.Actor(), deliver.New{Subject: string(r), Kind: deliver.Referral, Platform: approved.Platform, Transport: p.Transport})
		if err != nil {
			return r, err
		}
		return r, f.Jobs.Enqueue(tx, deliver.Job{Delivery: made})
	})
	return r, f.keepAsked(ctx, who, looked, err)
}

// leave is the gate before a referral leaves. It gives the items that it looked at.
func leave(tx *sqldb.Tx, who auth.Principal, r refer.Referral, to platform.Platform) (looked []id.Item, err error) {
	items, err := standing(tx, r.ID)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	hours, err := platform.ParseHours(to.Hours, to.TimeZone)
	if err != nil {
		return nil, err
	}
	l := parting{drafting: drafting{tx: tx, who: who, action: r.Action, known: map[id.Platform]platform.Platform{to.ID: to}}, referral: r}
	for _, it := range items {
		looked = append(looked, it.Item)
		if err := l.look(it); err != nil {
			return nil, err
		}
	}
	if l.stopped != nil && l.left == 0 {
		return looked, problem.New(problem.Refused, "the pre-flight stops all of it: %s; %s", l.stopped.Reason, l.stopped.Remedy)
	}
	if l.pressing || hours.Open(tx.Now) {
		return looked, nil
	}
	block := refer.Preflight(refer.Facts{Captured: true, Seen: true, Platform: to.ID, Verified: true, Opens: hours.Say(hours.Next(tx.Now))})
	return looked, problem.New(problem.Refused, "%s; %s", block.Reason, block.Remedy)
}

// parting looks at the items of a referral that is about to leave.
type parting struct {
	drafting
	referral refer.Referral
	left     int          // items that the gate lets through
	pressing bool         // one of them is a threat to life or a crisis, which knows no hours
	stopped  *refer.Block // why the first that it does not
}

func (l *parting) look(told refer.Item) error {
	it, err := item.Get(l.tx, told.Item)
	if err != nil {
		return err
	}
	confirmed, err := assess.TwoPeople(l.tx, it.ID)
	if err != nil {
		return err
	}
	if _, err := askOne(l.tx, it, l.who.Actor()); err != nil { // an interest may have been declared since
		return err
	}
	facts, err := l.facts(it, told.Reasons)
	if err != nil {
		return err
	}
	block := refer.Preflight(facts)
	if block == nil {
		l.left++
		l.pressing = l.pressing || slices.Contains(pressingTiers, confirmed.Tier())
		return nil
	}
	if l.stopped == nil {
		l.stopped = block
	}
	if err := refer.TakeOut(l.tx, l.who.Actor(), l.referral, it.ID, *block); err != nil {
		return err
	}
	stage := item.Blocked
	switch block.Rule {
	case refer.RuleHold: // this and the next are told by the clearance, and end by themselves
		stage = item.Held
	case refer.RuleAsking:
		stage = item.Confirmed
	default:
		if _, err := refer.SaveBlock(l.tx, l.who.Actor(), it.ID, *block); err != nil {
			return err
		}
	}
	_, err = item.Move(l.tx, l.who.Actor(), stage, []item.Stage{item.Drafted}, it.ID)
	return err
}

// Justify records why an item on a protected host may leave all the same. It is given by a
// person who took no part in the assessment.
func (f *Flow) Justify(ctx context.Context, who auth.Principal, target id.Item, text string) (id.Item, error) {
	return write(ctx, f, call{who, auth.AssessSecond, "refer.justify", []any{target, text}}, func(tx *sqldb.Tx) (id.Item, error) {
		it, err := item.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := seesItem(tx, who, it.ID); err != nil {
			return target, err
		}
		if it.Stage != item.Blocked && it.Stage != item.Cleared {
			return target, problem.New(problem.Refused, "this item is %s; a justification is for what the pre-flight stopped", it.Stage)
		}
		assessments, err := assess.Of(tx, it.ID)
		if err != nil {
			return target, err
		}
		if slices.ContainsFunc(assessments, func(a assess.Assessment) bool { return a.User == who.User }) {
			return target, problem.New(problem.Refused, "you have assessed this item; a person who took no part in that justifies it")
		}
		return target, refer.Justify(tx, who.Actor(), it.ID, text)
	})
}
