package desk

import (
	"context"
	"io"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const sqlCaptures = "SELECT id, at, outcome, fault, status, final_url, warc, size, title, language, text FROM capture WHERE item_id = $1 ORDER BY id"

// textShown is how much of a page's text is shown, in bytes.
const textShown = 4000

func (d *Desk) readCaptures(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) error {
	list, err := d.captures(tx, target)
	out.Captures = some(list)
	return err
}

func (d *Desk) captures(tx *sqldb.Tx, target id.Item) ([]client.Capture, error) {
	return sqldb.List(tx, sqlCaptures, []any{target}, func(scan sqldb.Scanner) (c client.Capture, err error) {
		var text string
		if err := scan(&c.ID, sqldb.Into(&c.At), &c.Outcome, &c.Fault, &c.Status, &c.FinalURL, &c.WARC, &c.Size, &c.Title, &c.Language, &text); err != nil {
			return c, err
		}
		c.Text, err = d.text(tx.Context(), text)
		return c, err
	})
}

// text reads the beginning of a page's text from the blob store, whole letters only.
func (d *Desk) text(ctx context.Context, digest string) (string, error) {
	if digest == "" {
		return "", nil
	}
	sum, err := blob.Parse(digest)
	if err != nil {
		return "", err
	}
	file, err := d.Store.Get(ctx, sum)
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, textShown+4))
	return beginning(string(text), textShown), err
}

// beginning cuts a text after at most n bytes, between letters.
func beginning(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}

const (
	sqlMedia = `SELECT m.sha256, m.md5, m.mime, m.size, m.width, m.height, m.pdq, m.quality, m.fault, im.url,
		(SELECT COUNT(*) FROM item_medium o WHERE o.sha256 = m.sha256)
		FROM item_medium im JOIN medium m ON m.sha256 = im.sha256 WHERE im.item_id = $1 ORDER BY im.url`
)

func readMedia(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) (err error) {
	out.Media, err = mediaOf(tx, target)
	return err
}

func mediaOf(tx *sqldb.Tx, target id.Item) ([]client.Medium, error) {
	list, err := sqldb.List(tx, sqlMedia, []any{target}, func(scan sqldb.Scanner) (m client.Medium, err error) {
		return m, scan(&m.SHA256, &m.MD5, &m.MIME, &m.Size, &m.Width, &m.Height, &m.PDQ, &m.Quality, &m.Fault, &m.URL, &m.Items)
	})
	return some(list), err
}

const sqlMediumSeen = `SELECT m.mime FROM medium m WHERE m.sha256 = $1 AND ($2 = '' OR EXISTS (
	SELECT 1 FROM item_medium im JOIN action_item ai ON ai.item_id = im.item_id JOIN action_unit au ON au.action_id = ai.action_id
	WHERE im.sha256 = m.sha256 AND au.unit_id = $2))`

// Medium is the bytes of a medium that a person may see, and what kind they are.
type Medium struct {
	MIME string
	Body io.ReadCloser
}

// Medium opens a medium; the caller closes it.
func (d *Desk) Medium(ctx context.Context, who auth.Principal, digest string) (Medium, error) {
	return view(ctx, d, who, auth.MediaView, func(tx *sqldb.Tx) (m Medium, err error) {
		unit := string(who.Unit)
		if who.SeesAll() {
			unit = ""
		}
		if err := tx.Row(sqlMediumSeen, digest, unit).Scan(&m.MIME); err != nil {
			return m, err
		}
		sum, err := blob.Parse(digest)
		if err != nil {
			return m, err
		}
		m.Body, err = d.Store.Get(ctx, sum)
		return m, err
	})
}
