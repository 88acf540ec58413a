package law

import "time"

// Lengths of the Regulation's periods. Hours are counted from the event itself, to the
// second, which is stricter than Regulation (EEC, Euratom) No 1182/71 would have it; weeks and
// months are those of the calendar.
const (
	informBefore = 12 * time.Hour // Article 3(2)
	executeIn    = time.Hour      // Article 3(3)
	scrutinyIn   = 72 * time.Hour // Article 4(3), and 4(4) from the request
	askReviewIn  = 48 * time.Hour // Article 4(4)
	secretDays   = 6 * 7          // Article 11(3)
	keepMonths   = 6              // Article 6(2)
	sameMoment   = time.Minute    // Article 4(1): "simultaneously"; the annexes tell moments to the minute
)

// State of a clock.
type State string

// The states. One that has no end in the Regulation ("without undue delay") runs until it is met.
const (
	Running State = "running"
	Paused  State = "paused"  // nothing is owed until something happens
	Met     State = "met"     // done in time, or done where no time is set
	Late    State = "late"    // done after its end
	Stopped State = "stopped" // the order is without effect, nothing is owed any more
	Over    State = "over"    // a right or a restriction that has run out
)

// Clock is one period or duty of a case.
type Clock struct {
	Name    string // short, stable
	Article string
	Owes    Party
	State   State
	From    time.Time
	Until   time.Time // zero where the Regulation sets no end
	Done    time.Time // when it was met
}

// Overdue reports whether the clock runs and its end has passed.
func (c Clock) Overdue(now time.Time) bool {
	return c.State == Running && !c.Until.IsZero() && now.After(c.Until)
}

// Clocks are those that have begun at a moment, in the order of the articles, appended to dst.
func (o *Order) Clocks(now time.Time, dst []Clock) []Clock {
	dst = o.executing(dst)
	dst = o.feedback(dst)
	dst = o.copying(dst)
	dst = o.scrutiny(now, dst)
	dst = o.reinstatement(dst)
	dst = o.finality(dst)
	dst = o.preservation(dst)
	return o.disclosure(now, dst)
}

// done makes a clock that was met at a moment, or still runs.
func (o *Order) done(c Clock, at time.Time) Clock {
	switch {
	case at.IsZero() && o.has(voided):
		c.State = Stopped
	case at.IsZero():
		c.State = Running
	case !c.Until.IsZero() && at.After(c.Until):
		c.State, c.Done = Late, at
	default:
		c.State, c.Done = Met, at
	}
	return c
}

// executing: the hour, which stands still while grounds of Annex III hold and then begins anew.
func (o *Order) executing(dst []Clock) []Clock {
	if !o.has(received) {
		return dst
	}
	c := Clock{Name: "execute", Article: "3(3)", Owes: Host, From: o.at[hourFrom], Until: o.at[hourFrom].Add(executeIn)}
	c = o.done(c, o.at[executed])
	if c.State == Running && o.has(blockedAt) {
		c.State, c.Until = Paused, time.Time{}
	}
	return append(dst, c)
}

func (o *Order) feedback(dst []Clock) []Clock {
	if !o.has(executed) {
		return dst
	}
	return append(dst, o.done(Clock{Name: "feedback", Article: "3(6)", Owes: Host, From: o.at[executed]}, o.at[fedBack]))
}

// copying: the copy leaves when the order does.
func (o *Order) copying(dst []Clock) []Clock {
	if !o.crossBorder || !o.has(sent) {
		return dst
	}
	c := Clock{Name: "copy", Article: "4(1)", Owes: Issuer, From: o.at[sent], Until: o.at[sent].Add(sameMoment)}
	return append(dst, o.done(c, o.at[copySent]))
}

// scrutiny: of the home authority's own motion, or on a request, which is then owed an answer.
func (o *Order) scrutiny(now time.Time, dst []Clock) []Clock {
	if o.has(copyReceived) {
		c := Clock{Name: "scrutinise", Article: "4(3)", Owes: Home, From: o.at[copyReceived], Until: o.at[copyReceived].Add(scrutinyIn)}
		c = o.done(c, o.at[scrutinised])
		if c.State == Running && now.After(c.Until) {
			c.State = Over // it may scrutinise, and owes nothing by letting the time pass
		}
		dst = append(dst, c)
	}
	if o.crossBorder && o.has(received) && !o.has(reviewAsked) {
		dst = append(dst, o.right(now, Clock{Name: "ask_review", Article: "4(4)", Owes: Host, From: o.at[received], Until: o.at[received].Add(askReviewIn)}))
	}
	if from := later(o.at[providerInformed], o.at[providerAnswered]); o.crossBorder && !from.IsZero() && !o.has(reviewAsked) {
		dst = append(dst, o.right(now, Clock{Name: "ask_review_provider", Article: "4(4)", Owes: Provider, From: from, Until: from.Add(askReviewIn)}))
	}
	if o.has(reviewAsked) {
		c := Clock{Name: "decide_review", Article: "4(4)", Owes: Home, From: o.at[reviewAsked], Until: o.at[reviewAsked].Add(scrutinyIn)}
		dst = append(dst, o.done(c, o.at[scrutinised]))
	}
	if o.has(scrutinised) {
		c := Clock{Name: "tell_decision", Article: "4(6)", Owes: Home, From: o.at[scrutinised], State: Running}
		if o.has(decisionTold) {
			c.State, c.Done = Met, o.at[decisionTold]
		}
		dst = append(dst, c)
	}
	return dst
}

// right is the time in which a party may ask for a review.
func (o *Order) right(now time.Time, c Clock) Clock {
	switch {
	case o.has(scrutinised) || o.has(voided):
		c.State = Stopped
	case now.After(c.Until):
		c.State = Over
	default:
		c.State = Running
	}
	return c
}

// reviewUntil is the end of the time in which anybody may ask for a review.
func (o *Order) reviewUntil() time.Time {
	return later(later(o.at[received], o.at[providerInformed]), o.at[providerAnswered]).Add(askReviewIn)
}

// reinstatement is owed at once when an order that was executed turns out to be without effect.
// Article 4(7) leaves the host its terms: who keeps the content down by them, and says so, has met it.
func (o *Order) reinstatement(dst []Clock) []Clock {
	if !o.has(voided) || !o.has(executed) || o.has(erased) && !o.has(reinstated) {
		return dst
	}
	c := Clock{Name: "reinstate", Article: "4(7)", Owes: Host, From: later(o.at[voided], o.at[executed]), State: Running}
	switch {
	case o.has(reinstated):
		c.State, c.Done = Met, o.at[reinstated]
	case o.has(keptDown):
		c.State, c.Done = Met, o.at[keptDown]
	}
	return append(dst, c)
}

func (o *Order) finality(dst []Clock) []Clock {
	if !o.has(final) || !o.crossBorder {
		return dst
	}
	return append(dst, o.done(Clock{Name: "tell_final", Article: "3(9)", Owes: Issuer, From: o.at[final]}, o.at[finalTold]))
}

// keptUntil is the end of the preservation of Article 6(2): six months, counted anew for what
// proceedings needed from their end.
func (o *Order) keptUntil() time.Time { return addMonths(o.at[keepFrom], keepMonths) }

// preservation is owed while the content must be kept; then erasing it is.
func (o *Order) preservation(dst []Clock) []Clock {
	if !o.has(executed) {
		return dst
	}
	c := Clock{Name: "preserve", Article: "6", Owes: Host, From: o.at[keepFrom], Until: o.keptUntil(), State: Running}
	switch {
	case o.has(erased):
		c.State, c.Done = Met, o.at[erased]
	case o.has(proceedings):
		c.State, c.Until = Paused, time.Time{}
	}
	return append(dst, c)
}

func (o *Order) disclosure(now time.Time, dst []Clock) []Clock {
	if o.has(secretFrom) {
		c := Clock{Name: "non_disclosure", Article: "11(3)", Owes: Host, State: Running, From: o.at[secretFrom], Until: o.at[secretUntil]}
		if !now.Before(c.Until) {
			c.State = Over
		}
		dst = append(dst, c)
	}
	if !o.has(executed) {
		return dst
	}
	dst = o.answering(now, dst)
	c := Clock{Name: "inform_provider", Article: "11(1)", Owes: Host, From: later(o.at[executed], o.at[secretUntil]), State: Running}
	switch {
	case o.has(providerInformed):
		c.State, c.Done = Met, o.at[providerInformed]
	case now.Before(o.at[secretUntil]):
		c.State = Paused
	}
	return append(dst, c)
}

// answering: a content provider who asks gets the reasons and its rights, or a copy of the order.
func (o *Order) answering(now time.Time, dst []Clock) []Clock {
	if !o.has(providerAsked) {
		return dst
	}
	c := Clock{Name: "answer_provider", Article: "11(2)", Owes: Host, From: later(o.at[providerAsked], o.at[secretUntil]), State: Running}
	switch {
	case o.has(providerAnswered):
		c.State, c.Done = Met, o.at[providerAnswered]
	case now.Before(o.at[secretUntil]):
		c.State = Paused
	}
	return append(dst, c)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// addMonths counts calendar months; where the month has no such day it takes its last, and not
// a day of the next (Regulation 1182/71, Article 3(2)(c)).
func addMonths(t time.Time, n int) time.Time {
	end := t.AddDate(0, n, 0)
	if end.Day() != t.Day() {
		end = end.AddDate(0, 0, -end.Day())
	}
	return end
}
