package media

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlSave     = "INSERT INTO medium (sha256, md5, mime, size, width, height, pdq, quality, fault, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
	sqlCarry    = "INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
	sqlSaveText = "INSERT INTO item_text (item_id, sha256, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"

	sqlOf = `SELECT m.sha256, m.md5, m.mime, m.size, m.width, m.height, m.pdq, m.quality, m.fault, im.url, im.capture_id, im.at
		FROM item_medium im JOIN medium m ON m.sha256 = im.sha256 WHERE im.item_id = $1 ORDER BY im.at, im.url, m.sha256`
	sqlGet       = "SELECT sha256, md5, mime, size, width, height, pdq, quality, fault, '', '', at FROM medium WHERE sha256 = $1"
	sqlItemsWith = "SELECT item_id FROM item_medium WHERE sha256 = $1 ORDER BY item_id"
)

// Save records what was extracted from an item's capture. What is recorded already stays as
// it is, and where nothing is new there is no event.
func Save(tx *sqldb.Tx, by audit.Actor, item id.Item, c id.Capture, in Extracted) error {
	if item == "" || c == "" {
		return problem.New(problem.Invalid, "fingerprints need their item and their capture; they have %q and %q", item, c)
	}
	at := sqldb.At(tx.Now)
	media, carried := make([][]any, len(in.Media)), make([][]any, len(in.Media))
	sums := make([]string, len(in.Media))
	for i, m := range in.Media {
		sums[i] = m.SHA256
		media[i] = []any{m.SHA256, m.MD5, m.MIME, m.Size, m.Width, m.Height, m.PDQ, m.Quality, m.Fault, at}
		carried[i] = []any{item, m.SHA256, c, m.URL, at}
	}
	if _, err := tx.InsertRows(sqlSave, media); err != nil {
		return err
	}
	fresh, err := tx.InsertRows(sqlCarry, carried)
	if err != nil {
		return err
	}
	if in.Text != "" {
		n, err := tx.Exec(sqlSaveText, item, in.Text, at)
		if err != nil {
			return err
		}
		fresh += n
	}
	if fresh == 0 {
		return nil
	}
	return audit.Append(tx, by, audit.Entry{Verb: "media.fingerprinted", Subject: string(item), Detail: detail{c, sums, in.Text}})
}

type detail struct {
	Capture id.Capture `json:"capture"`
	SHA256  []string   `json:"sha256,omitempty"`
	Text    string     `json:"text,omitempty"`
}

// Of returns the media that an item was seen with, those of the earliest capture first.
func Of(tx *sqldb.Tx, item id.Item) ([]Medium, error) {
	return sqldb.List(tx, sqlOf, []any{item}, read)
}

// Get returns one medium.
func Get(tx *sqldb.Tx, sha256 string) (Medium, error) {
	m, err := read(tx.Row(sqlGet, sha256).Scan)
	if problem.Is(err, problem.NotFound) {
		return m, problem.New(problem.NotFound, "there is no medium %.64q; check its SHA-256", sha256)
	}
	return m, err
}

// ItemsWith returns the items that were seen with a medium.
func ItemsWith(tx *sqldb.Tx, sha256 string) ([]id.Item, error) {
	return sqldb.Column[id.Item](tx, sqlItemsWith, sha256)
}

func read(scan sqldb.Scanner) (m Medium, err error) {
	return m, scan(&m.SHA256, &m.MD5, &m.MIME, &m.Size, &m.Width, &m.Height, &m.PDQ, &m.Quality, &m.Fault, &m.URL, &m.Capture, sqldb.Into(&m.At))
}
