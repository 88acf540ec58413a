package capture

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlSame   = "SELECT id FROM capture WHERE item_id = $1 AND warc = $2 AND (warc <> '' OR at = $3) ORDER BY id LIMIT 1"
	sqlSave   = "INSERT INTO capture (id, item_id, at, outcome, fault, status, final_url, vantage, warc, size, title, language, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	sqlLatest = "SELECT id, item_id, at, outcome, fault, status, final_url, vantage, warc, size, title, language, text FROM capture WHERE item_id = $1 ORDER BY id DESC LIMIT 1"
	sqlList   = "SELECT id, item_id, at, outcome, fault, status, final_url, vantage, warc, size, title, language, text FROM capture WHERE item_id = $1 ORDER BY id"
)

// Save records a capture that was taken. The same one again is recorded once: a WARC file
// has random names in it, so two captures never have the same.
func Save(tx *sqldb.Tx, by audit.Actor, item id.Item, t Taken, at time.Time) (id.Capture, error) {
	if item == "" || t.Outcome != Captured && t.Outcome != Unreachable {
		return "", problem.New(problem.Invalid, "a capture needs its item, and the outcome captured or unreachable; it has %q and %.40q", item, t.Outcome)
	}
	var known id.Capture
	err := tx.Row(sqlSame, item, sumText(t.WARC), sqldb.At(at)).Scan(&known)
	if !problem.Is(err, problem.NotFound) {
		return known, err
	}
	c := id.New[id.Capture](at)
	if _, err := tx.Exec(sqlSave, c, item, sqldb.At(at), t.Outcome, t.Fault, t.Status, t.FinalURL, t.Vantage,
		sumText(t.WARC), t.Size, t.Title, t.Language, sumText(t.Text)); err != nil {
		return "", err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "capture.taken", Subject: string(item), Detail: detail{
		Capture: c, Outcome: t.Outcome, Fault: t.Fault, Status: t.Status, WARC: sumText(t.WARC), Size: t.Size, Text: sumText(t.Text), Media: len(t.Media)}})
}

// detail is what the audit log commits to: with the digest of the WARC, all of its bytes.
type detail struct {
	Capture id.Capture `json:"capture"`
	Outcome string     `json:"outcome"`
	Fault   string     `json:"fault,omitempty"`
	Status  int        `json:"status,omitempty"`
	WARC    string     `json:"warc,omitempty"`
	Size    int64      `json:"size,omitempty"`
	Text    string     `json:"text,omitempty"`
	Media   int        `json:"media"`
}

// Latest returns an item's newest capture, and whether it has any.
func Latest(tx *sqldb.Tx, item id.Item) (Capture, bool, error) {
	c, err := read(tx.Row(sqlLatest, item).Scan)
	if problem.Is(err, problem.NotFound) {
		return Capture{}, false, nil
	}
	return c, err == nil, err
}

// List returns an item's captures, the oldest first.
func List(tx *sqldb.Tx, item id.Item) ([]Capture, error) {
	return sqldb.List(tx, sqlList, []any{item}, read)
}

func read(scan sqldb.Scanner) (c Capture, err error) {
	var archive, text string
	if err := scan(&c.ID, &c.Item, sqldb.Into(&c.At), &c.Outcome, &c.Fault, &c.Status, &c.FinalURL, &c.Vantage,
		&archive, &c.Size, &c.Title, &c.Language, &text); err != nil {
		return c, err
	}
	if c.WARC, err = sumOf(archive); err != nil {
		return c, err
	}
	c.Text, err = sumOf(text)
	return c, err
}

// In these tables the sum of nothing is the empty text.
func sumText(s blob.Sum) string {
	if s.IsZero() {
		return ""
	}
	return s.String()
}

func sumOf(text string) (blob.Sum, error) {
	if text == "" {
		return blob.Sum{}, nil
	}
	return blob.Parse(text)
}
