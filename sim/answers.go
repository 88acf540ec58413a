package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/argine/argine/client"
)

// posting is one sitting of a platform's people over one referral.
type posting struct {
	at      time.Time
	round   int
	receipt *receipt
}

// plan puts the sittings over a referral into the queue, those that were not held yet.
func (n *Internet) plan(r *receipt) {
	for round := range rounds {
		if len(n.answersOf(r, round).Answers) > 0 && !r.posted[round] {
			n.queue = append(n.queue, posting{r.At.Add(rounds[round]), round, r})
		}
	}
	slices.SortStableFunc(n.queue, func(a, b posting) int { return a.at.Compare(b.at) })
}

// answersOf is what the platform says at one sitting.
func (n *Internet) answersOf(r *receipt, round int) client.NewAnswers {
	var out client.NewAnswers
	for _, it := range r.Items {
		if it.Item < 0 {
			continue
		}
		item := &n.world.items[it.Item]
		for _, a := range item.answers {
			if a.after != rounds[round] {
				continue
			}
			in := client.NewAnswer{ItemID: it.ID, Kind: a.kind, Reason: reasonFor(a)}
			if a.kind == "removed" || a.kind == "disabled" {
				acted := r.At.Add(min(item.outcome.after, rounds[round]))
				in.ActedAt = &acted
			}
			out.Answers = append(out.Answers, in)
		}
	}
	return out
}

var (
	refusals = []string{
		"We looked at it and find nothing against our terms: it is a text about gardening.",
		"This is a report by a newspaper.",
		"The author is known to us and writes about local history.",
		"Our lawyers do not think that the law of our country forbids this.",
	}
	questions = []string{
		"Which part of the page do you mean, the text or the picture?",
		"The account has several names. Please tell us which one you saw.",
		"Please send us a translation of the passage.",
	}
)

func reasonFor(a plannedAnswer) string {
	switch a.kind {
	case "refused":
		return refusals[a.reason%len(refusals)]
	case "clarification":
		return questions[a.reason%len(questions)]
	}
	return ""
}

// NextEvent is when the next platform answers, if any has yet something to say.
func (n *Internet) NextEvent() (time.Time, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if len(n.queue) == 0 {
		return time.Time{}, false
	}
	return n.queue[0].at, true
}

// Act lets platforms give the answers that are due. post hands them in with the platform's
// own token, under an Idempotency-Key that is the same when an answer is given again,
// because the process died before it was written down. What fails stays due.
func (n *Internet) Act(ctx context.Context, now time.Time, post func(platform int, referralID string, in client.NewAnswers, key string) error) error {
	n.mu.RLock()
	due := slices.Clone(n.queue)
	n.mu.RUnlock()
	var failed []error
	for _, p := range due {
		if p.at.After(now) {
			break
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(append(failed, err)...)
		}
		if err := n.answer(p, post); err != nil {
			failed = append(failed, fmt.Errorf("answers of %s to %s: %w", n.world.platforms[p.receipt.Platform].Name, p.receipt.Reference, err))
		}
	}
	return errors.Join(failed...)
}

func (n *Internet) answer(p posting, post func(int, string, client.NewAnswers, string) error) error {
	all := n.answersOf(p.receipt, p.round)
	for start := 0; start < len(all.Answers); start += maxAnswers {
		part := client.NewAnswers{Answers: all.Answers[start:min(start+maxAnswers, len(all.Answers))]}
		key := fmt.Sprintf("%s-answers-%d-%d", p.receipt.Referral, p.round, start)
		if err := post(p.receipt.Platform, p.receipt.Referral, part, key); err != nil {
			return err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.record(entry{Kind: entryPosted, At: n.clock(), Platform: p.receipt.Platform, Referral: p.receipt.Referral, Round: p.round})
}

// maxAnswers is how many answers the API takes at once.
const maxAnswers = 1000
