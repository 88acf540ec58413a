package refer

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const sqlApprove = "UPDATE referral SET state = 'approved', approved_by = $1, approved_at = $2 WHERE id = $3 AND state = 'draft'"

// Approve lets a draft leave. An approved referral is returned as it is.
func Approve(tx *sqldb.Tx, by audit.Actor, referral id.Referral) (Referral, error) {
	r, err := Get(tx, referral)
	if err != nil {
		return Referral{}, err
	}
	if err := otherPerson(by, r); err != nil {
		return Referral{}, err
	}
	switch r.State {
	case StateApproved:
		return r, nil
	case StateWithdrawn:
		return Referral{}, problem.New(problem.Conflict, "referral %s was withdrawn; draft a new one", r.Reference)
	}
	if _, err := tx.Exec(sqlApprove, by.User, sqldb.At(tx.Now), r.ID); err != nil {
		return Referral{}, err
	}
	r.State, r.ApprovedBy, r.ApprovedAt = StateApproved, by.User, tx.Now
	return r, audit.Append(tx, by, audit.Entry{Verb: "refer.approved", Subject: string(r.ID), Detail: struct {
		Reference string  `json:"reference"`
		DraftedBy id.User `json:"drafted_by"`
	}{r.Reference, r.DraftedBy}})
}

// otherPerson is the one place where four eyes are enforced on a referral: it is approved
// by a person, and by another one than drafted it.
func otherPerson(by audit.Actor, r Referral) error {
	if !person(by) {
		return problem.New(problem.Refused, "only a person can approve a referral; sign in")
	}
	if by.User == r.DraftedBy {
		return problem.New(problem.Refused, "you drafted referral %s; another person must approve it", r.Reference)
	}
	return nil
}

func person(by audit.Actor) bool { return by.User != "" && by.User != audit.System.User }

// Received records that a platform has a referral: the moment that figures count from. The
// delivery itself keeps it; the log has it under the referral too.
func Received(tx *sqldb.Tx, by audit.Actor, referral id.Referral, at time.Time) error {
	return audit.Append(tx, by, audit.Entry{Verb: "refer.received", Subject: string(referral), Detail: map[string]time.Time{"at": at.UTC()}})
}
