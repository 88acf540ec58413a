package auth

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Unit is a team: an authority's, a trusted flagger's, a platform's, an oversight body's or the operator's.
type Unit struct {
	ID      id.Unit
	Name    string
	Country string // ISO 3166-1 alpha-2
	Kind    string
}

// UnitKinds are the kinds of unit.
var UnitKinds = []string{"authority", "flagger", "platform", "oversight", "operator"}

const (
	sqlAddUnit = "INSERT INTO unit (id, name, country, kind, created_at) VALUES ($1, $2, $3, $4, $5)"
	sqlUnits   = "SELECT id, name, country, kind FROM unit ORDER BY name"
	sqlUnit    = "SELECT id, name, country, kind FROM unit WHERE id = $1 OR name = $1"
)

// AddUnit makes a unit; its name is unique.
func AddUnit(tx *sqldb.Tx, by audit.Actor, u Unit) (Unit, error) {
	u.Name, u.Country = strings.TrimSpace(u.Name), strings.ToUpper(u.Country)
	if !isName(u.Name) || !isCountry(u.Country) || !slices.Contains(UnitKinds, u.Kind) {
		return u, problem.New(problem.Invalid, "a unit needs a name, a country of two letters and a kind out of %s", strings.Join(UnitKinds, ", "))
	}
	u.ID = id.New[id.Unit](tx.Now)
	if _, err := tx.Exec(sqlAddUnit, u.ID, u.Name, u.Country, u.Kind, sqldb.At(tx.Now)); err != nil {
		if problem.Is(err, problem.Conflict) {
			return u, problem.Wrap(err, problem.Conflict, "there is a unit named %q already; choose another name", u.Name)
		}
		return u, err
	}
	return u, audit.Append(tx, by, audit.Entry{Verb: "unit.added", Subject: string(u.ID), Detail: map[string]string{"name": u.Name, "country": u.Country, "kind": u.Kind}})
}

// isName reports whether a text can name something. What looks like the identifier of a unit
// cannot: UnitByName takes either. PostgreSQL keeps no NUL byte in a text.
func isName(text string) bool {
	return text != "" && !strings.HasPrefix(text, id.Unit("").Prefix()+"_") && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func isCountry(text string) bool {
	return len(text) == 2 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Units lists all units by name.
func Units(tx *sqldb.Tx) ([]Unit, error) { return sqldb.List(tx, sqlUnits, nil, readUnit) }

// UnitByName finds a unit by its name or identifier.
func UnitByName(tx *sqldb.Tx, nameOrID string) (Unit, error) {
	u, err := readUnit(tx.Row(sqlUnit, nameOrID).Scan)
	if problem.Is(err, problem.NotFound) {
		return u, problem.Wrap(err, problem.NotFound, "there is no unit %q; see the list of units", nameOrID)
	}
	return u, err
}

func readUnit(scan sqldb.Scanner) (u Unit, err error) {
	return u, scan(&u.ID, &u.Name, &u.Country, &u.Kind)
}
