package cases

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Begin records how the case of a removal order began, as far as the host can know it: from the
// order's own words and from the moment at which it came in.
//
// Of the information of Article 3(2) the host knows by what it got. Where it got none and the
// order states no emergency, the case begins as if it had, and the event says that it is
// assumed: the hour runs all the same, and whether the order was lawful is for others to decide.
func Begin(tx *sqldb.Tx, by audit.Actor, c Case, values law.Filled) (Case, error) {
	issued, err := time.Parse(time.RFC3339, values["a.issued_at"])
	if err != nil || issued.After(c.ReceivedAt) {
		issued = c.ReceivedAt // a missing or impossible moment is a fault of the order, told elsewhere
	}
	e := law.Event{Kind: law.Issued, At: issued, Emergency: values["b.emergency"], CrossBorder: values["d.cross_border"] == "yes"}
	informed, assumed := time.Time{}, false
	if e.Emergency == "" {
		if informed, err = Informed(tx, c.Authority); err != nil {
			return c, err
		}
		if latest := issued.Add(-12 * time.Hour); informed.IsZero() || informed.After(latest) {
			informed, assumed = latest, true
		}
		if c, err = Record(tx, by, c.ID, law.Event{Kind: law.Informed, At: informed}, map[string]bool{"assumed": assumed}); err != nil {
			return c, err
		}
	}
	follow := []law.Event{e}
	if values["c.non_disclosure"] == "yes" {
		follow = append(follow, law.Event{Kind: law.NonDisclosed, At: issued}) // the order is the decision, Annex I, section C
	}
	follow = append(follow, law.Event{Kind: law.Sent, At: issued})
	if e.CrossBorder && values["d.copy_sent"] == "yes" {
		follow = append(follow, law.Event{Kind: law.CopySent, At: issued}) // as the order says; at the same moment, Article 4(1)
	}
	follow = append(follow, law.Event{Kind: law.Received, At: c.ReceivedAt})
	for _, next := range follow {
		if c, err = Record(tx, by, c.ID, next, nil); err != nil {
			return c, err
		}
	}
	return c, nil
}

// Vouch notes that a person made sure by another way that a message is genuine.
func Vouch(tx *sqldb.Tx, by audit.Actor, c Case, why string) (Case, error) {
	if len(why) < 10 {
		return c, problem.New(problem.Invalid, "write how you made sure: whom you rang, at which number, where you have the number from")
	}
	if c.Trusted() {
		return c, problem.New(problem.Conflict, "the sender of this case is proven already")
	}
	c.VouchedBy, c.VouchedWhy = by.User, why
	if err := set(tx, c); err != nil {
		return c, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "case.vouched", Subject: string(c.ID), Detail: map[string]string{"why": why, "trust": string(c.Trust)}})
}

// SetProvider keeps who provided the content.
func SetProvider(tx *sqldb.Tx, by audit.Actor, c Case, p Provider) (Case, error) {
	if c.Provider == p {
		return c, nil
	}
	c.Provider = p
	if err := set(tx, c); err != nil {
		return c, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "case.provider", Subject: string(c.ID), Detail: map[string]string{"account": p.Account, "language": p.Language}})
}

// SetDocument puts a corrected document in the place of the one that was not complete.
func SetDocument(tx *sqldb.Tx, by audit.Actor, c Case, text []byte, faults []law.Fault) (Case, error) {
	c.Document, c.Faults = text, faults
	if err := set(tx, c); err != nil {
		return c, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "case.corrected", Subject: string(c.ID), Detail: map[string]int{"faults": len(faults)}})
}
