// Package deconflict finds out whether an item may be acted on without harm to somebody
// else's work.
//
// Taking content down can end an investigation: the suspect is warned, the trace is gone.
// Recital 36 of Regulation (EU) 2021/784 therefore asks authorities to consult each other
// first, and forbids a removal order on what another authority has ordered removed already.
// Before an item leaves, two kinds of units are asked (the round): where an action says so, each
// unit that takes part in it; and always the owner of every standing interest in the item (a
// beginning of links, an account, a file, a picture), whether it takes part or not. Each answers
// free, existing order or interest. An interest is a hold, with an end and somebody to ring, and
// ends by itself. Silence counts as free after a set time, which stands in the row of the
// question; the interest itself holds nothing. Others see that there is a hold and whom to ring,
// or that the item waits for an answer, and neither whose nor why.
//
// The comparison with the interests is made anew each time that an item is asked about, the last
// time in the transaction in which it leaves: an interest declared a moment before is asked too.
//
// Hits are rare (2.2 per cent of referrals in published figures), so asking is cheap and
// clears at once where nothing stands against it and nobody is to be asked. A clear answer
// leaves this package as a Clearance, which nothing but Cleared can make.
package deconflict

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What deconfliction comes to.
const (
	Clear  = "clear"
	Hold   = "hold"
	Asking = "asking" // units were asked and have not all answered
)

// Job asks about items.
type Job struct {
	Items []id.Item `json:"items"`
}

func (Job) Kind() string  { return "deconflict.ask" }
func (Job) Queue() string { return "deconflict" }

// Declared looks for items that wait to leave and that an interest, declared just now, touches.
type Declared struct {
	Interest id.Interest `json:"interest"`
}

func (Declared) Kind() string  { return "deconflict.declared" }
func (Declared) Queue() string { return "deconflict" }

// Facts are what is known of an item when the question is asked.
type Facts struct {
	Item   id.Item
	URL    string    // canonical
	SHA256 []string  // of its media, hex
	PDQ    []string  // of its media, hex; empty ones are passed over
	Units  []id.Unit // who contributed it

	Ask     []id.Unit     // who is to be asked, when it is asked about for the first time
	Silence time.Duration // how long they have to answer; none: only owners of interests are asked

	// Pressing tells whether the item is a threat to life or part of a crisis. It is called only
	// where that shortens the time of an owner; nil: it is neither.
	Pressing func() (bool, error)
}

// Answer is what deconfliction said about an item last.
type Answer struct {
	ID      id.Clearance
	Item    id.Item
	State   string    // Clear, Hold or Asking
	Contact string    // whom to ring about a hold
	Until   time.Time // when a hold ends, or the last open question closes
	At      time.Time
}

const (
	sqlSave = "INSERT INTO clearance (id, item_id, state, interest_id, contact, until, at) VALUES ($1, $2, $3, '', $4, $5, $6) ON CONFLICT (item_id) DO UPDATE SET state = excluded.state, interest_id = '', contact = excluded.contact, until = excluded.until, at = excluded.at"
	sqlOf   = "SELECT id, item_id, state, contact, until, at FROM clearance WHERE item_id = $1"
	sqlMoot = "UPDATE clearance SET until = NULL WHERE item_id = $1"
	sqlDue  = "SELECT item_id FROM clearance WHERE state IN ('hold', 'asking') AND until <= $1 ORDER BY until, item_id LIMIT $2"
)

// Ask asks the units when it is the first time, and the owners of the standing interests in the
// item that were not asked yet, and records what all answers come to. Asked again, it records nothing unless the
// answer has changed.
func Ask(tx *sqldb.Tx, by audit.Actor, facts Facts) (Answer, error) {
	if facts.Item == "" || facts.URL == "" {
		return Answer{}, problem.New(problem.Invalid, "deconfliction needs the item and its canonical link")
	}
	last, asked, err := Of(tx, facts.Item)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{ID: id.New[id.Clearance](tx.Now), Item: facts.Item, State: Clear, At: tx.Now}
	if facts.Silence > 0 && (!asked || last.State != Clear) { // what was cleared is not asked about anew
		if _, err := AskRound(tx, by, facts.Item, facts.others(), facts.Silence); err != nil {
			return Answer{}, err
		}
	}
	if err := askOwners(tx, by, facts); err != nil {
		return Answer{}, err
	}
	round, err := byRound(tx, by, facts.Item)
	if err != nil {
		return Answer{}, err
	}
	if round.State != "" {
		answer.State, answer.Contact, answer.Until = round.State, round.Contact, round.Until
	}
	if asked {
		if last.same(answer) {
			return last, nil
		}
		answer.ID = last.ID
	}
	if _, err := tx.Exec(sqlSave, answer.ID, answer.Item, answer.State, answer.Contact, sqldb.At(answer.Until), sqldb.At(answer.At)); err != nil {
		return Answer{}, err
	}
	return answer, audit.Append(tx, by, answer.entry())
}

// others are the units to ask that did not hand the item in: who did knows what it does.
func (f Facts) others() []id.Unit {
	return slices.DeleteFunc(slices.Clone(f.Ask), func(u id.Unit) bool { return slices.Contains(f.Units, u) })
}

func (a Answer) same(b Answer) bool {
	return a.State == b.State && a.Contact == b.Contact && a.Until.Equal(b.Until)
}

// entry is the event of an answer, in the history of the item: it tells that others are waited
// for, or whom to ring, and not who answered what. That stands under the item and the unit.
func (a Answer) entry() audit.Entry {
	switch a.State {
	case Clear:
		return audit.Entry{Verb: "deconflict.cleared", Subject: string(a.Item)}
	case Asking:
		return audit.Entry{Verb: "deconflict.waiting", Subject: string(a.Item), Detail: struct {
			Until time.Time `json:"until"`
		}{a.Until}}
	}
	return audit.Entry{Verb: "deconflict.held", Subject: string(a.Item), Detail: struct {
		Contact string    `json:"contact"`
		Until   time.Time `json:"until"`
	}{a.Contact, a.Until}}
}

// Of gives the last answer about an item, if it was ever asked about.
func Of(tx *sqldb.Tx, item id.Item) (Answer, bool, error) {
	var a Answer
	err := tx.Row(sqlOf, item).Scan(&a.ID, &a.Item, &a.State, &a.Contact, sqldb.Into(&a.Until), sqldb.Into(&a.At))
	if problem.Is(err, problem.NotFound) {
		return Answer{}, false, nil
	}
	return a, err == nil, err
}

// Expired lists items whose hold has ended or whose questions have closed, those that waited
// longest first. They are to be asked about again; until then they stay as they are.
func Expired(tx *sqldb.Tx, now time.Time, limit int) ([]id.Item, error) {
	return sqldb.Column[id.Item](tx, sqlDue, sqldb.At(now), limit)
}

// Moot ends waiting for an item that has gone another way meanwhile: nobody is to be asked
// about it again.
func Moot(tx *sqldb.Tx, by audit.Actor, item id.Item) error {
	if _, err := tx.Exec(sqlMoot, item); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "deconflict.moot", Subject: string(item)})
}
