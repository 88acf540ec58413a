package order

import (
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

// Attention is a reason for which people must look at a case now.
type Attention string

// The reasons, the most pressing first.
const (
	Late          Attention = "late"          // a clock has run out and what it measures is not done
	Contradiction Attention = "contradiction" // the host says removed, our own look found it up
	Undelivered   Attention = "undelivered"   // the order, or what belongs to it, did not arrive
	Clarify       Attention = "clarify"       // Article 3(8): the hour stands still until we answer
	Intention     Attention = "intention"     // Article 4(5): the home authority means to find an infringement
	Reinstate     Attention = "reinstate"     // Article 4(7): the content must come back
	DecideReview  Attention = "decide_review" // Article 4(4): we owe a decision
	Scrutinise    Attention = "scrutinise"    // Article 4(3): we may scrutinise within 72 hours
	StrayAnswer   Attention = "stray_answer"  // an answer came that the case has no room for
	TellFinal     Attention = "tell_final"    // Article 3(9)
	Proposed      Attention = "proposed"      // a step waits for a second person
	SecretEnds    Attention = "secret_ends"   // non-disclosure ends soon and can still be extended
	SecretEnded   Attention = "secret_ended"  // it has ended: the content provider is to be told
)

// Attentions are all of them.
var Attentions = []Attention{Late, Contradiction, Undelivered, Clarify, Intention, Reinstate, DecideReview, Scrutinise, StrayAnswer, TellFinal, Proposed, SecretEnds, SecretEnded}

// How long before its end a non-disclosure is shown, so that people can decide on the six
// further weeks, and how long after.
const (
	secretWarning = 3 * 24 * time.Hour
	secretNotice  = 7 * 24 * time.Hour
)

// duties are the clocks whose end is a deadline of somebody. The others are rights and
// restrictions, which run out and are not missed.
var duties = []string{"execute", "copy", "decide_review", "tell_final"}

const (
	sqlPicture = `UPDATE removal_order SET received_at = $2, executed_at = $3, voided_at = $4, final_at = $5, owes = $6, duty = $7, due_at = $8, wake_at = $9, attention = $10,
	state = $11 WHERE id = $1`
	sqlStray   = "SELECT 1 FROM order_answer WHERE order_id = $1 AND refused <> ''"
	sqlWaiting = "SELECT 1 FROM order_step WHERE order_id = $1 AND state = 'open'"
)

// refresh writes what the events of a case come to at the moment of the transaction.
func (o *Order) refresh(tx *sqldb.Tx, events []Event) error {
	theCase, err := follow(events)
	if err != nil {
		return err
	}
	stray, err := tx.Exists(sqlStray, o.ID)
	if err != nil {
		return err
	}
	waiting, err := tx.Exists(sqlWaiting, o.ID)
	if err != nil {
		return err
	}
	o.look(theCase, events, tx.Now)
	if stray {
		o.Attention = append(o.Attention, StrayAnswer)
	}
	if waiting {
		o.Attention = append(o.Attention, Proposed)
	}
	_, err = tx.Exec(sqlPicture, o.ID, sqldb.At(o.ReceivedAt), sqldb.At(o.ExecutedAt), sqldb.At(o.VoidedAt), sqldb.At(o.FinalAt), o.Owes, o.Duty,
		sqldb.At(o.DueAt), sqldb.At(o.WakeAt), joinAttention(o.Attention), o.State)
	return err
}

// look sets the fields that repeat what the case comes to.
func (o *Order) look(theCase law.Order, events []Event, now time.Time) {
	o.moments(events)
	next := theCase.Next(now)
	o.Owes, o.Duty, o.DueAt, o.WakeAt, o.Attention = next.Owes, next.Name, time.Time{}, time.Time{}, nil
	clocks := theCase.Clocks(now, nil)
	for _, c := range clocks {
		if c.Until.IsZero() || c.State != law.Running {
			continue
		}
		if !c.Until.Before(now) {
			o.wake(c.Until.Add(time.Microsecond)) // at its very end a clock is not missed yet
		}
		if slices.Contains(duties, c.Name) || c.Name == "scrutinise" && o.Origin == Copy {
			o.DueAt = first(o.DueAt, c.Until)
		}
	}
	o.Attention = o.reasons(clocks, next, events, now)
	for duty, reason := range map[string]Attention{"scrutinise": Scrutinise, "decide_review": DecideReview} {
		if slices.Contains(o.Attention, reason) && o.Duty != "decide_review" { // what we owe ourselves comes first here
			o.Owes, o.Duty = law.Home, duty
		}
	}
}

// moments repeats the newest event of each kind that lists ask for.
func (o *Order) moments(events []Event) {
	o.ReceivedAt, o.ExecutedAt, o.VoidedAt, o.FinalAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	for _, e := range events {
		switch e.Kind {
		case law.Received:
			o.ReceivedAt = e.At
		case law.Executed:
			o.ExecutedAt = e.At
		case law.Withdrawn:
			o.VoidedAt, o.State = e.At, StateWithdrawn
		case law.Infringing, law.AppealWon:
			o.VoidedAt = e.At
		case law.Final, law.AppealLost:
			o.FinalAt = e.At
		}
	}
}

func (o *Order) reasons(clocks []law.Clock, next law.Duty, events []Event, now time.Time) (list []Attention) {
	for _, c := range clocks {
		switch {
		case c.Overdue(now) && slices.Contains(duties, c.Name):
			list = append(list, Late)
		case c.Name == "decide_review" && c.State == law.Running && o.Origin == Copy:
			list = append(list, DecideReview)
		case c.Name == "scrutinise" && c.State == law.Running && o.Origin == Copy:
			list = append(list, Scrutinise)
		case c.Name == "reinstate" && c.State == law.Running:
			list = append(list, Reinstate)
		case c.Name == "non_disclosure" && o.Origin == Own:
			list = append(list, o.secrecy(c, now)...)
		}
	}
	if !o.ContradictedAt.IsZero() && o.VoidedAt.IsZero() {
		list = append(list, Contradiction)
	}
	if o.Undelivered != "" && o.State == StateApproved {
		list = append(list, Undelivered)
	}
	switch next.Name {
	case "clarify":
		list = append(list, Clarify)
	case "tell_final":
		list = append(list, TellFinal)
	}
	if o.Origin == Own && intended(events) {
		list = append(list, Intention)
	}
	return list
}

// secrecy tells of the end of a non-disclosure some days before and after it, and has the
// case woken at both.
func (o *Order) secrecy(c law.Clock, now time.Time) []Attention {
	warn, forget := c.Until.Add(-secretWarning), c.Until.Add(secretNotice)
	switch {
	case now.Before(warn):
		o.wake(warn)
	case now.Before(c.Until):
		o.wake(c.Until)
		return []Attention{SecretEnds}
	case now.Before(forget):
		o.wake(forget)
		return []Attention{SecretEnded}
	}
	return nil
}

// intended reports whether the home authority has told its intention and not decided yet.
func intended(events []Event) bool {
	open := false
	for _, e := range events {
		switch e.Kind {
		case law.Intended:
			open = true
		case law.Infringing, law.Scrutinised, law.Withdrawn, law.AppealWon:
			open = false
		}
	}
	return open
}

func (o *Order) wake(at time.Time) { o.WakeAt = first(o.WakeAt, at) }

func first(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func joinAttention(list []Attention) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = string(a)
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

func readAttention(text string) (list []Attention) {
	for _, word := range strings.Fields(text) {
		list = append(list, Attention(word))
	}
	return list
}

const sqlDueToWake = "SELECT id FROM removal_order WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2"

// Due lists the orders whose picture changes by itself at the latest now.
func Due(tx *sqldb.Tx, now time.Time, limit int) ([]id.Order, error) {
	return sqldb.Column[id.Order](tx, sqlDueToWake, sqldb.At(now), limit)
}
