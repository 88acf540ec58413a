package flow

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// ReferralAnswered records what a platform says of a referral's items, each by itself.
func (f *Flow) ReferralAnswered(ctx context.Context, from Source, r id.Referral, answers []client.NewAnswer) ([]Result, error) {
	return each(ctx, answers, func(ctx context.Context, a client.NewAnswer) (made string, err error) {
		in := refer.New{Item: id.Item(a.ItemID), Kind: a.Kind, Reason: a.Reason, ActedAt: moment(a.ActedAt)}
		return made, f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
			made, err = recordAnswer(tx, from, r, in)
			return err
		})
	})
}

// recordAnswer records one answer about a referral, and from where it came.
func recordAnswer(tx *sqldb.Tx, from Source, r id.Referral, in refer.New) (string, error) {
	referral, err := refer.Get(tx, r)
	if err != nil || referral.Platform != from.Platform || referral.State != refer.StateApproved {
		return "", problem.New(problem.NotFound, "there is no referral %.40q to your platform; take the identifier from the letter", r)
	}
	answer, recorded, err := refer.RecordAnswer(tx, from.actor(), r, in)
	if err != nil {
		return "", err
	}
	if !recorded {
		return string(answer.ID), nil
	}
	if err := audit.Append(tx, from.actor(), audit.Entry{Verb: "answer.came", Subject: string(r), Detail: from}); err != nil {
		return "", err
	}
	return string(answer.ID), item.SetAnswer(tx, in.Item, item.Answer(in.Kind))
}

// Answer records what a platform's contact says of a referral's items, each by itself.
func (f *Flow) Answer(ctx context.Context, who auth.Principal, r id.Referral, answers []refer.New) ([]Result, error) {
	if err := who.Require(auth.AnswerGive); err != nil {
		return nil, err
	}
	return each(ctx, answers, func(ctx context.Context, in refer.New) (string, error) {
		return write(ctx, f, call{who, auth.AnswerGive, "refer.answer", []any{r, in}}, func(tx *sqldb.Tx) (string, error) {
			return recordAnswer(tx, FromPerson(who, ByAPI), r, in)
		})
	})
}
