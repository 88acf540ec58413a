package designation

import (
	"io"
	"strings"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// openCSV reads a table: a national list, or one that was written off from paper.
func openCSV(r io.Reader) (*Reader, error) {
	in, err := lines.New(r, 256<<10)
	if err != nil {
		return nil, err
	}
	table, err := lines.NewTable(in, []string{"reference", "name"}, []string{"kind", "aliases", "former", "original", "programme", "listed_on", "note", "ideology"})
	if err != nil {
		return nil, err
	}
	return &Reader{next: func() (Read, error) {
		row, err := table.Next()
		if err != nil {
			return Read{}, err
		}
		entry, err := ofRow(row)
		return Read{Entry: entry, Line: row.Number, Text: lines.Show(row.Text), Err: err}, nil
	}}, nil
}

func ofRow(row lines.Row) (Entry, error) {
	if row.Err != nil {
		return Entry{}, row.Err
	}
	e := Entry{Reference: row.Field("reference"), Name: row.Field("name"), Programme: row.Field("programme"), ListedOn: row.Field("listed_on"), Note: row.Field("note"),
		Ideology: strings.ToLower(strings.TrimSpace(row.Field("ideology")))}
	if e.Ideology != "" && !law.IsIdeology(e.Ideology) {
		return e, problem.New(problem.Invalid, "%.40q is no ideology that is counted by; leave it empty, or use one of %s", e.Ideology, ideologies())
	}
	switch strings.ToLower(strings.TrimSpace(row.Field("kind"))) {
	case "", "group", "entity":
		e.Kind = Group
	case "person", "individual":
		e.Kind = Person
	default:
		return e, problem.New(problem.Invalid, "kind is person or group, not %.40q", row.Field("kind"))
	}
	for _, column := range []struct{ name, quality string }{{"original", NameOriginal}, {"aliases", NameAlias}, {"former", NameFormer}} {
		for name := range strings.SplitSeq(row.Field(column.name), "|") {
			e.Names = append(e.Names, Name{name, column.quality})
		}
	}
	return e, nil
}

func ideologies() string {
	var names []string
	for _, i := range law.Ideologies() {
		names = append(names, i.Name)
	}
	return strings.Join(names, ", ")
}
