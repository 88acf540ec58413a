package action

import (
	"github.com/argine/argine/internal/lines"
)

// readCSV reads a table whose header names the column url.
func readCSV(in *lines.Reader, fn func(Line) error) error {
	return lines.EachRow(in, []string{"url"}, []string{"source", "note", "seen_at"}, func(row lines.Row) error {
		line := Line{URL: row.Field("url"), Source: row.Field("source"), Note: row.Field("note"), Err: row.Err}
		if line.Err == nil {
			line.SeenAt, line.Err = seenAt(row.Field("seen_at"))
		}
		return fn(finish(line, row.Number, row.Text))
	})
}
