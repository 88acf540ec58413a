package law

import "time"

// NoticeCase is where a notice of Article 16 of Regulation (EU) 2022/2065, or an order of its
// Article 9, stands. The Regulation sets no hours for it: all is owed without undue delay, so
// its clocks run until they are met.
type NoticeCase struct {
	Order     bool      // of Article 9
	Sent      time.Time // zero while it waits for approval
	Received  time.Time // when the platform had it
	Confirmed time.Time // Article 16(4)
	Decided   time.Time // when the last item was decided, or effect was given; zero while one is open
}

// Clocks are those that have begun, in the order of the articles.
func (c NoticeCase) Clocks() (list []Clock) {
	if c.Received.IsZero() {
		return nil
	}
	met := func(name, article string, at time.Time) Clock {
		clock := Clock{Name: name, Article: article, Owes: Host, State: Running, From: c.Received}
		if !at.IsZero() {
			clock.State, clock.Done = Met, at
		}
		return clock
	}
	if c.Order {
		return []Clock{met("effect", "DSA 9(1)", c.Decided)}
	}
	return []Clock{met("confirm", "DSA 16(4)", c.Confirmed), met("decide", "DSA 16(5)", c.Decided)}
}

// Next is who must act now; nobody once all is decided.
func (c NoticeCase) Next() Duty {
	switch {
	case c.Sent.IsZero():
		return Duty{Issuer, "approve", ""}
	case c.Received.IsZero():
		return Duty{Issuer, "see_received", ""}
	case !c.Decided.IsZero():
		return Duty{}
	case c.Order:
		return Duty{Host, "effect", "DSA 9(1)"}
	case c.Confirmed.IsZero():
		return Duty{Host, "confirm", "DSA 16(4)"}
	}
	return Duty{Host, "decide", "DSA 16(5)"}
}
