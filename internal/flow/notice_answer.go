package flow

import (
	"context"
	"slices"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// AnswerNotice records what a platform's contact says of a notice: that it was received
// (Article 16(4)), and what was decided or given effect.
func (f *Flow) AnswerNotice(ctx context.Context, who auth.Principal, channel string, target id.Notice, decisions ...client.NoticeDecision) ([]Result, error) {
	if err := who.Require(auth.AnswerGive); err != nil {
		return nil, err
	}
	return f.NoticeAnswered(ctx, FromPerson(who, channel), target, decisions...)
}

// NoticeAnswered records an answer whose sender was made sure of: each decision by itself. An
// answer without decisions is a confirmation of receipt, and any decision is one too. A
// decision that names no item is about all of them.
func (f *Flow) NoticeAnswered(ctx context.Context, from Source, target id.Notice, decisions ...client.NoticeDecision) ([]Result, error) {
	var items []notice.Item
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		n, err := notice.Get(tx, target)
		if err != nil || n.Platform != from.Platform || n.State != notice.StateApproved {
			return problem.New(problem.NotFound, "there is no notice %.40q to your platform; take the identifier from what was sent", target)
		}
		if items, err = notice.Items(tx, target); err != nil {
			return err
		}
		return notice.Confirm(tx, from.actor(), target, tx.Now)
	})
	if err != nil {
		return nil, err
	}
	return each(ctx, decisions, func(ctx context.Context, in client.NoticeDecision) (string, error) {
		d := notice.Decision{Kind: in.Decision, Reason: in.Reason, Redress: in.Redress, Automated: in.Automated, DecidedAt: moment(in.DecidedAt)}
		about, err := meant(items, in)
		if err != nil {
			return in.URL, err
		}
		return in.ItemID, f.DB.Update(ctx, func(tx *sqldb.Tx) error {
			for _, it := range about {
				recorded, err := notice.Decide(tx, from.actor(), target, it.Item, d)
				if err != nil {
					return err
				}
				if recorded {
					err = tellItem(tx, it.Item, d.Kind)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// meant are the items that a decision is about.
func meant(items []notice.Item, in client.NoticeDecision) ([]notice.Item, error) {
	switch {
	case in.ItemID != "":
		return []notice.Item{{Item: id.Item(in.ItemID)}}, nil
	case in.URL == "":
		return items, nil
	}
	at := slices.IndexFunc(items, func(it notice.Item) bool { return it.URL == in.URL })
	if at < 0 {
		return nil, problem.New(problem.Invalid, "%.200q is no link of it; answer about the links that it lists", in.URL)
	}
	return items[at : at+1], nil
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// tellItem shows at the item what its platform said, in the words that items have for it.
func tellItem(tx *sqldb.Tx, target id.Item, kind string) error {
	answer, ok := map[string]item.Answer{notice.KindRemoved: item.AnswerRemoved, notice.KindDisabled: item.AnswerDisabled, notice.KindRefused: item.AnswerRefused}[kind]
	if !ok {
		return nil
	}
	return item.SetAnswer(tx, target, answer)
}
