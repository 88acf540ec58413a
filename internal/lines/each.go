package lines

import (
	"io"
	"strings"
)

// Each calls fn for every line that is not empty, to the end. A line that is no text comes
// with its fault like any other that cannot be used. An error of fn ends it.
func Each(in *Reader, fn func(Line) error) error {
	return all(in.Next, func(line Line) error {
		if line.Err == nil && strings.TrimSpace(line.Text) == "" {
			return nil
		}
		if line.Err == nil {
			line.Err = Usable(line.Text)
		}
		return fn(line)
	})
}

// EachRow reads a file as a table, see NewTable, and calls fn for every row. An error of fn ends it.
func EachRow(in *Reader, needed, others []string, fn func(Row) error) error {
	table, err := NewTable(in, needed, others)
	if err != nil {
		return err
	}
	return all(table.Next, fn)
}

func all[T any](next func() (T, error), fn func(T) error) error {
	for {
		one, err := next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = fn(one)
		}
		if err != nil {
			return err
		}
	}
}
