package notice

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlApprove  = "UPDATE notice SET state = 'approved', approved_by = $1, approved_at = $2 WHERE id = $3 AND state = 'draft'"
	sqlReceived = "UPDATE notice SET received_at = $1 WHERE id = $2 AND (received_at IS NULL OR received_at > $1)"
)

// Approve lets a draft leave. An approved notice is returned as it is.
func Approve(tx *sqldb.Tx, by audit.Actor, notice id.Notice) (Notice, error) {
	n, err := Get(tx, notice)
	if err != nil {
		return Notice{}, err
	}
	if err := otherPerson(by, n); err != nil {
		return Notice{}, err
	}
	switch n.State {
	case StateApproved:
		return n, nil
	case StateWithdrawn:
		return Notice{}, problem.New(problem.Conflict, "notice %s was withdrawn; draft a new one", n.Reference)
	}
	if _, err := tx.Exec(sqlApprove, by.User, sqldb.At(tx.Now), n.ID); err != nil {
		return Notice{}, err
	}
	n.State, n.ApprovedBy, n.ApprovedAt = StateApproved, by.User, tx.Now
	return n, audit.Append(tx, by, audit.Entry{Verb: "notice.approved", Subject: string(n.ID), Detail: struct {
		Reference string  `json:"reference"`
		Track     Track   `json:"track"`
		DraftedBy id.User `json:"drafted_by"`
	}{n.Reference, n.Track, n.DraftedBy}})
}

// otherPerson is the one place where four eyes are enforced on a notice: it is approved by a
// person, and by another one than drafted it.
func otherPerson(by audit.Actor, n Notice) error {
	if !person(by) {
		return problem.New(problem.Refused, "only a person can approve a notice; sign in")
	}
	if by.User == n.DraftedBy {
		return problem.New(problem.Refused, "you drafted %s; another person must approve it", n.Reference)
	}
	return nil
}

func person(by audit.Actor) bool { return by.User != "" && by.User != audit.System.User }

// Received notes when the platform had the notice. The earliest moment counts: the platform's
// confirmation may be here before our own attempt to deliver has come to its end.
func Received(tx *sqldb.Tx, by audit.Actor, notice id.Notice, at time.Time) error {
	changed, err := tx.Exec(sqlReceived, sqldb.At(at), notice)
	if err != nil || changed == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "notice.received", Subject: string(notice), Detail: map[string]time.Time{"at": at.UTC()}})
}
