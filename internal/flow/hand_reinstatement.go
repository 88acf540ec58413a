package flow

import (
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// composeReinstatement asks a platform to bring an item back. The reasons are those with which
// the people who decided anew did so, on a complaint or by reversing it; their names are nobody's business.
func (f *Flow) composeReinstatement(tx *sqldb.Tx, attempt deliver.Attempt) (parcel, error) {
	it, err := item.Get(tx, id.Item(attempt.Subject))
	if err != nil {
		return parcel{}, err
	}
	reached, err := sentAbout(tx, it.ID)
	if err != nil {
		return parcel{}, err
	}
	d := document.Document{Form: document.Reinstatement, Edition: document.EditionOf(document.Reinstatement), Values: law.Filled{}}
	var references []string
	var unit id.Unit
	for _, s := range reached {
		if s.track != refer.TrackOrder {
			references, unit = append(references, s.reference), s.unit
		}
	}
	seen, err := item.Variants(tx, it.ID)
	if err != nil {
		return parcel{}, err
	}
	d.Values["a.references"], d.Values["a.urls"] = strings.Join(references, ", "), seen[0]
	decidedAt, err := whyBack(tx, it.ID, &d)
	if err != nil {
		return parcel{}, err
	}
	p := parcel{}
	if p.to, err = platform.Get(tx, it.Platform); err != nil {
		return p, err
	}
	sender, err := auth.UnitByName(tx, string(unit))
	if err != nil {
		return p, err
	}
	d.Unit, d.Platform, d.Language = sender.Name, p.to.Name, document.Spoken(p.to.Language)
	d.AnswerURL = f.answersAt(p.to.ID)
	p.letter, err = letterOf(d, leaving{attempt.Delivery, client.ReinstatementAsked, string(it.ID), decidedAt})
	return p, err
}

// whyBack fills in by which decision an item is asked back: a reversal that two people stand for,
// or a complaint. What was approved first stays, so that every attempt says the same.
func whyBack(tx *sqldb.Tx, it id.Item, d *document.Document) (decidedAt time.Time, err error) {
	p, _, err := redress.ProposalOf(tx, it)
	if err != nil {
		return decidedAt, err
	}
	if p.State == redress.Approved {
		d.Reference, d.Values["b.reasons"] = p.Reference, p.Reasons
		return p.ApprovedAt, nil
	}
	c, reasons, err := reversedBy(tx, it)
	d.Reference, d.Values["b.reasons"] = c.Reference, reasons
	return c.DecidedAt, err
}

// reversedBy is the complaint that an item's decision fell by, and why it fell.
func reversedBy(tx *sqldb.Tx, it id.Item) (c redress.Complaint, reasons string, err error) {
	list, err := redress.Of(tx, it)
	if err != nil {
		return c, "", err
	}
	for _, one := range list {
		if one.Outcome == redress.Reversed {
			c = one
		}
	}
	found, err := redress.Reassessments(tx, c.ID)
	var all []string
	for _, r := range found {
		if r.Decision == "not_terrorist" {
			all = append(all, r.Reasons)
		}
	}
	return c, strings.Join(all, "\n\n"), err
}

// settleReinstatement has nothing to do: the looks at the item go on, and show when it is back.
func settleReinstatement(*sqldb.Tx, audit.Actor, deliver.Delivery) error { return nil }

func mayResolveReinstatement(tx *sqldb.Tx, who auth.Principal, subject string) error {
	return seesItem(tx, who, id.Item(subject))
}
