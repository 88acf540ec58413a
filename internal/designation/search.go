package designation

import (
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// maxWords is how many words of a question are looked for; the statement has a place for each.
const maxWords = 5

const (
	entityColumns = "e.id, e.list_id, e.reference, e.kind, e.name, e.programme, e.listed_on, e.note, e.ideology, e.first_version, e.last_version, l.current"
	fromEntity    = " FROM designated_entity e JOIN designation_list l ON l.id = e.list_id "
	// An entry that only a version has that is not in force yet is not shown.
	sqlFind = "SELECT " + entityColumns + fromEntity + "WHERE e.first_version <= l.current AND ($1 = '' OR e.list_id = $1) AND (CAST($2 AS TEXT) = '' OR e.reference = $2 OR EXISTS (" +
		"SELECT 1 FROM designated_name n WHERE n.entity_id = e.id AND n.search LIKE $3 AND n.search LIKE $4 AND n.search LIKE $5 AND n.search LIKE $6 AND n.search LIKE $7)) " +
		"ORDER BY CASE WHEN e.last_version >= l.current THEN 0 ELSE 1 END, e.name, e.id LIMIT $8"
	sqlEntity  = "SELECT " + entityColumns + fromEntity + "WHERE e.id = $1"
	sqlNamesOf = "SELECT name, quality FROM designated_name WHERE entity_id = $1 ORDER BY place"
)

// Find looks for entries by words of their names, in any script, or by reference. Those that
// are listed come before those that no longer are.
func Find(tx *sqldb.Tx, question string, list id.List, limit int) ([]Entity, error) {
	question = strings.TrimSpace(question)
	words := strings.Fields(Search(question))
	if question != "" && len(words) == 0 {
		return nil, nil
	}
	args := []any{list, question}
	for i := range maxWords {
		pattern := "%"
		if i < len(words) {
			pattern = "% " + words[i] + "%" // Search leaves no sign that means something to LIKE
		}
		args = append(args, pattern)
	}
	found, err := sqldb.List(tx, sqlFind, append(args, limit), readEntity)
	for i := range found {
		if err == nil {
			found[i].Names, err = names(tx, found[i].ID)
		}
	}
	return found, err
}

func readEntity(scan sqldb.Scanner) (e Entity, err error) {
	var current int
	err = scan(&e.ID, &e.List, &e.Reference, &e.Kind, &e.Name, &e.Programme, &e.ListedOn, &e.Note, &e.Ideology, &e.First, &e.Last, &current)
	e.Listed = current > 0 && e.First <= current && e.Last >= current
	return e, err
}

func names(tx *sqldb.Tx, entity id.Entity) ([]Name, error) {
	return sqldb.List(tx, sqlNamesOf, []any{entity}, func(scan sqldb.Scanner) (n Name, err error) { return n, scan(&n.Text, &n.Quality) })
}

// Get gives one entry.
func Get(tx *sqldb.Tx, entity id.Entity) (Entity, error) {
	e, err := readEntity(tx.Row(sqlEntity, entity).Scan)
	if problem.Is(err, problem.NotFound) {
		return e, problem.New(problem.NotFound, "there is no entry %q on any list; look it up under /designations", entity)
	}
	if err != nil {
		return e, err
	}
	e.Names, err = names(tx, entity)
	return e, err
}

// Freeze gives an entry as an assessment can rest on it now. One that is not listed cannot be
// rested on.
func Freeze(tx *sqldb.Tx, entity id.Entity) (Frozen, error) {
	e, err := Get(tx, entity)
	if err != nil {
		return Frozen{}, err
	}
	if !e.Listed {
		return Frozen{}, problem.New(problem.Refused, "%s (%s) is no longer listed; say in words why it matters here", e.Name, e.Reference)
	}
	list, err := readList(tx.Row(sqlList, e.List).Scan)
	if err != nil {
		return Frozen{}, err
	}
	v, err := readVersion(tx.Row(sqlVersion, list.ID, list.Current).Scan)
	return Frozen{Entity: e.ID, List: list.ID, ListName: list.Name, Reference: e.Reference, Name: e.Name, Version: v.Number, Label: v.Label, Dated: v.Dated, SHA256: v.SHA256, Ideology: e.Ideology}, err
}
