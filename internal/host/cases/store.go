package cases

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	columns = "id, track, sender, authority, subject, reference, language, document, faults, answer_url, answer_mail, in_reply_to, trust, vouched_by, vouched_why, " +
		"state, owes, duty, due_at, wake_at, received_at, executed_at, answered_at, provider, provider_mail, provider_lang, closed_at"
	itemColumns = "case_id, place, item_id, url, canonical, limbs, reasons, content, acted_at, answer, reason, answered_at"
)

const (
	sqlAdd = "INSERT INTO host_case (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)"
	sqlSet = "UPDATE host_case SET vouched_by = $1, vouched_why = $2, state = $3, owes = $4, duty = $5, due_at = $6, wake_at = $7, executed_at = $8, answered_at = $9, " +
		"provider = $10, provider_mail = $11, provider_lang = $12, closed_at = $13, document = $14, faults = $15 WHERE id = $16"
	sqlGet       = "SELECT " + columns + " FROM host_case WHERE id = $1"
	sqlBySubject = "SELECT " + columns + " FROM host_case WHERE sender = $1 AND subject = $2 AND trust <> 'forged'"
	sqlByRef     = "SELECT " + columns + " FROM host_case WHERE reference = $1 AND trust <> 'forged' ORDER BY id DESC"
	sqlList      = "SELECT " + columns + " FROM host_case WHERE ($1 = '' OR state = $1) AND ($2 = '' OR track = $2) AND id < $3 ORDER BY id DESC LIMIT $4"
	sqlOpen      = "SELECT " + columns + " FROM host_case WHERE state = 'open' AND owes = 'host' AND due_at IS NOT NULL ORDER BY due_at, id LIMIT $1"
	sqlWake      = "SELECT id FROM host_case WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2"
	sqlAddItem   = "INSERT INTO host_item (" + itemColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
	sqlItems     = "SELECT " + itemColumns + " FROM host_item WHERE case_id = $1 ORDER BY place"
	sqlItem      = "SELECT " + itemColumns + " FROM host_item WHERE case_id = $1 AND place = $2"
	sqlSetItem   = "UPDATE host_item SET content = $1, acted_at = $2, answer = $3, reason = $4, answered_at = $5 WHERE case_id = $6 AND place = $7"
)

// Add keeps a new case with its items. What happened in it so far is recorded after.
func Add(tx *sqldb.Tx, by audit.Actor, c Case, items []Item) (Case, error) {
	c.ID, c.State = id.New[id.Case](tx.Now), StateOpen
	faults, err := json.Marshal(c.Faults)
	if err != nil {
		return c, err
	}
	if _, err := tx.Exec(sqlAdd, c.ID, c.Track, c.Sender, c.Authority, c.Subject, c.Reference, c.Language, string(c.Document), string(faults), c.AnswerURL, c.AnswerMail,
		c.InReplyTo, c.Trust, c.VouchedBy, c.VouchedWhy, c.State, c.Owes, c.Duty, sqldb.At(c.DueAt), sqldb.At(c.WakeAt), sqldb.At(c.ReceivedAt), nil, nil,
		c.Provider.Account, c.Provider.Mail, c.Provider.Language, nil); err != nil {
		return c, err
	}
	rows := make([][]any, len(items))
	for i, it := range items {
		rows[i] = []any{c.ID, i + 1, it.ItemID, it.URL, it.Canonical, strings.Join(it.Limbs, " "), it.Reasons, Up, nil, "", "", nil}
	}
	if _, err := tx.InsertRows(sqlAddItem, rows); err != nil {
		return c, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "case.opened", Subject: string(c.ID), Detail: map[string]any{
		"track": c.Track, "sender": c.Sender, "authority": c.Authority, "reference": c.Reference, "trust": c.Trust, "items": len(items), "received_at": c.ReceivedAt}})
}

// set writes what may change of a case.
func set(tx *sqldb.Tx, c Case) error {
	faults, err := json.Marshal(c.Faults)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlSet, c.VouchedBy, c.VouchedWhy, c.State, c.Owes, c.Duty, sqldb.At(c.DueAt), sqldb.At(c.WakeAt), sqldb.At(c.ExecutedAt), sqldb.At(c.AnsweredAt),
		c.Provider.Account, c.Provider.Mail, c.Provider.Language, sqldb.At(c.ClosedAt), string(c.Document), string(faults), c.ID)
	return err
}

// Get finds a case.
func Get(tx *sqldb.Tx, target id.Case) (Case, error) {
	c, err := read(tx.Row(sqlGet, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return c, problem.Wrap(err, problem.NotFound, "there is no case %q; see the list of cases", target)
	}
	return c, err
}

// BySubject finds the genuine case of what a sender calls by an identifier.
func BySubject(tx *sqldb.Tx, sender, subject string) (Case, bool, error) {
	c, err := read(tx.Row(sqlBySubject, sender, subject).Scan)
	if problem.Is(err, problem.NotFound) {
		return c, false, nil
	}
	return c, err == nil, err
}

// ByReference are the genuine cases with a reference, newest first.
func ByReference(tx *sqldb.Tx, reference string) ([]Case, error) {
	return sqldb.List(tx, sqlByRef, []any{reference}, read)
}

// Filter narrows a list.
type Filter struct {
	State string
	Track Track
	After id.Case
	Limit int
}

// List gives cases, newest first.
func List(tx *sqldb.Tx, f Filter) ([]Case, error) {
	if f.After == "" {
		f.After = "cas_~"
	}
	return sqldb.List(tx, sqlList, []any{f.State, f.Track, f.After, f.Limit}, read)
}

// Urgent are the open cases in which this service owes something by a set time, first the one
// whose time ends first.
func Urgent(tx *sqldb.Tx, n int) ([]Case, error) { return sqldb.List(tx, sqlOpen, []any{n}, read) }

// Waking are the cases whose state time alone has changed.
func Waking(tx *sqldb.Tx, n int) ([]id.Case, error) {
	return sqldb.Column[id.Case](tx, sqlWake, sqldb.At(tx.Now), n)
}

// Items are the places that a case is about.
func Items(tx *sqldb.Tx, target id.Case) ([]Item, error) {
	return sqldb.List(tx, sqlItems, []any{target}, readItem)
}

// OneItem is one of them.
func OneItem(tx *sqldb.Tx, target id.Case, place int) (Item, error) {
	it, err := readItem(tx.Row(sqlItem, target, place).Scan)
	if problem.Is(err, problem.NotFound) {
		return it, problem.Wrap(err, problem.NotFound, "the case has no item %d", place)
	}
	return it, err
}

func read(scan sqldb.Scanner) (c Case, err error) {
	var document, faults string
	err = scan(&c.ID, &c.Track, &c.Sender, &c.Authority, &c.Subject, &c.Reference, &c.Language, &document, &faults, &c.AnswerURL, &c.AnswerMail, &c.InReplyTo,
		&c.Trust, &c.VouchedBy, &c.VouchedWhy, &c.State, &c.Owes, &c.Duty, sqldb.Into(&c.DueAt), sqldb.Into(&c.WakeAt), sqldb.Into(&c.ReceivedAt),
		sqldb.Into(&c.ExecutedAt), sqldb.Into(&c.AnsweredAt), &c.Provider.Account, &c.Provider.Mail, &c.Provider.Language, sqldb.Into(&c.ClosedAt))
	if err != nil {
		return c, err
	}
	c.Document = []byte(document)
	return c, json.Unmarshal([]byte(faults), &c.Faults)
}

func readItem(scan sqldb.Scanner) (it Item, err error) {
	var limbs string
	err = scan(&it.Case, &it.Place, &it.ItemID, &it.URL, &it.Canonical, &limbs, &it.Reasons, &it.Content, sqldb.Into(&it.ActedAt), &it.Answer, &it.Reason, sqldb.Into(&it.AnsweredAt))
	it.Limbs = strings.Fields(limbs)
	return it, err
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
