package flow

import (
	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// composeNotice writes the notice without the items that were reversed since it was approved.
func (f *Flow) composeNotice(tx *sqldb.Tx, attempt deliver.Attempt) (parcel, error) {
	n, err := notice.Get(tx, id.Notice(attempt.Subject))
	if err != nil {
		return parcel{}, err
	}
	items, err := standingNotice(tx, n.ID)
	if err != nil {
		return parcel{}, err
	}
	if len(items) == 0 {
		return parcel{nothing: "all of its items were reversed before it was sent"}, nil
	}
	p := parcel{}
	if p.to, err = platform.Get(tx, n.Platform); err != nil {
		return p, err
	}
	unit, err := auth.UnitByName(tx, string(n.Unit))
	if err != nil {
		return p, err
	}
	kind := client.NoticeCreated
	if n.Track == notice.Article9 {
		kind = client.ActOrderIssued
	}
	p.letter, err = letterOf(NoticeDocument(n, items, unit.Name, p.to.Name, f.answersAt(n.Platform)),
		leaving{attempt.Delivery, kind, string(n.ID), n.ApprovedAt})
	return p, err
}

// NoticeDocument is the form that a notice goes out as. A notice lists its items; an order has
// their links in the form itself.
func NoticeDocument(n notice.Notice, items []notice.Item, unit, platform, answer string) document.Document {
	form := n.Track.Form()
	d := document.Document{Form: form.Name, Edition: document.EditionOf(form.Name), Reference: n.Reference, Language: document.Spoken(n.Language),
		Values: n.Filled, Unit: unit, Platform: platform, AnswerURL: answer}
	if n.Track == notice.Article9 {
		d.Values = n.Complete(items)
		return d
	}
	for _, it := range items {
		d.Items = append(d.Items, document.Item{ItemID: string(it.Item), URL: it.URL, Limbs: it.Limbs, Reasons: it.Reasons})
	}
	return d
}

// settleNotice notes the receipt, moves the items of a delivery that came to its end, and starts
// the looks. What was handed over on another track before stays at the stage that it has.
func settleNotice(tx *sqldb.Tx, by audit.Actor, d deliver.Delivery) error {
	stage := item.Delivered
	switch d.State {
	case deliver.Delivered:
		if err := notice.Received(tx, by, id.Notice(d.Subject), d.DeliveredAt); err != nil {
			return err
		}
	case deliver.Undeliverable:
		stage = item.Undeliverable
	default:
		return nil
	}
	items, err := notice.Items(tx, id.Notice(d.Subject))
	if err != nil {
		return err
	}
	ids := make([]id.Item, len(items))
	for i, it := range items {
		ids[i] = it.Item
	}
	moved, err := item.Move(tx, by, stage, []item.Stage{item.Approved}, ids...)
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

func mayResolveNotice(tx *sqldb.Tx, who auth.Principal, subject string) error {
	n, err := notice.Get(tx, id.Notice(subject))
	if err != nil {
		return err
	}
	return takesPart(tx, who, n.Action)
}
