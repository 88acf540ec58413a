package law

import "time"

// Duty is what has to happen next in a case, and who has to see to it.
type Duty struct {
	Owes    Party
	Name    string
	Article string
}

// Next is who must act now. A case always has somebody, until it is closed: what was removed is
// erased or back, or the order is gone before anything was removed.
func (o *Order) Next(now time.Time) Duty {
	switch {
	case o.has(voided):
		return o.nextWithout(now)
	case !o.has(issued):
		return Duty{Issuer, "issue", "3(1)"}
	case !o.has(sent):
		return Duty{Issuer, "send", "3(5)"}
	case o.crossBorder && !o.has(copySent):
		return Duty{Issuer, "copy", "4(1)"}
	case !o.has(received):
		return Duty{Issuer, "see_received", "3(5)"} // a written record of receipt is the sender's to get
	case o.has(blockedAt) && o.unclear:
		return Duty{Issuer, "clarify", "3(8)"}
	case o.has(blockedAt):
		return Duty{Host, "end_grounds", "3(7)"}
	case !o.has(executed):
		return Duty{Host, "execute", "3(3)"}
	case !o.has(fedBack):
		return Duty{Host, "feedback", "3(6)"}
	case o.has(reviewAsked) && !o.has(scrutinised):
		return Duty{Home, "decide_review", "4(4)"}
	case o.has(final) && o.crossBorder && !o.has(finalTold):
		return Duty{Issuer, "tell_final", "3(9)"}
	}
	return o.afterwards(now)
}

// nextWithout is what an order without effect leaves to do.
func (o *Order) nextWithout(now time.Time) Duty {
	if o.has(executed) && !o.has(reinstated) && !o.has(keptDown) && !o.has(erased) {
		return Duty{Host, "reinstate", "4(7)"}
	}
	return o.afterwards(now)
}

// afterwards: the content provider is told, and what is kept is erased in the end.
func (o *Order) afterwards(now time.Time) Duty {
	switch {
	case !o.has(executed):
		return Duty{}
	case !o.has(providerInformed) && !now.Before(o.at[secretUntil]):
		return Duty{Host, "inform_provider", "11(1)"}
	case o.has(providerAsked) && !o.has(providerAnswered) && !now.Before(o.at[secretUntil]):
		return Duty{Host, "answer_provider", "11(2)"}
	case !o.has(erased) && (o.has(proceedings) || now.Before(o.keptUntil())):
		return Duty{Host, "preserve", "6(1)"}
	case !o.has(erased):
		return Duty{Host, "erase", "6(2)"}
	}
	return Duty{}
}

// Closed reports whether nothing is left to do.
func (o *Order) Closed(now time.Time) bool { return o.has(issued) && o.Next(now) == Duty{} }
