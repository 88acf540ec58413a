package action

import (
	"io"

	"github.com/argine/argine/internal/lines"
)

// readCSV reads a table whose header names the column url.
func readCSV(in *lines.Reader, fn func(Line) error) error {
	table, err := lines.NewTable(in, []string{"url"}, []string{"source", "note", "seen_at"})
	if err != nil {
		return err
	}
	for {
		row, err := table.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		line := Line{URL: row.Field("url"), Source: row.Field("source"), Note: row.Field("note"), Err: row.Err}
		if line.Err == nil {
			line.SeenAt, line.Err = seenAt(row.Field("seen_at"))
		}
		if err := fn(finish(line, row.Number, row.Text)); err != nil {
			return err
		}
	}
}
