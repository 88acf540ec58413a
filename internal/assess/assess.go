// Package assess keeps people's reasoned decisions on items.
//
// An item is assessed by two people, one after the other. Each decides alone whether the
// item is terrorist content, under which limbs of Article 2(7) of Regulation (EU) 2021/784,
// and writes down how the true purpose of its dissemination was determined, as Article 1(3)
// asks. Beside that stand what recital 11 says to take into account, who produced it, with the
// entry of a list of designated entities as it was, how pressing it is, and of which ideology.
//
// Two equal decisions settle the item; two unequal ones make it disputed, and a third person,
// who took no part, decides. A decision is never changed afterwards.
//
// What two people agreed on leaves this package as a Confirmed, which nothing but TwoPeople
// can make. Whoever needs proof that two people agreed asks for one as an argument.
package assess

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/designation"
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

	Factors    []string  // of recital 11, law.Factor
	Language   string    // that the content is in, BCP 47; empty: not told
	Producer   string    // person or group that it is attributed to; empty: nobody
	Entity     id.Entity // of a list, that Producer is; empty: none
	Behaviours []string  // law.Behaviour
	Tier       string    // law.Tier; empty: none
	Ideology   string    // law.Ideology; empty: the one of Entity, or not specified
}

// Assessment is a recorded decision.
type Assessment struct {
	New
	ID      id.Assessment
	Step    int // 1 the first person, 2 the second, 3 who decides between them
	User    id.User
	Unit    id.Unit
	Edition string // CELEX number of the law it was taken under
	At      time.Time

	Designation *designation.Frozen // the entry of the list as it was; nil when none was named
}

// Outcome is what an item's assessments come to. Its values are the item's stages of that name.
type Outcome string

const (
	OutcomeAssessed  Outcome = "assessed"  // one person has decided; another must
	OutcomeConfirmed Outcome = "confirmed" // two people: terrorist content
	OutcomeRejected  Outcome = "rejected"  // two people: not terrorist content
	OutcomeDisputed  Outcome = "disputed"  // two people who do not agree; a third must decide
)

const (
	columns = "id, item_id, step, user_id, unit_id, decision, limbs, purpose, purpose_reasons, confidence, reasons, edition, at, factors, language, producer, behaviours, tier, designation, ideology"
	sqlAdd  = "INSERT INTO assessment (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
	sqlOf   = "SELECT " + columns + " FROM assessment WHERE item_id = $1 ORDER BY step"
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
	if len(before) >= 2 && settle(before) != OutcomeDisputed {
		return Assessment{}, "", problem.New(problem.Conflict, "two people have assessed the item meanwhile; take the next one")
	}
	a := Assessment{New: in, ID: id.New[id.Assessment](tx.Now), Step: len(before) + 1, User: by.User, Unit: by.Unit, Edition: edition.CELEX, At: tx.Now}
	if in.Entity != "" {
		frozen, err := designation.Freeze(tx, in.Entity)
		if err != nil {
			return Assessment{}, "", err
		}
		a.Designation = &frozen
		if a.Producer == "" {
			a.Producer = frozen.Name
		}
		a.Ideology = cmp.Or(a.Ideology, frozen.Ideology)
	}
	a.Ideology = cmp.Or(a.Ideology, law.NoIdeology)
	if err := a.insert(tx); err != nil {
		return Assessment{}, "", err
	}
	outcome := settle(append(before, a))
	entries := []audit.Entry{{Verb: "assess.decided", Subject: string(in.Item), Detail: a.detail(outcome)}}
	if a.Tier == law.TierThreatToLife {
		entries = append(entries, audit.Entry{Verb: "assess.threat_to_life", Subject: string(in.Item), Detail: map[string]string{"article": "14(5)"}})
	}
	return a, outcome, audit.Append(tx, by, entries...)
}

// otherPerson is the one place where four eyes are enforced on an item: its next
// assessment must be by a person, and by one who has not assessed it before.
func otherPerson(by audit.Actor, before []Assessment) error {
	if by.User == "" || by.User == audit.System.User {
		return problem.New(problem.Refused, "only a person can assess an item; sign in")
	}
	for _, a := range before {
		if a.User == by.User {
			return problem.New(problem.Refused, "you have assessed this item already; the next assessment must be by another person")
		}
	}
	return nil
}

// settle says what decisions come to: what two agree on, and nothing before.
func settle(list []Assessment) Outcome {
	votes := map[string]int{}
	for _, a := range list {
		votes[a.Decision]++
	}
	switch {
	case votes[Terrorist] >= 2:
		return OutcomeConfirmed
	case votes[NotTerrorist] >= 2:
		return OutcomeRejected
	case len(list) < 2:
		return OutcomeAssessed
	}
	return OutcomeDisputed
}

// Of gives the assessments of an item, first step first.
func Of(tx *sqldb.Tx, item id.Item) ([]Assessment, error) {
	return sqldb.List(tx, sqlOf, []any{item}, func(scan sqldb.Scanner) (a Assessment, err error) {
		var limbs, factors, behaviours, frozen string
		err = scan(&a.ID, &a.Item, &a.Step, &a.User, &a.Unit, &a.Decision, &limbs, &a.Purpose, &a.PurposeReasons, &a.Confidence, &a.Reasons, &a.Edition, sqldb.Into(&a.At),
			&factors, &a.Language, &a.Producer, &behaviours, &a.Tier, &frozen, &a.Ideology)
		a.Limbs, a.Factors, a.Behaviours = strings.Fields(limbs), list(factors), list(behaviours)
		if err == nil && frozen != "" {
			a.Designation = &designation.Frozen{}
			err = json.Unmarshal([]byte(frozen), a.Designation)
			a.Entity = a.Designation.Entity
		}
		return a, err
	})
}

// list is nil for an empty text.
func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Fields(text)
}

func (a Assessment) insert(tx *sqldb.Tx) error {
	frozen := ""
	if a.Designation != nil {
		text, err := json.Marshal(a.Designation)
		if err != nil {
			return err
		}
		frozen = string(text)
	}
	_, err := tx.Exec(sqlAdd, a.ID, a.Item, a.Step, a.User, a.Unit, a.Decision, strings.Join(a.Limbs, " "), a.Purpose, a.PurposeReasons, a.Confidence, a.Reasons, a.Edition, sqldb.At(a.At),
		strings.Join(a.Factors, " "), a.Language, a.Producer, strings.Join(a.Behaviours, " "), a.Tier, frozen, a.Ideology)
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

	Factors     []string            `json:"factors,omitempty"`
	Language    string              `json:"language,omitempty"`
	Producer    string              `json:"producer,omitempty"`
	Behaviours  []string            `json:"behaviours,omitempty"`
	Tier        string              `json:"tier,omitempty"`
	Ideology    string              `json:"ideology,omitempty"`
	Designation *designation.Frozen `json:"designation,omitempty"`
}

func (a Assessment) detail(outcome Outcome) decided {
	return decided{a.Step, a.Decision, a.Limbs, a.Purpose, a.PurposeReasons, a.Confidence, a.Reasons, a.Edition, outcome,
		a.Factors, a.Language, a.Producer, a.Behaviours, a.Tier, a.Ideology, a.Designation}
}
