package media

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlSave = `INSERT INTO medium (sha256, md5, sha1, sha512, mime, size, width, height, duration, pdq, quality, video, sound, fault, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`
	sqlCarry = "INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
	// What could not be read for want of a decoder, and now is, has news for who follows what is new.
	sqlMend = `UPDATE medium SET width = $2, height = $3, duration = $4, video = $5, sound = $6, fault = $7, at = $8
		WHERE sha256 = $1 AND fault = '` + FaultNoDecoder + `'`
	sqlSaveText = "INSERT INTO item_text (item_id, sha256, text, minhash, tlsh, medium, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"

	columns = "m.sha256, m.md5, m.sha1, m.sha512, m.mime, m.size, m.width, m.height, m.duration, m.pdq, m.quality, m.video, m.sound, m.fault"
	sqlOf   = "SELECT " + columns + `, im.url, im.capture_id, im.at
		FROM item_medium im JOIN medium m ON m.sha256 = im.sha256 WHERE im.item_id = $1 ORDER BY im.at, im.url, m.sha256`
	sqlGet       = "SELECT " + columns + ", '', '', m.at FROM medium m WHERE m.sha256 = $1"
	sqlItemsWith = "SELECT item_id FROM item_medium WHERE sha256 = $1 ORDER BY item_id"
)

// Save records what was extracted from an item's capture. What is recorded already stays as
// it is, and where nothing is new there is no event.
func Save(tx *sqldb.Tx, by audit.Actor, item id.Item, c id.Capture, in Extracted) error {
	if item == "" || c == "" {
		return problem.New(problem.Invalid, "fingerprints need their item and their capture; they have %q and %q", item, c)
	}
	at := sqldb.At(tx.Now)
	rows, carried := make([][]any, len(in.Media)), make([][]any, len(in.Media))
	sums := make([]string, len(in.Media))
	for i, m := range in.Media {
		sums[i] = m.SHA256
		rows[i] = []any{m.SHA256, m.MD5, m.SHA1, m.SHA512, m.MIME, m.Size, m.Width, m.Height, m.DurationMS, m.PDQ, m.Quality, sumText(m.Video), sumText(m.Sound), m.Fault, at}
		carried[i] = []any{item, m.SHA256, c, m.URL, at}
	}
	mended, err := mend(tx, in.Media)
	if err != nil {
		return err
	}
	if _, err := tx.InsertRows(sqlSave, rows); err != nil {
		return err
	}
	fresh, err := tx.InsertRows(sqlCarry, carried)
	if err != nil {
		return err
	}
	fresh += mended
	var texts []string
	for _, t := range in.Texts {
		n, err := tx.Exec(sqlSaveText, item, t.Digest, sumText(t.Text), t.Minhash, t.TLSH, t.Medium, at)
		if err != nil {
			return err
		}
		fresh += n
		texts = append(texts, t.Digest)
	}
	if fresh == 0 {
		return nil
	}
	return audit.Append(tx, by, audit.Entry{Verb: "media.fingerprinted", Subject: string(item), Detail: detail{c, sums, texts}})
}

type detail struct {
	Capture id.Capture `json:"capture"`
	SHA256  []string   `json:"sha256,omitempty"`
	Text    []string   `json:"text,omitempty"`
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

// mend completes media that are known without what only a decoder tells.
func mend(tx *sqldb.Tx, list []Medium) (mended int64, err error) {
	for _, m := range list {
		if m.Video.IsZero() && m.Sound.IsZero() {
			continue
		}
		n, err := tx.Exec(sqlMend, m.SHA256, m.Width, m.Height, m.DurationMS, sumText(m.Video), sumText(m.Sound), m.Fault, sqldb.At(tx.Now))
		if err != nil {
			return 0, err
		}
		mended += n
	}
	return mended, nil
}

func read(scan sqldb.Scanner) (m Medium, err error) {
	var video, sound string
	err = scan(&m.SHA256, &m.MD5, &m.SHA1, &m.SHA512, &m.MIME, &m.Size, &m.Width, &m.Height, &m.DurationMS, &m.PDQ, &m.Quality, &video, &sound, &m.Fault, &m.URL, &m.Capture, sqldb.Into(&m.At))
	if err == nil {
		m.Video, err = sumOf(video)
	}
	if err == nil {
		m.Sound, err = sumOf(sound)
	}
	return m, err
}

// In these columns no sum is the empty text, and not NULL.
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
