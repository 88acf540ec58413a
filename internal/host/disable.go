package host

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Disabling asks that the content of an item be disabled.
type Disabling struct {
	Place  int
	Twins  []string // keys of the same content in other cases: at the same place settled by this one act, elsewhere each by its own
	Answer bool     // answer all of them as soon as it is done
}

// disablePlan is what an act of disabling is to lead to.
type disablePlan struct {
	Twins  []string `json:"twins,omitempty"`
	Answer bool     `json:"answer,omitempty"`
}

// Disable has the service disable content. Only a case whose sender is proven, or for whom a
// person vouches, gets so far.
func (h *Host) Disable(ctx context.Context, who auth.Principal, target id.Case, in Disabling) (acts.Act, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (acts.Act, error) {
		if !h.service.Set() {
			return acts.Act{}, problem.New(problem.Refused, "no command and no address of the service is set ([host.service]); disable the content yourself, then answer with the time at which you did")
		}
		c, it, err := h.actable(tx, target, in.Place)
		if err != nil {
			return acts.Act{}, err
		}
		if it.Content == cases.Disabled || it.Content == cases.Removed {
			return acts.Act{}, problem.New(problem.Conflict, "this content is disabled already")
		}
		keys := in.Twins
		if in.Twins, err = checkTwins(tx, it, keys); err != nil {
			return acts.Act{}, err
		}
		plan, err := json.Marshal(disablePlan{Twins: in.Twins, Answer: in.Answer})
		if err != nil {
			return acts.Act{}, err
		}
		a, err := acts.Add(tx, who.Actor(), acts.Act{Case: c.ID, Place: in.Place, Kind: acts.Disable, Way: acts.Service, Target: it.URL, Payload: string(plan)})
		if err != nil {
			return a, err
		}
		return a, h.disableAlike(tx, who.Actor(), it, keys, in.Answer)
	})
}

// actable is a case on which something may be done, and one of its items.
func (h *Host) actable(tx *sqldb.Tx, target id.Case, place int) (c cases.Case, it cases.Item, err error) {
	if c, err = cases.Get(tx, target); err != nil {
		return c, it, err
	}
	if !c.Trusted() {
		return c, it, problem.New(problem.Refused, "who sent this is not proven. Make sure by another way (ring the authority at the number that the register has) and write down how; then you can act on it")
	}
	if c.State == cases.StateClosed && c.Track == cases.Order {
		return c, it, problem.New(problem.Conflict, "this case is closed")
	}
	it, err = cases.OneItem(tx, target, place)
	return c, it, err
}

// checkTwins keeps of the keys those that are the same place in a case that waits.
func checkTwins(tx *sqldb.Tx, it cases.Item, keys []string) (kept []string, err error) {
	twins, err := cases.Same(tx, it)
	for _, t := range twins {
		if slices.Contains(keys, t.Key()) && t.Waits() {
			kept = append(kept, t.Key())
		}
	}
	return kept, err
}

// disabled records that content was disabled, in its case and in those of the other senders
// who asked for the same, and answers all of them once if that was asked.
func (h *Host) disabled(tx *sqldb.Tx, by audit.Actor, a acts.Act, content string, at time.Time, provider cases.Provider) error {
	var plan disablePlan
	if err := json.Unmarshal([]byte(a.Payload), &plan); err != nil {
		return err
	}
	it, err := cases.OneItem(tx, a.Case, a.Place)
	if err != nil {
		return err
	}
	if err := h.settle(tx, by, it, content, at, provider, plan.Answer); err != nil {
		return err
	}
	twins, err := cases.Same(tx, it)
	if err != nil {
		return err
	}
	for _, t := range twins {
		if slices.Contains(plan.Twins, t.Key()) && t.Waits() {
			if err := h.settle(tx, by, t.Item, content, at, provider, plan.Answer); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle records in one case that its item was disabled or removed.
func (h *Host) settle(tx *sqldb.Tx, by audit.Actor, it cases.Item, content string, at time.Time, provider cases.Provider, answer bool) error {
	c, err := cases.Get(tx, it.Case)
	if err != nil {
		return err
	}
	if provider.Account != "" || provider.Mail != "" {
		if c, err = cases.SetProvider(tx, by, c, provider); err != nil {
			return err
		}
	}
	if err := cases.Acted(tx, by, it, content, at); err != nil {
		return err
	}
	if c.Track == cases.Order {
		if at.Before(c.ReceivedAt) {
			at = c.ReceivedAt // it was down already when the order came
		}
		done, err := cases.Record(tx, by, c.ID, law.Event{Kind: law.Executed, At: at}, map[string]any{"measure": content})
		if problem.Is(err, problem.Refused) {
			return h.owedBack(tx, by, c, source{}) // the order was withdrawn meanwhile: the content is down, and comes back
		}
		if err != nil {
			return err
		}
		c = done
	}
	if err := h.draftStatement(tx, by, c, it, content, at); err != nil {
		return err
	}
	if c.Track == cases.Own {
		if err := cases.SetAnswer(tx, by, it, cases.Answer{Kind: content, At: at}); err != nil {
			return err
		}
	}
	if c.Track != cases.Order {
		if c, err = cases.Refresh(tx, by, c.ID); err != nil {
			return err
		}
	}
	if !answer {
		return nil
	}
	return h.answerSettled(tx, by, c, it, content, at)
}

// answerSettled plans the answer to what was just done. What was done is noted whatever becomes
// of the answer: the case stays open until it is sent.
func (h *Host) answerSettled(tx *sqldb.Tx, by audit.Actor, c cases.Case, it cases.Item, content string, at time.Time) (err error) {
	if c.Track == cases.Order {
		err = h.planFeedback(tx, by, c, Feedback{Measure: content, TakenAt: at})
	} else {
		err = h.planAnswers(tx, by, c, []ItemAnswer{{Place: it.Place, Kind: content, ActedAt: at}})
	}
	if problem.Is(err, problem.Conflict) || problem.Is(err, problem.Invalid) {
		return audit.Append(tx, by, audit.Entry{Verb: "answer.waits", Subject: string(c.ID), Detail: map[string]string{"why": problem.Message(err)}})
	}
	return err
}
