// Package acts keeps what leaves a hosting service's desk, so that each act happens once.
//
// An act is noted before it is tried, each attempt before it is made, and its result after. An
// attempt that began and never ended means that the process died in between. Where the other
// side drops repeats (a webhook, or the service's own command, each with the act's identifier)
// it is made again; where it does not (a mail) nobody here can know whether it left, and a
// person has to say.
package acts

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Kinds of acts.
const (
	Disable   = "disable"   // content, at the service itself
	Reinstate = "reinstate" // the same
	Answer    = "answer"    // Annex II or III, or answers to a referral, to its sender
	Inform    = "inform"    // the content provider, Article 11
	Review    = "review"    // a reasoned request under Article 4(4)
	Outcome   = "outcome"   // of a complaint, to the content provider, Article 10(2)
	Back      = "back"      // the letter to the content provider that its content is back
	Reply     = "reply"     // to whoever asked to reinstate: what came of it
	Follow    = "follow"    // what happened in the case of an order, to the authority's program
)

// several are the kinds of which more than one may be open in one case: several people complain of
// it, several units ask for the same content back, it comes back again while nobody knows of the letter
// about the first time whether it arrived, one thing after the other happens in it.
var several = []string{Outcome, Reply, Follow, Back}

// Ways in which an act leaves.
const (
	Service = "service"
	Webhook = "webhook"
	Mail    = "mail"
)

// States of an act.
const (
	Due       = "due"
	Trying    = "trying"
	Done      = "done"
	Failed    = "failed"    // it was tried often enough; a person may have it tried again
	Uncertain = "uncertain" // nobody here knows whether it left; a person has to ask
)

// Act is one thing to do outside.
type Act struct {
	ID        id.Act
	Case      id.Case
	Place     int
	Kind      string
	Way       string
	Target    string
	Payload   string // JSON, what to do it with
	State     string
	Attempts  int
	NextAt    time.Time
	Detail    string
	CreatedBy id.User
	CreatedAt time.Time
	DoneAt    time.Time
}

// behind: what is told next in a case builds on what was told before, and waits until that arrived or failed.
const behind = "a.kind IN ('reply', 'follow') AND a.case_id <> '' AND EXISTS (SELECT 1 FROM host_act b WHERE b.case_id = a.case_id AND b.id < a.id " +
	"AND b.kind IN ('answer', 'reply', 'follow') AND b.state IN ('due', 'trying'))"

const columns = "id, case_id, place, kind, way, target, payload, state, attempts, next_at, detail, created_by, created_at, done_at"

const (
	sqlAdd        = "INSERT INTO host_act (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
	sqlSet        = "UPDATE host_act SET state = $1, attempts = $2, next_at = $3, detail = $4, done_at = $5 WHERE id = $6"
	sqlGet        = "SELECT " + columns + " FROM host_act WHERE id = $1"
	sqlOfCase     = "SELECT " + columns + " FROM host_act WHERE case_id = $1 ORDER BY id"
	sqlDue        = "SELECT id FROM host_act a WHERE next_at <= $1 AND NOT (" + behind + ") ORDER BY next_at, id LIMIT $2"
	sqlTrying     = "SELECT " + columns + " FROM host_act WHERE state = 'trying' ORDER BY id"
	sqlStuck      = "SELECT " + columns + " FROM host_act WHERE state IN ('failed', 'uncertain') ORDER BY id DESC LIMIT $1"
	sqlAddAttempt = "INSERT INTO host_attempt (act_id, number, started_at, ended_at, outcome, detail) VALUES ($1, $2, $3, NULL, 'started', '')"
	sqlEndAttempt = "UPDATE host_attempt SET ended_at = $1, outcome = $2, detail = $3 WHERE act_id = $4 AND number = $5"
	sqlOpen       = "SELECT COUNT(*) FROM host_act WHERE state = 'trying' OR (state = 'due' AND next_at <= $1)"
	sqlNext       = "SELECT MIN(next_at) FROM host_act WHERE state = 'due' AND next_at > $1"
	sqlStuckCount = "SELECT COUNT(*) FROM host_act WHERE state IN ('failed', 'uncertain')"
	sqlBehind     = "SELECT 1 FROM host_act a WHERE a.id = $1 AND " + behind
	sqlOpenLike   = "SELECT 1 FROM host_act WHERE case_id = $1 AND place = $2 AND kind = $3 AND state IN ('due', 'trying', 'uncertain')"
)

// Add plans an act, to be tried at once. The same act is not planned twice while it is open.
func Add(tx *sqldb.Tx, by audit.Actor, a Act) (Act, error) {
	open, err := tx.Exists(sqlOpenLike, a.Case, a.Place, a.Kind)
	if err != nil {
		return a, err
	}
	if open && !slices.Contains(several, a.Kind) {
		return a, problem.New(problem.Conflict, "this is under way already; wait for what comes of it")
	}
	a.ID, a.State, a.NextAt, a.CreatedBy, a.CreatedAt = id.New[id.Act](tx.Now), Due, tx.Now, by.User, tx.Now
	if _, err := tx.Exec(sqlAdd, a.ID, a.Case, a.Place, a.Kind, a.Way, a.Target, a.Payload, a.State, 0, sqldb.At(a.NextAt), "", a.CreatedBy, sqldb.At(a.CreatedAt), nil); err != nil {
		return a, err
	}
	return a, audit.Append(tx, by, audit.Entry{Verb: "act.planned", Subject: string(a.ID), Detail: map[string]any{
		"case": a.Case, "place": a.Place, "kind": a.Kind, "way": a.Way, "target": a.Target}})
}

// DueNow are the acts whose moment has come.
func DueNow(tx *sqldb.Tx, n int) ([]id.Act, error) {
	return sqldb.Column[id.Act](tx, sqlDue, sqldb.At(tx.Now), n)
}

// Begin notes that an attempt begins. ok is false when there is nothing to do any more, or not yet.
func Begin(tx *sqldb.Tx, target id.Act) (a Act, ok bool, err error) {
	if a, err = Get(tx, target); err != nil || a.State != Due || a.NextAt.After(tx.Now) {
		return a, false, err
	}
	if behind, err := tx.Exists(sqlBehind, a.ID); err != nil || behind {
		return a, false, err
	}
	a.State, a.Attempts, a.NextAt = Trying, a.Attempts+1, time.Time{}
	if _, err := tx.Exec(sqlAddAttempt, a.ID, a.Attempts, sqldb.At(tx.Now)); err != nil {
		return a, false, err
	}
	return a, true, set(tx, a)
}

// Result is what an attempt came to.
type Result struct {
	State  string // Done, Failed or Uncertain; Due: it may work later
	Detail string
}

// Finish notes what an attempt came to, and when to try again.
func Finish(tx *sqldb.Tx, by audit.Actor, a Act, r Result) (Act, error) {
	a.State, a.Detail, a.NextAt = r.State, clip(r.Detail), time.Time{}
	switch r.State {
	case Done:
		a.DoneAt = tx.Now
	case Due:
		if wait, again := pause(a.Attempts); again {
			a.NextAt = tx.Now.Add(wait)
		} else {
			a.State = Failed
		}
	}
	if _, err := tx.Exec(sqlEndAttempt, sqldb.At(tx.Now), r.State, a.Detail, a.ID, a.Attempts); err != nil {
		return a, err
	}
	if err := set(tx, a); err != nil {
		return a, err
	}
	return a, audit.Append(tx, by, audit.Entry{Verb: "act." + a.State, Subject: string(a.ID), Detail: map[string]any{
		"case": a.Case, "kind": a.Kind, "attempt": a.Attempts, "detail": a.Detail}})
}

// Interrupted settles the attempts that a process began and did not end. What is made again is
// made at once: nobody refused it, and the hour runs.
func Interrupted(tx *sqldb.Tx, by audit.Actor) (n int, err error) {
	list, err := sqldb.List(tx, sqlTrying, nil, read)
	if err != nil {
		return 0, err
	}
	for _, a := range list {
		r := Result{Due, "the program ended during the attempt; it is made again with the same identifier"}
		if a.Way == Mail {
			r = Result{Uncertain, "the program ended during the attempt; nobody here knows whether the mail left. Ask the addressee"}
		}
		if a, err = Finish(tx, by, a, r); err != nil {
			return 0, err
		}
		if a.State == Due {
			a.NextAt = tx.Now
			if err := set(tx, a); err != nil {
				return 0, err
			}
		}
	}
	return len(list), nil
}

// Resolve is what a person says of an act that failed or is uncertain: it arrived, or it is to
// be tried again.
func Resolve(tx *sqldb.Tx, by audit.Actor, target id.Act, arrived bool, who string) (Act, error) {
	a, err := Get(tx, target)
	if err != nil {
		return a, err
	}
	if a.State != Failed && a.State != Uncertain {
		return a, problem.New(problem.Conflict, "this act is neither failed nor uncertain; look again")
	}
	if arrived && who == "" {
		return a, problem.New(problem.Invalid, "say who told you that it arrived or was done")
	}
	if arrived {
		a.State, a.Detail, a.DoneAt = Done, clip(who), tx.Now
	} else {
		a.State, a.NextAt = Due, tx.Now
	}
	if err := set(tx, a); err != nil {
		return a, err
	}
	return a, audit.Append(tx, by, audit.Entry{Verb: "act.resolved", Subject: string(a.ID), Detail: map[string]any{"case": a.Case, "arrived": arrived, "who": who}})
}

// pause is how long to wait after an attempt: within the hour often, then for a day. Then it is
// for a person.
func pause(attempts int) (time.Duration, bool) {
	steps := []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute,
		30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour}
	if attempts > len(steps) {
		return 0, false
	}
	return steps[attempts-1], true
}

// Get finds an act.
func Get(tx *sqldb.Tx, target id.Act) (Act, error) {
	a, err := read(tx.Row(sqlGet, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return a, problem.Wrap(err, problem.NotFound, "there is no act %q", target)
	}
	return a, err
}

// OfCase are the acts of a case in their order.
func OfCase(tx *sqldb.Tx, c id.Case) ([]Act, error) {
	return sqldb.List(tx, sqlOfCase, []any{c}, read)
}

// Stuck are the acts that wait for a person.
func Stuck(tx *sqldb.Tx, n int) ([]Act, error) { return sqldb.List(tx, sqlStuck, []any{n}, read) }

func set(tx *sqldb.Tx, a Act) error {
	_, err := tx.Exec(sqlSet, a.State, a.Attempts, sqldb.At(a.NextAt), a.Detail, sqldb.At(a.DoneAt), a.ID)
	return err
}

func read(scan sqldb.Scanner) (a Act, err error) {
	return a, scan(&a.ID, &a.Case, &a.Place, &a.Kind, &a.Way, &a.Target, &a.Payload, &a.State, &a.Attempts, sqldb.Into(&a.NextAt), &a.Detail, &a.CreatedBy,
		sqldb.Into(&a.CreatedAt), sqldb.Into(&a.DoneAt))
}

// maxDetail bounds what is kept of what the other side said, in bytes.
const maxDetail = 4000

func clip(s string) string {
	if len(s) <= maxDetail {
		return s
	}
	s = s[:maxDetail]
	for len(s) > 0 && s[len(s)-1]&0xC0 == 0x80 {
		s = s[:len(s)-1]
	}
	return s[:max(0, len(s)-1)] + "…"
}

// Bounced notes that a mail that left did not arrive.
func Bounced(tx *sqldb.Tx, by audit.Actor, target id.Act, why string) error {
	a, err := Get(tx, target)
	if err != nil || a.Way != Mail || a.State != Done {
		return err
	}
	a.State, a.Detail, a.DoneAt = Failed, clip("it came back: "+why), time.Time{}
	if err := set(tx, a); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "act.bounced", Subject: string(a.ID), Detail: map[string]any{"case": a.Case, "why": why}})
}

// Left is what is yet to be done.
type Left struct {
	Due   int       // now, or under way
	Next  time.Time // when the next one is tried again; zero: none is
	Stuck int       // waits for a person
}

// Unfinished tells what is yet to be done.
func Unfinished(tx *sqldb.Tx) (l Left, err error) {
	if err := tx.Row(sqlOpen, sqldb.At(tx.Now)).Scan(&l.Due); err != nil {
		return l, err
	}
	if err := tx.Row(sqlNext, sqldb.At(tx.Now)).Scan(sqldb.Into(&l.Next)); err != nil {
		return l, err
	}
	return l, tx.Row(sqlStuckCount).Scan(&l.Stuck)
}
