// Package recheck looks again whether what was referred is still there, and keeps proof.
//
// A platform that says "removed" may be wrong, and one that says nothing may have removed
// it. So each delivered item is looked at on a schedule that is dense at first, and the
// answer is not a yes or no but one of eight verdicts: a page that is gone for good, one
// that asks to sign in and one that hides from our country are three different outcomes,
// and a report that adds them up says something untrue.
//
// See looks (it uses the network) and Classify judges what came (it is a pure function);
// Start, Claim and Save keep the schedule.
package recheck

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Verdict is what a look came to.
type Verdict string

const (
	Removed        Verdict = "removed"         // 404 or 410
	Soft404        Verdict = "soft_404"        // a page that says "not found", with status 200
	AccountGone    Verdict = "account_gone"    // the account went, and everything with it
	RedirectedHome Verdict = "redirected_home" // sent to the platform's home page
	LoginWall      Verdict = "login_wall"      // only for those who are signed in
	GeoBlocked     Verdict = "geo_blocked"     // not from where we look
	StillUp        Verdict = "still_up"        // what was captured is still there
	Unsure         Verdict = "unknown"         // nothing can be said
)

// Gone tells whether the item is not there any more for anybody. Behind a login or hidden
// from a country it still is.
func (v Verdict) Gone() bool {
	return v == Removed || v == Soft404 || v == AccountGone || v == RedirectedHome
}

// Schedule is when to look, from the delivery. The first looks are for the hour that a
// removal order would allow; the last is for what comes back.
var Schedule = []time.Duration{time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour}

// Due is a look to take.
type Due struct {
	Item id.Item
	Step int // which of the schedule, from 1
}

// Job takes looks.
type Job struct{ Looks []Due }

// Kind names the sort of job.
func (Job) Kind() string { return "recheck.look" }

// Queue names the queue that it waits in.
func (Job) Queue() string { return "recheck" }

// Look is one look and what it came to.
type Look struct {
	Verdict  Verdict
	At       time.Time
	Status   int // of HTTP; 0 when nothing came
	FinalURL string
	Vantage  string   // from where
	Proof    blob.Sum // the WARC of the exchange; zero when nothing came
	Reason   string   // what told the verdict
}

const (
	sqlStart = "INSERT INTO recheck (item_id, referral_id, delivered_at, step, next_at, verdict) VALUES ($1, $2, $3, 0, $4, '') ON CONFLICT (item_id) DO NOTHING"
	sqlClaim = "UPDATE recheck SET next_at = NULL WHERE item_id IN (SELECT item_id FROM recheck WHERE next_at <= $1 ORDER BY next_at, item_id LIMIT $2) RETURNING item_id, next_step"
	sqlAgain = "UPDATE recheck SET base = step, next_step = step + 1, delivered_at = $2, next_at = $3 WHERE item_id = $1"
	sqlSoon  = "UPDATE recheck SET next_at = $2 WHERE item_id = $1 AND next_at > $2"
	sqlGet   = "SELECT item_id, referral_id, delivered_at, step, next_step, next_at, verdict, gone_at, base FROM recheck WHERE item_id = $1"
	sqlProbe = "INSERT INTO probe (id, item_id, step, at, verdict, status, final_url, vantage, proof, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	sqlSaved = "UPDATE recheck SET step = $1, next_step = $2, next_at = $3, verdict = $4, gone_at = $5 WHERE item_id = $6"
)

// Start puts a delivered item on the schedule. One that is on it already stays as it is.
func Start(tx *sqldb.Tx, item id.Item, referral id.Referral, deliveredAt time.Time) error {
	_, err := tx.Exec(sqlStart, item, referral, sqldb.At(deliveredAt), sqldb.At(deliveredAt.Add(Schedule[0])))
	return err
}

// Again puts an item on the schedule from its beginning, whether or not it was on it before: a
// removal order on what was referred in vain. Its former looks stay on record.
func Again(tx *sqldb.Tx, item id.Item, orderedAt time.Time) error {
	n, err := tx.Exec(sqlAgain, item, sqldb.At(orderedAt), sqldb.At(orderedAt.Add(Schedule[0])))
	if err != nil || n > 0 {
		return err
	}
	return Start(tx, item, "", orderedAt)
}

// Soon brings the next look forward: the platform has just said that the item is gone.
func Soon(tx *sqldb.Tx, item id.Item, at time.Time) error {
	_, err := tx.Exec(sqlSoon, item, sqldb.At(at))
	return err
}

// Claim takes up to limit looks that have come due. The caller enqueues jobs for them in
// the same transaction.
func Claim(tx *sqldb.Tx, now time.Time, limit int) ([]Due, error) {
	list, err := sqldb.List(tx, sqlClaim, []any{sqldb.At(now), limit}, func(scan sqldb.Scanner) (d Due, err error) {
		return d, scan(&d.Item, &d.Step)
	})
	slices.SortFunc(list, func(a, b Due) int {
		if a.Item < b.Item {
			return -1
		}
		return 1
	})
	return list, err
}

// State is where an item stands.
type State struct {
	Item        id.Item
	Referral    id.Referral
	DeliveredAt time.Time
	Step        int       // of the newest look; 0 before the first
	NextStep    int       // of the next one
	NextAt      time.Time // zero while a job has it, and at the end of the schedule
	Verdict     Verdict
	GoneAt      time.Time // first look at which it was gone; zero again when it came back

	Base int // step at which the schedule was begun anew
}

// Get tells where an item stands.
func Get(tx *sqldb.Tx, item id.Item) (s State, err error) {
	err = tx.Row(sqlGet, item).Scan(&s.Item, &s.Referral, sqldb.Into(&s.DeliveredAt), &s.Step, &s.NextStep, sqldb.Into(&s.NextAt), &s.Verdict, sqldb.Into(&s.GoneAt), &s.Base)
	if problem.Is(err, problem.NotFound) {
		return s, problem.New(problem.NotFound, "item %.40q was not delivered, so nobody looks whether it is gone", item)
	}
	return s, err
}

// Save records a look and plans the next. A look of a step that was recorded already is
// dropped, and saved is false.
func Save(tx *sqldb.Tx, by audit.Actor, item id.Item, step int, l Look) (saved bool, err error) {
	s, err := Get(tx, item)
	if err != nil || step <= s.Step || step > s.Base+len(Schedule) {
		return false, err
	}
	if l.At.IsZero() {
		l.At = tx.Now
	}
	proof := ""
	if !l.Proof.IsZero() {
		proof = l.Proof.String()
	}
	s.take(step, l, tx.Now)
	if _, err := tx.Exec(sqlProbe, id.New[id.Probe](tx.Now), item, step, sqldb.At(l.At), l.Verdict, l.Status, l.FinalURL, l.Vantage, proof, l.Reason); err != nil {
		return false, err
	}
	if _, err := tx.Exec(sqlSaved, s.Step, s.NextStep, sqldb.At(s.NextAt), s.Verdict, sqldb.At(s.GoneAt), item); err != nil {
		return false, err
	}
	return true, audit.Append(tx, by, audit.Entry{Verb: "recheck.seen", Subject: string(item), Detail: struct {
		Step    int     `json:"step"`
		Verdict Verdict `json:"verdict"`
		Status  int     `json:"status,omitempty"`
		Proof   string  `json:"proof,omitempty"`
		Reason  string  `json:"reason"`
	}{step, l.Verdict, l.Status, proof, l.Reason}})
}

// take brings the state up to date with a look. What is gone is looked at once more, at the
// end of the schedule, to see it come back. Steps whose moment passed while nobody looked
// are left out: this look has seen what they would have.
func (s *State) take(step int, l Look, now time.Time) {
	s.Step, s.Verdict, s.NextAt = step, l.Verdict, time.Time{}
	switch {
	case l.Verdict == StillUp:
		s.GoneAt = time.Time{}
	case l.Verdict.Gone() && s.GoneAt.IsZero():
		s.GoneAt = l.At
	}
	s.NextStep = step + 1
	if !s.GoneAt.IsZero() {
		s.NextStep = max(s.NextStep, s.Base+len(Schedule))
	}
	for ; s.NextStep <= s.Base+len(Schedule); s.NextStep++ {
		if at := s.DeliveredAt.Add(Schedule[s.NextStep-s.Base-1]); at.After(now) {
			s.NextAt = at
			return
		}
	}
}
