package platform

import (
	"slices"
	"strings"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Reasons why a host is protected.
var Reasons = []string{"news", "library", "archive", "university", "parliament", "court"}

const (
	sqlProtected = "SELECT reason FROM protected_host WHERE host = $1"
	sqlProtect   = "INSERT INTO protected_host (host, reason, added_at) VALUES ($1, $2, $3)"
	sqlReason    = "UPDATE protected_host SET reason = $2 WHERE host = $1"
)

// Protect puts a host, with all below it, on the protected list. Doing so again changes
// nothing, or the reason.
func Protect(tx *sqldb.Tx, by audit.Actor, host, reason string) error {
	host, err := protectable(host)
	if err != nil {
		return err
	}
	if !slices.Contains(Reasons, reason) {
		return problem.New(problem.Invalid, "%.40q is no reason to protect a host; choose one of %s", reason, strings.Join(Reasons, ", "))
	}
	before, err := sqldb.Column[string](tx, sqlProtected, host)
	switch {
	case err != nil:
		return err
	case len(before) == 0:
		_, err = tx.Exec(sqlProtect, host, reason, sqldb.At(tx.Now))
	case before[0] == reason:
		return nil
	default:
		_, err = tx.Exec(sqlReason, host, reason)
	}
	if err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "host.protected", Subject: host, Detail: map[string]string{"reason": reason}})
}

// protectable brings a host to the form of canonical links. A single label would protect a
// whole top-level domain.
func protectable(host string) (string, error) {
	given := host
	host = strings.TrimPrefix(strings.TrimSpace(host), "*.")
	name, port := normal(host)
	if port != "" || !strings.Contains(name, ".") || strings.ContainsAny(name, "/ \t@?#\\%") {
		return "", problem.New(problem.Invalid, "%.80q is not a host to protect; write it like www.library.example, without https:// and path", given)
	}
	return name, nil
}

// ProtectedReason returns why a host, in the form of canonical links, is protected, itself
// or through one above it; "" when it is not. The closest one counts.
func ProtectedReason(tx *sqldb.Tx, host string) (string, error) {
	for more := true; more; _, host, more = strings.Cut(host, ".") {
		reason, err := sqldb.Column[string](tx, sqlProtected, host)
		if err != nil || len(reason) > 0 {
			return strings.Join(reason, ""), err
		}
	}
	return "", nil
}
