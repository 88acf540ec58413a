package flow

import (
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// nonDisclosure tells the host that it keeps silent for six more weeks, Article 11(3), and
// until when: both sides count, and one end holds.
func (f *Flow) nonDisclosure(tx *sqldb.Tx, o order.Order, events []order.Event, s order.Step) (document.Document, error) {
	values := concerned(o)
	values["b.until"], values["b.reasons"] = exactly(secretUntil(events)), s.Reasons
	err := signedBy(tx, values, s.DecidedBy, s.DecidedAt)
	return f.paper(o, document.NonDisclosure, values), err
}

// finality tells the home authority that an order of ours is final, Article 3(9). Whoever
// recorded it answers for it.
func (f *Flow) finality(tx *sqldb.Tx, o order.Order, events []order.Event) (document.Document, error) {
	values := concerned(o)
	for _, e := range events {
		switch e.Kind {
		case law.Final:
			values["b.ground"] = "no_appeal"
		case law.AppealLost:
			values["b.ground"] = "confirmed"
		default:
			continue
		}
		values["b.final_at"] = exactly(e.At)
		if err := signedBy(tx, values, e.By, e.RecordedAt); err != nil {
			return document.Document{}, err
		}
	}
	home, err := register.Get(tx, o.Home)
	return f.betweenAuthorities(o, document.Finality, values, values["c.authority"], home.Name), err
}

// intention tells the issuing authority what we mean to find as its host's home authority, and
// why, before we decide: Article 4(5).
func (f *Flow) intention(tx *sqldb.Tx, o order.Order, s order.Step) (document.Document, error) {
	values := concerned(o)
	values["a.issuing_authority"], values["b.reasons"] = o.Authority, s.Reasons
	if what := s.Particulars["b.infringed"]; what != "" {
		values["b.infringed"] = what
	}
	if err := signedBy(tx, values, s.DecidedBy, s.DecidedAt); err != nil {
		return document.Document{}, err
	}
	unit, err := auth.UnitByName(tx, string(o.Unit))
	return f.betweenAuthorities(o, document.Intention, values, unit.Name, o.Authority), err
}

// betweenAuthorities makes a paper of one authority for another. The address for answers is the
// host's, and the reader is none.
func (f *Flow) betweenAuthorities(o order.Order, form string, values law.Filled, from, to string) document.Document {
	d := f.paper(o, form, values)
	d.Unit, d.Platform, d.AnswerURL = from, to, ""
	return d
}

// secretUntil is when the non-disclosure of a case ends.
func secretUntil(events []order.Event) (until time.Time) {
	for _, c := range clocksOf(events) {
		if c.Name == "non_disclosure" {
			until = c.Until
		}
	}
	return until
}

func clocksOf(events []order.Event) []law.Clock {
	var list []law.Event
	for _, e := range events {
		list = append(list, e.Event)
	}
	o, err := law.Follow(list)
	if err != nil || len(list) == 0 {
		return nil
	}
	return o.Clocks(list[len(list)-1].At, nil)
}
