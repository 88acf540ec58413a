// Package assess keeps people's reasoned decisions on items.
//
// An item is assessed by two people, one after the other. Each decides alone whether the
// item is terrorist content, under which limbs of Article 2(7) of Regulation (EU) 2021/784,
// and writes down how the true purpose of its dissemination was determined, as Article 1(3)
// asks. Two equal decisions settle the item; two unequal ones make it disputed. A decision
// is never changed afterwards.
//
// What the two people agreed on leaves this package as a Confirmed, which nothing but
// TwoPeople can make. Whoever needs proof that two people agreed asks for one as an argument.
package assess

import (
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The two decisions that a person can take.
const (
	Terrorist    = "terrorist"
	NotTerrorist = "not_terrorist"
)

// New is a decision to record.
type New struct {
	Item           id.Item
	Decision       string   // Terrorist or NotTerrorist
	Limbs          []string // letters of Article 2(7)
	Purpose        string   // protected purpose that was found, or law.NoPurpose
	PurposeReasons string   // how the true purpose was determined
	Confidence     int      // per cent
	Reasons        string
}

// Assessment is a recorded decision.
type Assessment struct {
	New
	ID      id.Assessment
	Step    int // 1 the first person, 2 the second
	User    id.User
	Unit    id.Unit
	Edition string // CELEX number of the law it was taken under
	At      time.Time
}

// Outcome is what an item's assessments come to. Its values are the item's stages of that name.
type Outcome string

const (
	OutcomeAssessed  Outcome = "assessed"  // one person has decided; another must
	OutcomeConfirmed Outcome = "confirmed" // two people: terrorist content
	OutcomeRejected  Outcome = "rejected"  // two people: not terrorist content
	OutcomeDisputed  Outcome = "disputed"  // two people who do not agree
)

const (
	sqlAdd = "INSERT INTO assessment (id, item_id, step, user_id, unit_id, decision, limbs, purpose, purpose_reasons, confidence, reasons, edition, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	sqlOf  = "SELECT id, item_id, step, user_id, unit_id, decision, limbs, purpose, purpose_reasons, confidence, reasons, edition, at FROM assessment WHERE item_id = $1 ORDER BY step"
)

// Record records a person's decision on an item as its next step and says what the
// item's assessments come to now.
func Record(tx *sqldb.Tx, by audit.Actor, in New) (Assessment, Outcome, error) {
	edition := law.TCO()
	in, err := checked(edition, in)
	if err != nil {
		return Assessment{}, "", err
	}
	before, err := Of(tx, in.Item)
	if err != nil {
		return Assessment{}, "", err
	}
	if err := otherPerson(by, before); err != nil {
		return Assessment{}, "", err
	}
	if len(before) == 2 {
		return Assessment{}, "", problem.New(problem.Conflict, "two people have assessed the item meanwhile; take the next one")
	}
	a := Assessment{New: in, ID: id.New[id.Assessment](tx.Now), Step: len(before) + 1, User: by.User, Unit: by.Unit, Edition: edition.CELEX, At: tx.Now}
	if err := a.insert(tx); err != nil {
		return Assessment{}, "", err
	}
	outcome := settle(append(before, a))
	return a, outcome, audit.Append(tx, by, audit.Entry{Verb: "assess.decided", Subject: string(in.Item), Detail: a.detail(outcome)})
}

// otherPerson is the one place where four eyes are enforced on an item: its next
// assessment must be by a person, and by one who has not assessed it before.
func otherPerson(by audit.Actor, before []Assessment) error {
	if by.User == "" || by.User == audit.System.User {
		return problem.New(problem.Refused, "only a person can assess an item; sign in")
	}
	for _, a := range before {
		if a.User == by.User {
			return problem.New(problem.Refused, "you have assessed this item already; the other assessment must be by another person")
		}
	}
	return nil
}

func settle(list []Assessment) Outcome {
	switch {
	case len(list) < 2:
		return OutcomeAssessed
	case list[0].Decision != list[1].Decision:
		return OutcomeDisputed
	case list[0].Decision == Terrorist:
		return OutcomeConfirmed
	default:
		return OutcomeRejected
	}
}

// Of gives the assessments of an item, first step first.
func Of(tx *sqldb.Tx, item id.Item) ([]Assessment, error) {
	return sqldb.List(tx, sqlOf, []any{item}, func(scan sqldb.Scanner) (a Assessment, err error) {
		var limbs string
		err = scan(&a.ID, &a.Item, &a.Step, &a.User, &a.Unit, &a.Decision, &limbs, &a.Purpose, &a.PurposeReasons, &a.Confidence, &a.Reasons, &a.Edition, sqldb.Into(&a.At))
		a.Limbs = strings.Fields(limbs)
		return a, err
	})
}

func (a Assessment) insert(tx *sqldb.Tx) error {
	_, err := tx.Exec(sqlAdd, a.ID, a.Item, a.Step, a.User, a.Unit, a.Decision, strings.Join(a.Limbs, " "), a.Purpose, a.PurposeReasons, a.Confidence, a.Reasons, a.Edition, sqldb.At(a.At))
	return err
}

// decided is what the audit log keeps of an assessment: all of it, so that the log alone
// shows who decided what, and why.
type decided struct {
	Step           int      `json:"step"`
	Decision       string   `json:"decision"`
	Limbs          []string `json:"limbs,omitempty"`
	Purpose        string   `json:"purpose"`
	PurposeReasons string   `json:"purpose_reasons"`
	Confidence     int      `json:"confidence"`
	Reasons        string   `json:"reasons"`
	Edition        string   `json:"edition"`
	Outcome        Outcome  `json:"outcome"`
}

func (a Assessment) detail(outcome Outcome) decided {
	return decided{a.Step, a.Decision, a.Limbs, a.Purpose, a.PurposeReasons, a.Confidence, a.Reasons, a.Edition, outcome}
}
