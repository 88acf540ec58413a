package register

import (
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	columns = "id, name, member_state, roles, address, email, telephone, domains, webhook_keys, dkim_domains, languages, redress_body, redress_deadline, redress_provisions, made_up, edition, verified_at, verified_by"
	sqlAdd  = "INSERT INTO authority (" + columns + ", changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
	sqlSet  = "UPDATE authority SET name = $2, member_state = $3, roles = $4, address = $5, email = $6, telephone = $7, domains = $8, webhook_keys = $9, dkim_domains = $10, languages = $11, redress_body = $12, redress_deadline = $13, redress_provisions = $14, made_up = $15, edition = $16, verified_at = $17, verified_by = $18, changed_at = $19 WHERE id = $1"
	sqlSame = "SELECT " + columns + " FROM authority WHERE member_state = $1 AND name = $2"
	sqlGet  = "SELECT " + columns + " FROM authority WHERE id = $1"
	sqlList = "SELECT " + columns + " FROM authority ORDER BY member_state, name"
	sqlSure = "UPDATE authority SET verified_at = $2, verified_by = $3 WHERE id = $1"
)

// Changes is what an import came to.
type Changes struct {
	Added, Changed, Same int
}

// Import takes authorities into the register. An authority is known by its member state and
// name; one that is there already takes the new data. Who was verified and has another
// contact or other keys now is so no more: somebody must make sure anew.
func Import(tx *sqldb.Tx, by audit.Actor, list []Authority) (Changes, error) {
	var sum Changes
	for _, a := range list {
		a, err := a.Check()
		if err != nil {
			return sum, err
		}
		before, err := read(tx.Row(sqlSame, a.MemberState, a.Name).Scan)
		switch {
		case problem.Is(err, problem.NotFound):
			a.ID, a.VerifiedAt, a.VerifiedBy = id.New[id.Authority](tx.Now), time.Time{}, ""
			sum.Added++
			err = a.write(tx, by, sqlAdd, "register.added")
		case err != nil:
			return sum, err
		default:
			a.ID, a.VerifiedAt, a.VerifiedBy = before.ID, before.VerifiedAt, before.VerifiedBy
			if a.equal(before) {
				sum.Same++
				continue
			}
			if !a.reachedAs(before) {
				a.VerifiedAt, a.VerifiedBy = time.Time{}, ""
			}
			sum.Changed++
			err = a.write(tx, by, sqlSet, "register.changed")
		}
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func (a Authority) write(tx *sqldb.Tx, by audit.Actor, q sqldb.SQL, verb string) error {
	_, err := tx.Exec(q, a.ID, a.Name, a.MemberState, joined(a.Roles), a.Address, a.Email, a.Telephone, joined(a.Domains), joined(a.WebhookKeys),
		joined(a.DKIMDomains), joined(a.Languages), a.Redress.Body, a.Redress.Deadline, a.Redress.Provisions, a.MadeUp, a.Edition,
		sqldb.At(a.VerifiedAt), a.VerifiedBy, sqldb.At(tx.Now))
	if err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(a.ID), Detail: a})
}

// equal compares all but what is not in a file.
func (a Authority) equal(b Authority) bool {
	return a.reachedAs(b) && slices.Equal(a.Roles, b.Roles) && a.Address == b.Address && a.Telephone == b.Telephone &&
		slices.Equal(a.Languages, b.Languages) && a.Redress == b.Redress && a.MadeUp == b.MadeUp && a.Edition == b.Edition
}

// reachedAs compares what a person makes sure of.
func (a Authority) reachedAs(b Authority) bool {
	return a.Email == b.Email && slices.Equal(a.Domains, b.Domains) && slices.Equal(a.WebhookKeys, b.WebhookKeys) && slices.Equal(a.DKIMDomains, b.DKIMDomains)
}

// Verify records that somebody made sure of the contact and the keys, now.
func Verify(tx *sqldb.Tx, by audit.Actor, authority id.Authority) error {
	n, err := tx.Exec(sqlSure, authority, sqldb.At(tx.Now), by.User)
	if err != nil {
		return err
	}
	if n == 0 {
		return missing(authority)
	}
	return audit.Append(tx, by, audit.Entry{Verb: "register.verified", Subject: string(authority)})
}

// Get returns one authority.
func Get(tx *sqldb.Tx, authority id.Authority) (Authority, error) {
	a, err := read(tx.Row(sqlGet, authority).Scan)
	if problem.Is(err, problem.NotFound) {
		err = missing(authority)
	}
	return a, err
}

func missing(authority id.Authority) error {
	return problem.New(problem.NotFound, "there is no authority %q in the register; import it with `argine register import`", authority)
}

// All gives the whole register, by member state and name.
func All(tx *sqldb.Tx) (Book, error) { return sqldb.List(tx, sqlList, nil, read) }

// ByState gives the authorities of a member state that are competent for it; role "" means any.
func ByState(tx *sqldb.Tx, state, role string) ([]Authority, error) {
	book, err := All(tx)
	return book.ByState(state, role), err
}

// ByDomain gives the authorities whose mail comes from the domain.
func ByDomain(tx *sqldb.Tx, domain string) ([]Authority, error) {
	book, err := All(tx)
	return book.ByDomain(domain), err
}

// RedressIn is what an order of the member state says about contesting it.
func RedressIn(tx *sqldb.Tx, state string) (Redress, bool, error) {
	book, err := All(tx)
	if err != nil {
		return Redress{}, false, err
	}
	r, ok := book.RedressIn(state)
	return r, ok, nil
}

func read(scan sqldb.Scanner) (a Authority, err error) {
	var roles, domains, keys, dkim, languages string
	err = scan(&a.ID, &a.Name, &a.MemberState, &roles, &a.Address, &a.Email, &a.Telephone, &domains, &keys, &dkim, &languages,
		&a.Redress.Body, &a.Redress.Deadline, &a.Redress.Provisions, &a.MadeUp, &a.Edition, sqldb.Into(&a.VerifiedAt), &a.VerifiedBy)
	for text, list := range map[*[]string]string{&a.Roles: roles, &a.Domains: domains, &a.WebhookKeys: keys, &a.DKIMDomains: dkim, &a.Languages: languages} {
		if list != "" {
			*text = strings.Fields(list)
		}
	}
	return a, err
}

func joined(list []string) string { return strings.Join(list, " ") }
