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
		to, err := platform.Get(tx, draft.Platform)
		if err != nil {
			return r, err
		}
		if draft.State == refer.StateDraft && draft.DraftedBy != who.User { // who may not approve is told that first
			if looked, err = leave(tx, who, draft, to); err != nil {
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
		return r, f.sendOff(tx, who, identified(items, referred), deliver.New{Subject: string(r), Kind: deliver.Referral, Platform: approved.Platform, Transport: to.Transport})
	})
	return r, f.keepAsked(ctx, who, looked, err)
}

// leave is the gate before a referral leaves. It gives the items that it looked at.
func leave(tx *sqldb.Tx, who auth.Principal, r refer.Referral, to platform.Platform) ([]id.Item, error) {
	items, err := standing(tx, r.ID)
	if err != nil {
		return nil, err
	}
	l := parting{drafting: drafting{tx: tx, who: who, action: r.Action, known: map[id.Platform]platform.Platform{to.ID: to}}, to: to, read: true}
	l.takeOut = func(it id.Item, why item.TakenOut) error { return refer.TakeOut(tx, who.Actor(), r, it, why) }
	for _, told := range items {
		if err := l.look(told.Item, told.Reasons); err != nil {
			return nil, err
		}
	}
	return identified(items, referred), l.verdict()
}

func referred(it refer.Item) id.Item { return it.Item }

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
