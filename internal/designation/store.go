package designation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	listColumns   = "id, source, name, current"
	sqlLists      = "SELECT " + listColumns + " FROM designation_list ORDER BY name"
	sqlList       = "SELECT " + listColumns + " FROM designation_list WHERE id = $1"
	sqlListNamed  = "SELECT " + listColumns + " FROM designation_list WHERE name = $1"
	sqlAddList    = "INSERT INTO designation_list (id, source, name, current, created_at) VALUES ($1, $2, $3, 0, $4)"
	sqlSetCurrent = "UPDATE designation_list SET current = $2 WHERE id = $1"

	versionColumns = "list_id, number, label, dated_at, sha256, state, entries, failed, added, changed, delisted, imported_at, imported_by"
	sqlVersions    = "SELECT " + versionColumns + " FROM designation_version WHERE list_id = $1 ORDER BY number DESC"
	sqlVersion     = "SELECT " + versionColumns + " FROM designation_version WHERE list_id = $1 AND number = $2"
	sqlVersionFile = "SELECT " + versionColumns + " FROM designation_version WHERE list_id = $1 AND sha256 = $2"
	sqlNewest      = "SELECT COALESCE(MAX(number), 0) FROM designation_version WHERE list_id = $1"
	sqlAddVersion  = "INSERT INTO designation_version (" + versionColumns + ") VALUES ($1, $2, $3, $4, $5, 'taking', 0, 0, 0, 0, 0, $6, $7)"
	sqlDropVersion = "DELETE FROM designation_version WHERE list_id = $1 AND number = $2 AND state <> 'taken'"
	sqlCount       = "UPDATE designation_version SET entries = entries + $3, added = added + $4, changed = changed + $5 WHERE list_id = $1 AND number = $2"
	sqlEnd         = "UPDATE designation_version SET state = $3, failed = $4, delisted = $5 WHERE list_id = $1 AND number = $2"

	sqlSame      = "SELECT id, sum, last_version FROM designated_entity WHERE list_id = $1 AND reference = $2"
	sqlAddEntity = "INSERT INTO designated_entity (id, list_id, reference, kind, name, programme, listed_on, note, sum, first_version, last_version, ideology) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)"
	sqlSetEntity = "UPDATE designated_entity SET kind = $2, name = $3, programme = $4, listed_on = $5, note = $6, sum = $7, last_version = $8, ideology = $9 WHERE id = $1"
	sqlSeen      = "UPDATE designated_entity SET last_version = $2 WHERE id = $1"
	sqlForget    = "DELETE FROM designated_name WHERE entity_id = $1"
	sqlAddName   = "INSERT INTO designated_name (entity_id, place, name, quality, search) VALUES ($1, $2, $3, $4, $5)"
	sqlLeft      = "SELECT reference FROM designated_entity WHERE list_id = $1 AND first_version <= $2 AND last_version >= $2 AND last_version < $3 ORDER BY reference"
	sqlStanding  = "SELECT COUNT(*) FROM designated_entity WHERE list_id = $1 AND last_version >= $2 AND first_version <= $2"
	sqlHas       = "SELECT COUNT(*) FROM designated_entity WHERE list_id = $1 AND last_version = $2"

	// What only versions have that were never put in force is nobody's entry.
	sqlClearNames    = "DELETE FROM designated_name WHERE entity_id IN (SELECT id FROM designated_entity WHERE list_id = $1 AND first_version > $2)"
	sqlClearEntities = "DELETE FROM designated_entity WHERE list_id = $1 AND first_version > $2"
)

// Begin opens the next version of a list, making the list when there is none. A file that was
// taken before is given as it was; one whose taking was interrupted is begun anew.
func Begin(tx *sqldb.Tx, by audit.Actor, source, name string, header Header, sum string) (List, Version, error) {
	list, err := listFor(tx, by, source, name)
	if err != nil {
		return list, Version{}, err
	}
	before, err := readVersion(tx.Row(sqlVersionFile, list.ID, sum).Scan)
	if err == nil && before.State == Taken {
		return list, before, nil
	}
	if err != nil && !problem.Is(err, problem.NotFound) {
		return list, before, err
	}
	if err := newer(tx, list, header); err != nil {
		return list, before, err
	}
	var last int
	if err := tx.Row(sqlNewest, list.ID).Scan(&last); err != nil {
		return list, before, err
	}
	for _, q := range []sqldb.SQL{sqlClearNames, sqlClearEntities} {
		if _, err := tx.Exec(q, list.ID, list.Current); err != nil {
			return list, before, err
		}
	}
	if _, err := tx.Exec(sqlDropVersion, list.ID, before.Number); err != nil {
		return list, before, err
	}
	v := Version{List: list.ID, Number: last + 1, Label: header.Label, Dated: header.Dated, SHA256: sum, State: Taking, ImportedAt: tx.Now, ImportedBy: by.User}
	if _, err := tx.Exec(sqlAddVersion, v.List, v.Number, v.Label, sqldb.At(v.Dated), v.SHA256, sqldb.At(v.ImportedAt), v.ImportedBy); err != nil {
		return list, v, err
	}
	return list, v, audit.Append(tx, by, audit.Entry{Verb: "designation.begun", Subject: string(list.ID), Detail: map[string]any{"version": v.Number, "label": v.Label, "sha256": v.SHA256}})
}

func listFor(tx *sqldb.Tx, by audit.Actor, source, name string) (List, error) {
	name = oneLine(name)
	for of, fixed := range listNames {
		if of == source {
			name = fixed
		} else if name == fixed {
			return List{}, problem.New(problem.Conflict, "the name %q is that of the list with the source %s; give this one another", name, of)
		}
	}
	if name == "" || len(name) > 200 {
		return List{}, problem.New(problem.Invalid, "a table needs the name of its list, of at most 200 bytes, such as \"National list of XA\"")
	}
	list, err := readList(tx.Row(sqlListNamed, name).Scan)
	if !problem.Is(err, problem.NotFound) {
		return list, err
	}
	list = List{ID: id.New[id.List](tx.Now), Source: source, Name: name}
	if _, err := tx.Exec(sqlAddList, list.ID, list.Source, list.Name, sqldb.At(tx.Now)); err != nil {
		return list, err
	}
	return list, audit.Append(tx, by, audit.Entry{Verb: "designation.list_added", Subject: string(list.ID), Detail: map[string]string{"name": name, "source": source}})
}

// newer refuses a file that is older than what is in force: what came onto the list since
// would count as delisted.
func newer(tx *sqldb.Tx, list List, header Header) error {
	if list.Current == 0 || header.Dated.IsZero() {
		return nil
	}
	now, err := readVersion(tx.Row(sqlVersion, list.ID, list.Current).Scan)
	if err == nil && header.Dated.Before(now.Dated) {
		return problem.New(problem.Conflict, "the file is of %s and the version in force of %s; fetch the newest one", header.Dated.Format(time.DateOnly), now.Dated.Format(time.DateOnly))
	}
	return err
}

// Take takes entries into a version that was begun. All of its pieces and Finish belong into one
// transaction: entries and names have no versions, so that a half of them would count. It tells which of the entries have a reference that the version had
// already, and were passed over.
func Take(tx *sqldb.Tx, by audit.Actor, v Version, entries []Entry) (twice []int, err error) {
	var added, changed int
	for i, e := range entries {
		sum, err := e.sum()
		if err != nil {
			return nil, err
		}
		var there id.Entity
		var had string
		var last int
		err = tx.Row(sqlSame, v.List, e.Reference).Scan(&there, &had, &last)
		switch {
		case problem.Is(err, problem.NotFound):
			added++
			there = id.New[id.Entity](tx.Now)
			_, err = tx.Exec(sqlAddEntity, there, v.List, e.Reference, e.Kind, e.Name, e.Programme, e.ListedOn, e.Note, sum, v.Number, e.Ideology)
		case err != nil:
		case last == v.Number:
			twice = append(twice, i)
			continue
		case had == sum:
			if _, err := tx.Exec(sqlSeen, there, v.Number); err != nil {
				return nil, err
			}
			continue
		default:
			changed++
			_, err = tx.Exec(sqlSetEntity, there, e.Kind, e.Name, e.Programme, e.ListedOn, e.Note, sum, v.Number, e.Ideology)
		}
		if err == nil {
			err = setNames(tx, there, e.Names)
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := tx.Exec(sqlCount, v.List, v.Number, len(entries)-len(twice), added, changed); err != nil {
		return nil, err
	}
	return twice, audit.Append(tx, by, audit.Entry{Verb: "designation.entries", Subject: string(v.List), Detail: map[string]int{"version": v.Number, "entries": len(entries) - len(twice), "added": added, "changed": changed}})
}

func setNames(tx *sqldb.Tx, entity id.Entity, names []Name) error {
	if _, err := tx.Exec(sqlForget, entity); err != nil {
		return err
	}
	rows := make([][]any, len(names))
	for i, n := range names {
		rows[i] = []any{entity, i, n.Text, n.Quality, " " + Search(n.Text)}
	}
	_, err := tx.InsertRows(sqlAddName, rows)
	return err
}

func (e Entry) sum() (string, error) {
	text, err := json.Marshal(e)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// maxTold is how many references an event names.
const maxTold = 500

// leastShare is the share of a list, in per cent, that its next version must have at least for
// it to be taken unasked.
const leastShare = 50

// Finish puts a version in force. One that has lost more than half of the list is refused,
// unless the person says that it is meant: it is more often the wrong file.
func Finish(tx *sqldb.Tx, by audit.Actor, v Version, failed int, anyway bool) (Version, error) {
	list, err := readList(tx.Row(sqlList, v.List).Scan)
	if err != nil {
		return v, err
	}
	if v, err = readVersion(tx.Row(sqlVersion, v.List, v.Number).Scan); err != nil {
		return v, problem.Wrap(err, problem.Conflict, "another import of %s ran at the same time; import the newest file again", list.Name)
	}
	var before, has int
	if err := tx.Row(sqlStanding, v.List, list.Current).Scan(&before); err != nil {
		return v, err
	}
	if err := tx.Row(sqlHas, v.List, v.Number).Scan(&has); err != nil {
		return v, err
	}
	left, err := sqldb.Column[string](tx, sqlLeft, v.List, list.Current, v.Number)
	switch {
	case err != nil:
		return v, err
	case has != v.Entries || list.Current >= v.Number:
		return v, problem.New(problem.Conflict, "another import of %s ran at the same time; import the newest file again", list.Name)
	case v.Entries == 0:
		return v, problem.New(problem.Refused, "no entry of the file can be used; nothing is changed")
	case !anyway && len(left)*100 > before*(100-leastShare):
		return v, problem.New(problem.Refused, "%d of %d entries of %s are not in this file; look whether it is the right one, and import it again saying that it is meant", len(left), before, list.Name)
	}
	v.State, v.Failed, v.Delisted = Taken, failed, len(left)
	if _, err := tx.Exec(sqlEnd, v.List, v.Number, v.State, v.Failed, v.Delisted); err != nil {
		return v, err
	}
	if _, err := tx.Exec(sqlSetCurrent, v.List, v.Number); err != nil {
		return v, err
	}
	return v, audit.Append(tx, by, audit.Entry{Verb: "designation.taken", Subject: string(v.List), Detail: map[string]any{"version": v.Number, "label": v.Label, "sha256": v.SHA256,
		"entries": v.Entries, "failed": v.Failed, "added": v.Added, "changed": v.Changed, "delisted": v.Delisted, "left": strings.Join(left[:min(len(left), maxTold)], ", ")}})
}

// Abandon ends a version whose file could not be read to its end. What is in force stays.
func Abandon(tx *sqldb.Tx, by audit.Actor, v Version, why string) error {
	if _, err := tx.Exec(sqlEnd, v.List, v.Number, Abandoned, 0, 0); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "designation.abandoned", Subject: string(v.List), Detail: map[string]any{"version": v.Number, "why": why}})
}

func readList(scan sqldb.Scanner) (l List, err error) {
	return l, scan(&l.ID, &l.Source, &l.Name, &l.Current)
}

func readVersion(scan sqldb.Scanner) (v Version, err error) {
	return v, scan(&v.List, &v.Number, &v.Label, sqldb.Into(&v.Dated), &v.SHA256, &v.State, &v.Entries, &v.Failed, &v.Added, &v.Changed, &v.Delisted, sqldb.Into(&v.ImportedAt), &v.ImportedBy)
}

// Lists gives all lists by name.
func Lists(tx *sqldb.Tx) ([]List, error) { return sqldb.List(tx, sqlLists, nil, readList) }

// Versions gives the versions of a list, newest first.
func Versions(tx *sqldb.Tx, list id.List) ([]Version, error) {
	return sqldb.List(tx, sqlVersions, []any{list}, readVersion)
}
