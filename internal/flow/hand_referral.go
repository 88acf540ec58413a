package flow

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// composeReferral writes the letter without the items that were reversed since it was approved.
func (f *Flow) composeReferral(tx *sqldb.Tx, attempt deliver.Attempt) (parcel, error) {
	r, err := refer.Get(tx, id.Referral(attempt.Subject))
	if err != nil {
		return parcel{}, err
	}
	items, err := standing(tx, r.ID)
	if err != nil {
		return parcel{}, err
	}
	if len(items) == 0 {
		return parcel{nothing: "all of its items were reversed before it was sent"}, nil
	}
	p := parcel{}
	if p.to, err = platform.Get(tx, r.Platform); err != nil {
		return p, err
	}
	unit, err := auth.UnitByName(tx, string(r.Unit))
	if err != nil {
		return p, err
	}
	p.letter, err = deliver.Compose(deliver.Content{Delivery: attempt.Delivery, Referral: r, Items: items, Platform: p.to.Name, Unit: unit.Name,
		Answer: f.Public + "/v1/referrals/" + string(r.ID) + "/answers"})
	return p, err
}

// settleReferral moves the items of a delivery that came to its end, and starts the looks.
func settleReferral(tx *sqldb.Tx, by audit.Actor, d deliver.Delivery) error {
	var stage item.Stage
	switch d.State {
	case deliver.Delivered:
		stage = item.Delivered
		if err := refer.Received(tx, by, id.Referral(d.Subject), d.DeliveredAt); err != nil {
			return err
		}
	case deliver.Undeliverable:
		stage = item.Undeliverable
	default:
		return nil
	}
	items, err := refer.Items(tx, id.Referral(d.Subject))
	if err != nil {
		return err
	}
	ids := make([]id.Item, len(items))
	for i, it := range items {
		ids[i] = it.Item
	}
	before := []item.Stage{item.Approved}
	if stage == item.Undeliverable { // a mail that was taken can still come back
		before = append(before, item.Delivered)
	}
	moved, err := item.Move(tx, by, stage, before, ids...)
	if err != nil || stage != item.Delivered {
		return err
	}
	for _, it := range moved {
		if err := recheck.Start(tx, it, id.Referral(d.Subject), d.DeliveredAt); err != nil {
			return err
		}
	}
	return nil
}

func mayResolveReferral(tx *sqldb.Tx, who auth.Principal, subject string) error {
	r, err := refer.Get(tx, id.Referral(subject))
	if err != nil {
		return err
	}
	return takesPart(tx, who, r.Action)
}
