package order

import (
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Decisions on exposure.
const (
	Exposed = "exposed" // Article 5(4)
	Revoked = "revoked" // Article 5(7)
)

// Exposure is a decision of a home authority that a hosting service is exposed to terrorist
// content, or that it no longer is.
type Exposure struct {
	ID         string
	Platform   id.Platform
	Authority  string
	Decision   string
	Reasons    string
	DecidedAt  time.Time
	By         id.User
	RecordedAt time.Time
}

// Standing is the record of a hosting service: its final orders, and what was decided because of them.
type Standing struct {
	Platform  id.Platform
	Finals    []time.Time // when orders to it became final
	Enough    time.Time   // newest moment at which two were final within twelve months; zero when they never were
	Decisions []Exposure
	Reports   []law.Due // of specific measures, while it is exposed
}

const (
	sqlFinals     = "SELECT e.at FROM order_event e JOIN removal_order o ON o.id = e.order_id WHERE o.platform_id = $1 AND o.voided_at IS NULL AND e.retracted = '' AND e.kind IN ('final', 'appeal_lost') ORDER BY e.at"
	sqlExposures  = "SELECT id, platform_id, authority, decision, reasons, decided_at, user_id, recorded_at FROM exposure WHERE platform_id = $1 ORDER BY decided_at, id"
	sqlAddExposed = "INSERT INTO exposure (id, platform_id, authority, decision, reasons, decided_at, user_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
)

// reportsShown is how many of the yearly reports of specific measures are told of.
const reportsShown = 3

// StandingOf gives the exposure record of a hosting service.
func StandingOf(tx *sqldb.Tx, platform id.Platform) (Standing, error) {
	s := Standing{Platform: platform}
	err := tx.Each(sqlFinals, []any{platform}, func(scan sqldb.Scanner) error {
		var at time.Time
		err := scan(sqldb.Into(&at))
		s.Finals = append(s.Finals, at)
		return err
	})
	if err != nil {
		return s, err
	}
	s.Enough, _ = law.Exposing(s.Finals)
	s.Decisions, err = sqldb.List(tx, sqlExposures, []any{platform}, func(scan sqldb.Scanner) (e Exposure, err error) {
		return e, scan(&e.ID, &e.Platform, &e.Authority, &e.Decision, &e.Reasons, sqldb.Into(&e.DecidedAt), &e.By, sqldb.Into(&e.RecordedAt))
	})
	if n := len(s.Decisions); n > 0 && s.Decisions[n-1].Decision == Exposed {
		s.Reports = law.SpecificMeasures(s.Decisions[n-1].DecidedAt, reportsShown)
	}
	return s, err
}

// Expose records a decision of the home authority on a hosting service.
func Expose(tx *sqldb.Tx, by audit.Actor, e Exposure) (Exposure, error) {
	e.Authority, e.Reasons = strings.TrimSpace(e.Authority), strings.TrimSpace(e.Reasons)
	switch {
	case !person(by):
		return e, problem.New(problem.Refused, "only a person can record a decision on exposure; sign in")
	case e.Decision != Exposed && e.Decision != Revoked:
		return e, problem.New(problem.Invalid, "a decision on exposure is exposed (Article 5(4)) or revoked (Article 5(7))")
	case e.Platform == "" || e.Authority == "" || e.Reasons == "":
		return e, problem.New(problem.Invalid, "name the hosting service, the authority that decided and its reasons")
	case e.DecidedAt.IsZero() || e.DecidedAt.After(tx.Now):
		return e, problem.New(problem.Invalid, "give the moment of the decision; it cannot be in the future")
	}
	s, err := StandingOf(tx, e.Platform)
	if err != nil {
		return e, err
	}
	last := Revoked
	if n := len(s.Decisions); n > 0 {
		last = s.Decisions[n-1].Decision
	}
	if last == e.Decision {
		return e, problem.New(problem.Conflict, "the newest decision on this hosting service is %q already", last)
	}
	e.ID, e.By, e.RecordedAt = string(id.New[id.Event](tx.Now)), by.User, tx.Now
	if _, err := tx.Exec(sqlAddExposed, e.ID, e.Platform, e.Authority, e.Decision, e.Reasons, sqldb.At(e.DecidedAt), e.By, sqldb.At(e.RecordedAt)); err != nil {
		return e, err
	}
	return e, audit.Append(tx, by, audit.Entry{Verb: "order.exposure", Subject: string(e.Platform), Detail: struct {
		Decision  string    `json:"decision"`
		Authority string    `json:"authority"`
		Reasons   string    `json:"reasons"`
		DecidedAt time.Time `json:"decided_at"`
	}{e.Decision, e.Authority, e.Reasons, e.DecidedAt}})
}
