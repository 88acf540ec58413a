package flow

import (
	"context"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// deliver makes one attempt to hand a referral over: it is noted that the attempt begins,
// then it is made, then it is noted what came of it. An attempt that begins and never ends
// means that the process died in between; deliver.Begin knows what that calls for.
func (f *Flow) deliver(ctx context.Context, j deliver.Job) error {
	var attempt deliver.Attempt
	var letter deliver.Letter
	var to platform.Platform
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		attempt, err = deliver.Begin(tx, audit.System, j)
		if err != nil || !attempt.Go {
			return err
		}
		letter, to, err = f.compose(tx, attempt)
		return err
	})
	if err != nil || !attempt.Go {
		return err
	}
	var result deliver.Result
	if letter.Delivery == "" {
		result = deliver.Result{Outcome: deliver.Rejected, Detail: "all of its items were reversed before it was sent"}
	} else if attempt.Transport == "webhook" {
		result = deliver.SendWebhook(ctx, f.Door, to.WebhookURL, to.WebhookSecret, letter, f.DB.Now())
	} else {
		result = deliver.SendMail(ctx, f.Door, f.Mail, to.ContactEmail, letter)
	}
	// What was sent is sent: it is noted even when the job is to stop now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return f.finish(tx, attempt, result) })
}

// noteWithin is how long noting the result of an attempt may take.
const noteWithin = 15 * time.Second

// compose writes the letter without the items that were reversed since it was approved. There
// is none where nothing is left.
func (f *Flow) compose(tx *sqldb.Tx, attempt deliver.Attempt) (deliver.Letter, platform.Platform, error) {
	r, err := refer.Get(tx, attempt.Referral)
	if err != nil {
		return deliver.Letter{}, platform.Platform{}, err
	}
	items, err := standing(tx, r.ID)
	if err != nil || len(items) == 0 {
		return deliver.Letter{}, platform.Platform{}, err
	}
	to, err := platform.Get(tx, r.Platform)
	if err != nil {
		return deliver.Letter{}, to, err
	}
	unit, err := auth.UnitByName(tx, string(r.Unit))
	if err != nil {
		return deliver.Letter{}, to, err
	}
	letter, err := deliver.Compose(deliver.Content{Delivery: attempt.Delivery, Referral: r, Items: items, Platform: to.Name, Unit: unit.Name,
		Answer: f.Public + "/v1/referrals/" + string(r.ID) + "/answers"})
	return letter, to, err
}

// finish notes what came of an attempt and moves the items.
func (f *Flow) finish(tx *sqldb.Tx, attempt deliver.Attempt, result deliver.Result) error {
	d, err := deliver.Finish(tx, audit.System, attempt, result)
	if err != nil {
		return err
	}
	return settle(tx, audit.System, d)
}

// settle moves the items of a delivery that came to its end, and starts the looks.
func settle(tx *sqldb.Tx, by audit.Actor, d deliver.Delivery) error {
	var stage item.Stage
	switch d.State {
	case deliver.Delivered:
		stage = item.Delivered
	case deliver.Undeliverable:
		stage = item.Undeliverable
	default:
		return nil
	}
	items, err := refer.Items(tx, d.Referral)
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
		if err := recheck.Start(tx, it, d.Referral, d.DeliveredAt); err != nil {
			return err
		}
	}
	return nil
}

// Resolve settles a delivery of which nobody here can know whether it arrived: a person has
// asked the platform.
func (f *Flow) Resolve(ctx context.Context, who auth.Principal, target id.Delivery, received bool, detail string) (id.Delivery, error) {
	in := []any{target, received, detail}
	return write(ctx, f, call{who, auth.DeliverResolve, "deliver.resolve", in}, func(tx *sqldb.Tx) (id.Delivery, error) {
		before, err := deliver.Get(tx, target)
		if err != nil {
			return target, err
		}
		r, err := refer.Get(tx, before.Referral)
		if err != nil {
			return target, err
		}
		if err := takesPart(tx, who, r.Action); err != nil {
			return target, err
		}
		after, err := deliver.Resolve(tx, who.Actor(), target, received, detail)
		if err != nil {
			return target, err
		}
		return target, settle(tx, who.Actor(), after)
	})
}

// Answer records what a platform says of a referral's items, each by itself.
func (f *Flow) Answer(ctx context.Context, who auth.Principal, r id.Referral, answers []refer.New) ([]Result, error) {
	if err := who.Require(auth.AnswerGive); err != nil {
		return nil, err
	}
	return each(ctx, answers, func(ctx context.Context, in refer.New) (string, error) {
		return write(ctx, f, call{who, auth.AnswerGive, "refer.answer", []any{r, in}}, func(tx *sqldb.Tx) (string, error) {
			referral, err := refer.Get(tx, r)
			if err != nil || referral.Platform != who.Platform || referral.State != refer.StateApproved {
				return "", problem.New(problem.NotFound, "there is no referral %q to your platform; take the identifier from the letter", r)
			}
			answer, recorded, err := refer.RecordAnswer(tx, who.Actor(), r, in)
			if err != nil || !recorded {
				return string(answer.ID), err
			}
			return string(answer.ID), item.SetAnswer(tx, in.Item, item.Answer(in.Kind))
		})
	})
}
