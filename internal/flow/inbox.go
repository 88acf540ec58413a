package flow

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// inboxAtOnce is how many messages one answer holds. A referral can have thousands of items.
const inboxAtOnce = 20

// Inbox gives a platform what there is for it after a place. It changes nothing: who serves it
// calls Taken when the answer was written, and that moment is the receipt.
func (f *Flow) Inbox(ctx context.Context, who auth.Principal, after string) (client.Inbox, error) {
	in := client.Inbox{Messages: []client.Message{}}
	if err := contact(who); err != nil {
		return in, err
	}
	return in, f.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err := deliver.Inbox(tx, who.Platform, id.Delivery(after), inboxAtOnce)
		if err != nil {
			return err
		}
		for _, d := range list {
			p, err := f.compose(tx, deliver.Attempt{Delivery: d.ID, Subject: d.Subject, Kind: d.Kind, Transport: d.Transport})
			if err != nil {
				return err
			}
			if p.nothing == "" {
				f.printedAt(&p.letter)
				in.Messages = append(in.Messages, p.letter.Message)
			}
			in.Next = string(d.ID)
		}
		if len(list) < inboxAtOnce {
			in.Next = ""
		}
		return nil
	})
}

// Taken records that a platform was given what there was for it: that is its receipt.
func (f *Flow) Taken(ctx context.Context, who auth.Principal, proof string, deliveries ...id.Delivery) error {
	if err := contact(who); err != nil {
		return err
	}
	for _, target := range deliveries {
		err := f.DB.Update(ctx, func(tx *sqldb.Tx) error { return f.take(tx, who, target, proof) })
		if err != nil {
			return err
		}
	}
	return nil
}

// Shown records that a platform's contact was shown the list of what there is for the
// platform: what was waiting has been received.
func (f *Flow) Shown(ctx context.Context, who auth.Principal, address string) error {
	if err := contact(who); err != nil {
		return err
	}
	var waiting []id.Delivery
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { waiting, err = deliver.Untaken(tx, who.Platform); return err })
	if err != nil {
		return err
	}
	return f.Taken(ctx, who, "shown to "+who.Name+" ("+string(who.User)+"), signed in, at "+address, waiting...)
}

func (f *Flow) take(tx *sqldb.Tx, who auth.Principal, target id.Delivery, proof string) error {
	d, err := deliver.Get(tx, target)
	if err != nil || d.Platform != who.Platform {
		return problem.New(problem.NotFound, "there is no message %.40q for your platform; take the identifier from the inbox", target)
	}
	d, taken, err := deliver.Hand(tx, who.Actor(), target, deliver.Result{Outcome: deliver.Sent, Receipt: proof})
	if err != nil || !taken {
		return err
	}
	return f.handing(d.Kind).settle(tx, who.Actor(), d)
}

// ConfirmReceipt records that a platform says by itself that it has messages, each by itself.
func (f *Flow) ConfirmReceipt(ctx context.Context, who auth.Principal, proof string, deliveries []id.Delivery) ([]Result, error) {
	if err := contact(who); err != nil {
		return nil, err
	}
	return each(ctx, deliveries, func(ctx context.Context, target id.Delivery) (string, error) {
		return write(ctx, f, call{who, auth.AnswerGive, "deliver.confirm", target}, func(tx *sqldb.Tx) (string, error) {
			if err := f.take(tx, who, target, proof); err != nil {
				return "", err
			}
			return string(target), deliver.Confirm(tx, who.Actor(), target, proof)
		})
	})
}

// contact refuses who is of no platform.
func contact(who auth.Principal) error {
	if err := who.Require(auth.AnswerGive); err != nil {
		return err
	}
	if who.Platform == "" {
		return problem.New(problem.Forbidden, "only the contacts of a platform have an inbox; ask an administrator of Argine for an account of your platform")
	}
	return nil
}
