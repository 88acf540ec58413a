package order

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Step is something that takes two people in a case that runs: one proposes it, another
// agrees, and only then does it happen. The reasons are what the other side is told.
type Step struct {
	ID          string
	Order       id.Order
	Kind        law.Kind
	Reasons     string
	Particulars law.Filled // what the document says besides: b.infringed of a review
	State       string     // open, agreed, dropped
	ProposedBy  id.User
	ProposedAt  time.Time
	DecidedBy   id.User
	DecidedAt   time.Time
}

// The states of a step.
const (
	StepOpen    = "open"
	StepAgreed  = "agreed"
	StepDropped = "dropped"
)

// TakesTwo reports whether what happens leaves or restricts rights, and so takes two people
// here: on an order of ours, and on a copy that we scrutinise.
func (o Order) TakesTwo(kind law.Kind) bool {
	if o.Origin == Copy {
		return kind == law.Intended || kind == law.Infringing || kind == law.Scrutinised
	}
	return kind == law.Withdrawn || kind == law.Clarified || kind == law.NonDisclosedLonger
}

const (
	stepColumns = "id, order_id, kind, reasons, particulars, state, proposed_by, proposed_at, decided_by, decided_at"
	sqlPropose  = "INSERT INTO order_step (id, order_id, kind, reasons, particulars, state, proposed_by, proposed_at, decided_by) VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, '')"
	sqlSteps    = "SELECT " + stepColumns + " FROM order_step WHERE order_id = $1 ORDER BY proposed_at, id"
	sqlGetStep  = "SELECT " + stepColumns + " FROM order_step WHERE id = $1"
	sqlOpenStep = "SELECT " + stepColumns + " FROM order_step WHERE order_id = $1 AND kind = $2 AND state = 'open'"
	sqlDecide   = "UPDATE order_step SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'open'"
)

const maxReasons = 10_000 // characters, as in Annex I

// Steps lists what was proposed in a case.
func Steps(tx *sqldb.Tx, order id.Order) ([]Step, error) {
	return sqldb.List(tx, sqlSteps, []any{order}, readStep)
}

func readStep(scan sqldb.Scanner) (s Step, err error) {
	var particulars string
	if err := scan(&s.ID, &s.Order, &s.Kind, &s.Reasons, &particulars, &s.State, &s.ProposedBy, sqldb.Into(&s.ProposedAt), &s.DecidedBy, sqldb.Into(&s.DecidedAt)); err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(particulars), &s.Particulars)
}

// Propose proposes a step. That the Regulation has room for it now is tried out first, so
// that nobody is asked to agree to what cannot happen.
func Propose(tx *sqldb.Tx, by audit.Actor, order id.Order, kind law.Kind, reasons string, particulars law.Filled) (Step, error) {
	o, err := Get(tx, order)
	if err != nil {
		return Step{}, err
	}
	reasons = strings.TrimSpace(reasons)
	switch {
	case !person(by):
		return Step{}, problem.New(problem.Refused, "only a person can propose a step in the case of a removal order; sign in")
	case !o.TakesTwo(kind):
		return Step{}, problem.New(problem.Invalid, "%.40q takes no second person; record it", kind)
	case reasons == "" || len([]rune(reasons)) > maxReasons:
		return Step{}, problem.New(problem.Invalid, "give the reasons, in at most 10,000 characters; the other side is told them")
	}
	_, events, err := Case(tx, order)
	if err != nil {
		return Step{}, err
	}
	if err := possible(events, []Event{{Event: law.Event{Kind: kind, At: tx.Now}}}); err != nil {
		return Step{}, err
	}
	there, err := readStep(tx.Row(sqlOpenStep, order, kind).Scan)
	if err == nil {
		return Step{}, problem.New(problem.Conflict, "%s is proposed already, by %s; agree to it or drop it", kind, there.ProposedBy)
	}
	if !problem.Is(err, problem.NotFound) {
		return Step{}, err
	}
	s := Step{ID: string(id.New[id.Event](tx.Now)), Order: order, Kind: kind, Reasons: reasons, Particulars: particulars, State: StepOpen, ProposedBy: by.User, ProposedAt: tx.Now}
	text, err := json.Marshal(particulars)
	if err != nil {
		return Step{}, err
	}
	if _, err := tx.Exec(sqlPropose, s.ID, s.Order, s.Kind, s.Reasons, string(text), s.ProposedBy, sqldb.At(s.ProposedAt)); err != nil {
		return Step{}, err
	}
	if err := o.refresh(tx, events); err != nil {
		return Step{}, err
	}
	return s, s.event(tx, by, o, "order.proposed")
}

// Agree is the second person's agreement. The caller then does what was agreed on, in the
// same transaction.
func Agree(tx *sqldb.Tx, by audit.Actor, order id.Order, kind law.Kind) (Step, error) {
	s, o, err := openStep(tx, order, kind)
	switch {
	case err != nil:
		return s, err
	case !person(by):
		return s, problem.New(problem.Refused, "only a person can agree to a step in the case of a removal order; sign in")
	case by.User == s.ProposedBy:
		return s, problem.New(problem.Refused, "you proposed this yourself; another person must agree to it")
	}
	return s.decide(tx, by, o, StepAgreed, "order.agreed_to")
}

// Drop ends a proposal without effect; whoever takes part may do so.
func Drop(tx *sqldb.Tx, by audit.Actor, order id.Order, kind law.Kind) (Step, error) {
	s, o, err := openStep(tx, order, kind)
	if err != nil {
		return s, err
	}
	return s.decide(tx, by, o, StepDropped, "order.dropped")
}

// dropSteps ends what was proposed in a case that needs no second person any more: the order is
// withdrawn, and nobody shall be asked to agree to what cannot happen.
func (o Order) dropSteps(tx *sqldb.Tx, by audit.Actor) error {
	steps, err := Steps(tx, o.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.State != StepOpen {
			continue
		}
		if _, err := s.decide(tx, by, o, StepDropped, "order.dropped"); err != nil {
			return err
		}
	}
	return nil
}

func openStep(tx *sqldb.Tx, order id.Order, kind law.Kind) (Step, Order, error) {
	o, err := Get(tx, order)
	if err != nil {
		return Step{}, o, err
	}
	s, err := readStep(tx.Row(sqlOpenStep, order, kind).Scan)
	if problem.Is(err, problem.NotFound) {
		return s, o, problem.New(problem.NotFound, "nobody has proposed %q in the case of %s", kind, o.Reference)
	}
	return s, o, err
}

func (s Step) decide(tx *sqldb.Tx, by audit.Actor, o Order, state, verb string) (Step, error) {
	s.State, s.DecidedBy, s.DecidedAt = state, by.User, tx.Now
	if _, err := tx.Exec(sqlDecide, s.ID, s.State, s.DecidedBy, sqldb.At(s.DecidedAt)); err != nil {
		return s, err
	}
	events, err := Events(tx, o.ID)
	if err != nil {
		return s, err
	}
	if err := o.refresh(tx, events); err != nil {
		return s, err
	}
	return s, s.event(tx, by, o, verb)
}

// GetStep gives a step.
func GetStep(tx *sqldb.Tx, step string) (Step, error) {
	s, err := readStep(tx.Row(sqlGetStep, step).Scan)
	if problem.Is(err, problem.NotFound) {
		return s, problem.New(problem.NotFound, "there is no step %.40q in the case of any order", step)
	}
	return s, err
}

func (s Step) event(tx *sqldb.Tx, by audit.Actor, o Order, verb string) error {
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(o.ID), Detail: struct {
		Reference  string   `json:"reference"`
		Kind       law.Kind `json:"kind"`
		Reasons    string   `json:"reasons"`
		ProposedBy id.User  `json:"proposed_by"`
	}{o.Reference, s.Kind, s.Reasons, s.ProposedBy}})
}
