package host

import (
	"context"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// BackDecision is what a person decides on a request to reinstate.
type BackDecision struct {
	Outcome string // reinstatements.Reinstated, KeptDown, NotDown or SetAside
	Why     string // of KeptDown: told to who asked; of SetAside: kept here
	ByHand  string // of Reinstated: it was put back by other means, by whom and how
}

// DecideRequest brings content back, or keeps it down with reasons; whoever asked is told. What is not
// proven has no effect: it is made sure of by another way first, or set aside.
func (h *Host) DecideRequest(ctx context.Context, who auth.Principal, target id.Request, in BackDecision) (reinstatements.Request, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (reinstatements.Request, error) {
		r, err := reinstatements.Get(tx, target)
		if err != nil {
			return r, err
		}
		in.Why, in.ByHand = strings.TrimSpace(in.Why), strings.TrimSpace(in.ByHand)
		switch {
		case r.State == reinstatements.Decided:
			return r, problem.New(problem.Conflict, "this request is decided already")
		case in.Outcome == reinstatements.SetAside:
			return setAside(tx, who.Actor(), r, in.Why)
		case !r.Trusted():
			return r, problem.New(problem.Refused, "who sent this request is not proven, so it has no effect. Make sure by another way (ring whoever asked for the removal, at a number that you know) and write down how; or set it aside")
		case in.Outcome == reinstatements.Reinstated:
			if _, err := h.planReinstate(tx, who.Actor(), r.Case, r.Place, in.ByHand, comingBack{}); err != nil {
				return r, err
			}
			return reinstatements.Get(tx, target)
		case in.Outcome == reinstatements.KeptDown:
			return h.keepDown(tx, who.Actor(), r, in.Why)
		case in.Outcome == reinstatements.NotDown:
			return h.notDown(tx, who.Actor(), r)
		}
		return r, problem.New(problem.Invalid, "%.40q is no decision; use reinstated, kept_down, not_down or set_aside", in.Outcome)
	})
}

// keepDown: the service's own terms or other law keep the content down, or an order that is in force.
func (h *Host) keepDown(tx *sqldb.Tx, by audit.Actor, r reinstatements.Request, why string) (reinstatements.Request, error) {
	it, err := cases.OneItem(tx, r.Case, r.Place)
	if err != nil {
		return r, err
	}
	switch {
	case r.State == reinstatements.UnderWay:
		return r, problem.New(problem.Conflict, "the service is bringing it back at this moment; wait for what comes of it")
	case !it.Down():
		return r, problem.New(problem.Conflict, "this content is not down; say so")
	}
	if r, err = reinstatements.Decide(tx, by, r, reinstatements.KeptDown, why); err != nil {
		return r, err
	}
	if r.Void() {
		_, err := cases.Record(tx, by, r.Case, law.Event{Kind: law.KeptDown, At: tx.Now}, map[string]string{"why": why})
		if err != nil && !problem.Is(err, problem.Refused) { // refused: it was never executed, and is down all the same
			return r, err
		}
	}
	return r, h.reply(tx, by, r, tx.Now)
}

// notDown answers a request for what is not down here.
func (h *Host) notDown(tx *sqldb.Tx, by audit.Actor, r reinstatements.Request) (reinstatements.Request, error) {
	w, err := wantedOf(tx, r)
	if err != nil {
		return r, err
	}
	if w.Down() {
		return r, problem.New(problem.Conflict, "this content is down; bring it back, or keep it down with reasons")
	}
	if r, err = reinstatements.Decide(tx, by, r, reinstatements.NotDown, ""); err != nil {
		return r, err
	}
	return r, h.reply(tx, by, r, tx.Now)
}

// setAside closes what is not proven. Nobody is answered: an answer would go to whoever sent it.
func setAside(tx *sqldb.Tx, by audit.Actor, r reinstatements.Request, why string) (reinstatements.Request, error) {
	switch {
	case r.Trusted():
		return r, problem.New(problem.Refused, "this request is proven, and owed an answer: bring the content back, or keep it down with reasons")
	case why == "":
		return r, problem.New(problem.Invalid, "write why it is set aside")
	}
	return reinstatements.Decide(tx, by, r, reinstatements.SetAside, why)
}

// VouchRequest notes how a person made sure by another way that a request is genuine.
func (h *Host) VouchRequest(ctx context.Context, who auth.Principal, target id.Request, why string) (reinstatements.Request, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (reinstatements.Request, error) {
		r, err := reinstatements.Get(tx, target)
		if err != nil {
			return r, err
		}
		if r.Trust == inbox.Forged {
			return r, problem.New(problem.Refused, "this request has something wrong that a genuine one has right; ask whoever it claims to be from to send it again")
		}
		return reinstatements.Vouch(tx, who.Actor(), r, strings.TrimSpace(why))
	})
}

// reply plans that whoever asked is told what came of it, on the way on which it was asked: by its
// program, or by mail. Of an order whose authority has a program, the timeline of the case tells it.
func (h *Host) reply(tx *sqldb.Tx, by audit.Actor, r reinstatements.Request, at time.Time) error {
	sender, _ := h.known.Sender(r.Sender)
	program := r.AnswerURL != "" && sender.Secret != ""
	if r.Void() && r.Outcome == reinstatements.Reinstated && program {
		return nil // tellFollowed has
	}
	way, target := acts.Webhook, r.AnswerURL
	if !program {
		if r.AnswerMail == "" && r.AnswerURL == "" {
			return nil // it came in no way on which it could be answered: a person tells it, as one told us
		}
		way, target = acts.Mail, r.AnswerMail
	}
	moment := at.UTC().Truncate(time.Microsecond)
	return h.planReply(tx, by, r, way, target, &client.ReinstatementAnswer{Outcome: r.Outcome, Reasons: r.Why, At: &moment, URL: r.URL})
}

func (h *Host) planReply(tx *sqldb.Tx, by audit.Actor, r reinstatements.Request, way, target string, answer *client.ReinstatementAnswer) error {
	payload, err := encode(parcel{Sender: r.Sender, Subject: r.Subject, Reference: r.Reference, Reinstatement: answer})
	if err != nil {
		return err
	}
	_, err = acts.Add(tx, by, acts.Act{Case: r.Case, Place: r.Place, Kind: acts.Reply, Way: way, Target: target, Payload: payload})
	return err
}
