package designation

import (
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const sqlReferred = "SELECT e.id FROM designated_entity e JOIN designation_list l ON l.id = e.list_id WHERE e.reference = $1 AND e.last_version >= l.current AND e.first_version <= l.current"

// Named finds the entry that a person names by its identifier or by the publisher's reference.
func Named(tx *sqldb.Tx, name string) (id.Entity, error) {
	name = strings.TrimSpace(name)
	if entity, err := id.Parse[id.Entity](name); err == nil {
		return entity, nil
	}
	found, err := sqldb.Column[id.Entity](tx, sqlReferred, name)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", problem.New(problem.Invalid, "no list has the reference %.80q; look the entry up under /designations", name)
	case len(found) > 1:
		return "", problem.New(problem.Invalid, "%d lists have the reference %.80q; give the identifier of the entry instead", len(found), name)
	}
	return found[0], nil
}
