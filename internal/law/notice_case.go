package law

import (
	"time"

	"github.com/argine/argine/internal/problem"
)

// What can happen in the case of a notice of Article 16 of the Digital Services Act, or of an
// order of its Article 9, beside Sent, Received and Withdrawn.
const (
	Confirmed     Kind = "confirmed"      // the host confirmed receipt, DSA 16(4)
	Acted         Kind = "acted"          // it decided to restrict the content, DSA 16(5), or gave effect to the order, DSA 9(1)
	Declined      Kind = "declined"       // it decided not to, or gave no effect, and said why
	RecipientTold Kind = "recipient_told" // the recipient of the service has the reasons, DSA 17(1) and 9(5)
	Complained    Kind = "complained"     // notifier or recipient complains about the decision, DSA 20(1)
	ComplaintMet  Kind = "complaint_met"  // the host decided the complaint, DSA 20(4) and (5)
)

// NoticeCase is where a notice of Article 16 of Regulation (EU) 2022/2065, or an order of its
// Article 9, stands: a fold over its events, as Order is, or filled in by who keeps its moments
// elsewhere. The Regulation sets no hours for it: all is owed without undue delay, so its clocks
// run until they are met.
type NoticeCase struct {
	Order      bool      // of Article 9
	Sent       time.Time // zero while it waits for approval
	Received   time.Time // when the platform had it
	Confirmed  time.Time // Article 16(4)
	Decided    time.Time // when the last item was decided, or effect was given; zero while one is open
	Acted      bool      // the decision restricts something
	Told       time.Time // the recipient of the service, after the decision
	Complained time.Time // the newest complaint about the decision
	Answered   time.Time // and its decision
	Withdrawn  time.Time
}

// FollowNotice folds events, in their order, into a case.
func FollowNotice(order bool, events []Event) (NoticeCase, error) {
	c := NoticeCase{Order: order}
	for _, e := range events {
		if err := c.Take(e); err != nil {
			return c, err
		}
	}
	return c, nil
}

// Take adds what happened next. What the law leaves no room for is refused, and nothing of it is taken in.
func (c *NoticeCase) Take(e Event) error {
	if e.At.IsZero() || e.At.Before(c.last()) {
		return problem.New(problem.Invalid, "%s has the moment %s, which is before what happened last; events come in their order", e.Kind, e.At.Format(time.RFC3339))
	}
	at, can, why := c.place(e.Kind)
	if at == nil {
		return problem.New(problem.Invalid, "%.40q is nothing that happens to a notice", e.Kind)
	}
	if !can {
		return refused(e, why)
	}
	*at = e.At
	switch e.Kind {
	case Acted, Declined:
		c.Acted = e.Kind == Acted
		c.Told = time.Time{}
	case Complained:
		c.Answered = time.Time{}
	}
	return nil
}

func (c *NoticeCase) last() time.Time {
	return later(later(later(c.Sent, c.Received), later(c.Confirmed, c.Decided)), later(later(c.Told, c.Complained), later(c.Answered, c.Withdrawn)))
}

// place is where a kind leaves its moment, and whether it can happen now.
func (c *NoticeCase) place(k Kind) (at *time.Time, can bool, why string) {
	switch k {
	case Sent:
		return &c.Sent, c.Withdrawn.IsZero() && c.Sent.IsZero(), "a notice is sent once, while it stands"
	case Received:
		return &c.Received, !c.Sent.IsZero() && c.Received.IsZero(), "a notice is received once, after it was sent"
	case Confirmed:
		return &c.Confirmed, !c.Received.IsZero() && c.Confirmed.IsZero(), "receipt is confirmed once, after it"
	case Acted, Declined:
		return &c.Decided, !c.Received.IsZero() && (c.Decided.IsZero() || c.asked()), "a decision is taken once, after the notice was received, and again only on a complaint"
	case RecipientTold:
		return &c.Told, c.Acted && c.Told.IsZero(), "the recipient is told once of a restriction that was imposed"
	case Complained:
		return &c.Complained, !c.Decided.IsZero() && !c.asked(), "a complaint is about a decision, and one is decided before the next"
	case ComplaintMet:
		return &c.Answered, c.asked(), "no complaint is open"
	case Withdrawn:
		return &c.Withdrawn, c.Withdrawn.IsZero(), "a notice is withdrawn once"
	}
	return nil, false, ""
}

// asked reports whether a complaint waits for its decision.
func (c NoticeCase) asked() bool { return !c.Complained.IsZero() && c.Answered.IsZero() }

// Clocks are those that have begun, in the order of the articles.
func (c NoticeCase) Clocks() (list []Clock) {
	if c.Received.IsZero() {
		return nil
	}
	run := func(name, article string, from, done time.Time) {
		clock := Clock{Name: name, Article: article, Owes: Host, State: Running, From: from}
		if !done.IsZero() {
			clock.State, clock.Done = Met, done
		} else if !c.Withdrawn.IsZero() && c.Decided.IsZero() {
			clock.State = Stopped
		}
		list = append(list, clock)
	}
	if c.Order {
		run("effect", "DSA 9(1)", c.Received, c.Decided)
	} else {
		run("confirm", "DSA 16(4)", c.Received, c.Confirmed)
		run("decide", "DSA 16(5)", c.Received, c.Decided)
	}
	if c.Acted {
		run("inform_recipient", c.toldBy(), c.Decided, c.Told)
	}
	if !c.Complained.IsZero() {
		run("decide_complaint", "DSA 20(4)", c.Complained, c.Answered)
	}
	return list
}

func (c NoticeCase) toldBy() string {
	if c.Order {
		return "DSA 9(5)"
	}
	return "DSA 17(1)"
}

// Next is who must act now; nobody once all is done.
func (c NoticeCase) Next() Duty {
	switch {
	case c.Decided.IsZero() && !c.Withdrawn.IsZero():
		return Duty{}
	case c.Sent.IsZero():
		return Duty{Issuer, "approve", ""}
	case c.Received.IsZero():
		return Duty{Issuer, "see_received", ""}
	case c.Decided.IsZero() && c.Order:
		return Duty{Host, "effect", "DSA 9(1)"}
	case c.Decided.IsZero() && c.Confirmed.IsZero():
		return Duty{Host, "confirm", "DSA 16(4)"}
	case c.Decided.IsZero():
		return Duty{Host, "decide", "DSA 16(5)"}
	case c.Acted && c.Told.IsZero():
		return Duty{Host, "inform_recipient", c.toldBy()}
	case c.asked():
		return Duty{Host, "decide_complaint", "DSA 20(4)"}
	}
	return Duty{}
}

// NoticeComplaintUntil is the end of the six months in which a decision can be complained about,
// by the notifier too, DSA 20(1).
func NoticeComplaintUntil(decided time.Time) time.Time { return addMonths(decided, 6) }
