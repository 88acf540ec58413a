package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
)

// mostQuestions is how many a person is shown at a time.
const mostQuestions = 200

// Questions gives the questions to the person's unit: the open ones, or those that it answered
// with a hold that stands.
func (d *Desk) Questions(ctx context.Context, who auth.Principal, held bool) ([]client.Question, error) {
	return view(ctx, d, who, auth.DeconflictManage, func(tx *sqldb.Tx) ([]client.Question, error) {
		list, err := deconflict.Waiting(tx, who.Unit, mostQuestions)
		if held {
			list, err = deconflict.HeldBy(tx, who.Unit, mostQuestions)
		}
		if err != nil {
			return nil, err
		}
		out := make([]client.Question, len(list))
		for i, q := range list {
			if out[i], err = questionOf(tx, q); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// Question gives the question to the person's unit about an item.
func (d *Desk) Question(ctx context.Context, who auth.Principal, target id.Item) (client.Question, error) {
	return view(ctx, d, who, auth.DeconflictManage, func(tx *sqldb.Tx) (client.Question, error) {
		q, err := deconflict.QuestionTo(tx, target, who.Unit)
		if err != nil {
			return client.Question{}, err
		}
		return questionOf(tx, q)
	})
}

// questionOf tells a unit what it needs to answer. Where it takes no part in the action, that is
// the item and which of its own interests it touches, and nothing of the others' work on it.
func questionOf(tx *sqldb.Tx, q deconflict.Question) (client.Question, error) {
	out := client.Question{AskedAt: q.AskedAt, ClosesAt: q.ClosesAt, Answer: q.Answer, Contact: q.Contact, Until: optional(q.Until), Reference: q.Reference, AnsweredAt: optional(q.AnsweredAt)}
	it, err := item.Get(tx, q.Item)
	if err != nil {
		return out, err
	}
	interests, err := deconflict.Touching(tx, q.Item, q.Unit)
	if err != nil {
		return out, err
	}
	if len(interests) > 0 {
		out.Interests = mapped(interests, InterestOf)
	}
	if out.TakesPart, err = tx.Exists(sqlSharesOne, it.ID, q.Unit); err != nil {
		return out, err
	}
	if !out.TakesPart {
		it = item.Item{ID: it.ID, Platform: it.Platform, URL: it.URL, Host: it.Host, Kind: it.Kind, Title: it.Title, Stage: it.Stage, MovedAt: it.MovedAt}
	}
	list, err := itemsOf(tx, []item.Item{it})
	if err == nil {
		out.Item = list[0]
	}
	return out, err
}

// Interests gives the standing interests of the person's unit, which no other unit sees.
func (d *Desk) Interests(ctx context.Context, who auth.Principal) ([]client.Interest, error) {
	return view(ctx, d, who, auth.DeconflictManage, func(tx *sqldb.Tx) ([]client.Interest, error) {
		list, err := deconflict.Interests(tx, who.Unit)
		return mapped(list, InterestOf), err
	})
}

// InterestOf says an interest in the words of the API.
func InterestOf(i deconflict.Interest) client.Interest {
	return client.Interest{ID: string(i.ID), UnitID: string(i.Unit), Kind: i.Kind, Value: i.Value, Contact: i.Contact, ExpiresAt: i.ExpiresAt, EndedAt: optional(i.EndedAt), Silence: int(i.Silence.Minutes())}
}
