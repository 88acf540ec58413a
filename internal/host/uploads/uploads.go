// Package uploads keeps what trusted banks know of the service's own uploads. There is no duty
// to look (Article 5(8) of Regulation (EU) 2021/784 says so), and a hit proves nothing: a person
// decides on each (Article 5(3)).
package uploads

import (
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// States of an upload.
const (
	Waiting = "waiting"
	Removed = "removed"
	Kept    = "kept"
)

// Upload is a file that a bank knows.
type Upload struct {
	ID        id.Upload
	URL       string // where the service has it
	Provider  string
	Sum       string // SHA-256
	Hits      []Hit
	State     string
	Reason    string
	AskedAt   time.Time
	DecidedBy id.User
	DecidedAt time.Time
}

// Hit is one entry of a bank.
type Hit struct {
	At       string `json:"at"` // the Argine that was asked, by its name here
	Bank     string `json:"bank"`
	Signal   string `json:"signal"` // pdq, sha256 …
	Distance string `json:"distance,omitempty"`
}

const columns = "id, url, provider, sum, hits, state, reason, asked_at, decided_by, decided_at"

const (
	sqlAdd    = "INSERT INTO host_upload (" + columns + ") VALUES ($1, $2, $3, $4, $5, 'waiting', '', $6, '', NULL)"
	sqlDecide = "UPDATE host_upload SET state = $1, reason = $2, decided_by = $3, decided_at = $4 WHERE id = $5 AND state = 'waiting'"
	sqlGet    = "SELECT " + columns + " FROM host_upload WHERE id = $1"
	sqlList   = "SELECT " + columns + " FROM host_upload ORDER BY CASE WHEN state = 'waiting' THEN 0 ELSE 1 END, id DESC LIMIT $1"
	sqlYear   = "SELECT COUNT(*) FROM host_upload WHERE state = 'removed' AND decided_at >= $1 AND decided_at < $2"
)

// Add puts an upload that a bank knows before a person.
func Add(tx *sqldb.Tx, by audit.Actor, u Upload) (Upload, error) {
	u.ID, u.State, u.AskedAt = id.New[id.Upload](tx.Now), Waiting, tx.Now
	hits, err := json.Marshal(u.Hits)
	if err != nil {
		return u, err
	}
	if _, err := tx.Exec(sqlAdd, u.ID, u.URL, u.Provider, u.Sum, string(hits), sqldb.At(u.AskedAt)); err != nil {
		return u, err
	}
	return u, audit.Append(tx, by, audit.Entry{Verb: "upload.known", Subject: string(u.ID), Detail: map[string]any{"sum": u.Sum, "hits": len(u.Hits)}})
}

// Decide notes what a person decided on an upload.
func Decide(tx *sqldb.Tx, by audit.Actor, target id.Upload, state, reason string) (Upload, error) {
	u, err := Get(tx, target)
	switch {
	case err != nil:
		return u, err
	case state != Removed && state != Kept:
		return u, problem.New(problem.Invalid, "an upload is disabled or left up")
	case reason == "":
		return u, problem.New(problem.Invalid, "write why; a hit by itself is no reason")
	}
	n, err := tx.Exec(sqlDecide, state, reason, by.User, sqldb.At(tx.Now), target)
	if err != nil {
		return u, err
	}
	if n == 0 {
		return u, problem.New(problem.Conflict, "this upload is decided already")
	}
	u.State, u.Reason = state, reason
	return u, audit.Append(tx, by, audit.Entry{Verb: "upload." + state, Subject: string(target), Detail: map[string]string{"reason": reason}})
}

// Get finds an upload.
func Get(tx *sqldb.Tx, target id.Upload) (Upload, error) {
	u, err := read(tx.Row(sqlGet, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return u, problem.Wrap(err, problem.NotFound, "there is no upload %q", target)
	}
	return u, err
}

// List are the uploads, those that wait first.
func List(tx *sqldb.Tx, n int) ([]Upload, error) { return sqldb.List(tx, sqlList, []any{n}, read) }

// RemovedBetween counts those that were disabled between two moments.
func RemovedBetween(tx *sqldb.Tx, from, to time.Time) (n int, err error) {
	return n, tx.Row(sqlYear, sqldb.At(from), sqldb.At(to)).Scan(&n)
}

func read(scan sqldb.Scanner) (u Upload, err error) {
	var hits string
	if err := scan(&u.ID, &u.URL, &u.Provider, &u.Sum, &hits, &u.State, &u.Reason, sqldb.Into(&u.AskedAt), &u.DecidedBy, sqldb.Into(&u.DecidedAt)); err != nil {
		return u, err
	}
	return u, json.Unmarshal([]byte(hits), &u.Hits)
}
