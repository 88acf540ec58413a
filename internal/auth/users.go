package auth

import (
	"net/mail"
	"slices"
	"strings"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// User is a person of one unit.
type User struct {
	ID       id.User
	Unit     id.Unit
	Name     string
	Email    string
	Roles    []Role
	Platform id.Platform // whose contact, for a platform contact
	Disabled bool
}

const (
	sqlAddMember   = "INSERT INTO member (id, unit_id, name, email, platform_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
	sqlAddRole     = "INSERT INTO member_role (user_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING"
	sqlMembers     = "SELECT id, unit_id, name, email, platform_id, disabled_at IS NOT NULL FROM member ORDER BY name, id"
	sqlMember      = "SELECT id, unit_id, name, email, platform_id, disabled_at IS NOT NULL FROM member WHERE id = $1"
	sqlMemberMail  = "SELECT id, unit_id, name, email, platform_id, disabled_at IS NOT NULL FROM member WHERE email = $1"
	sqlRoles       = "SELECT role FROM member_role WHERE user_id = $1 ORDER BY role"
	sqlDisable     = "UPDATE member SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL"
	sqlMemberCount = "SELECT COUNT(*) FROM member"
)

// AddUser makes a user. A platform contact belongs to one platform and has no other role.
func AddUser(tx *sqldb.Tx, by audit.Actor, u User) (User, error) {
	u.Name, u.Email = strings.TrimSpace(u.Name), strings.ToLower(strings.TrimSpace(u.Email))
	if err := u.check(); err != nil {
		return u, err
	}
	u.ID = id.New[id.User](tx.Now)
	if _, err := tx.Exec(sqlAddMember, u.ID, u.Unit, u.Name, u.Email, u.Platform, sqldb.At(tx.Now)); err != nil {
		switch problem.Of(err) {
		case problem.Conflict:
			return u, problem.Wrap(err, problem.Conflict, "somebody has the e-mail address %q already; a person has one account", u.Email)
		case problem.NotFound:
			return u, problem.Wrap(err, problem.NotFound, "there is no unit %q; see the list of units", u.Unit)
		}
		return u, err
	}
	for _, role := range u.Roles {
		if _, err := tx.Exec(sqlAddRole, u.ID, role); err != nil {
			return u, err
		}
	}
	return u, audit.Append(tx, by, audit.Entry{Verb: "user.added", Subject: string(u.ID), Detail: map[string]any{"unit": u.Unit, "roles": u.Roles}})
}

func (u User) check() error {
	if !isName(u.Name) || !isEmail(u.Email) || len(u.Roles) == 0 {
		return problem.New(problem.Invalid, "a user needs a name, an e-mail address and at least one role")
	}
	for _, role := range u.Roles {
		if !slices.Contains(Roles, role) {
			return problem.New(problem.Invalid, "%q is no role; the roles are %s", role, strings.ReplaceAll(join(Roles), " ", ", "))
		}
	}
	contact := slices.Contains(u.Roles, PlatformContact)
	if contact != (u.Platform != "") || (contact && len(u.Roles) > 1) {
		return problem.New(problem.Invalid, "a platform contact names a platform and has no other role; nobody else names one")
	}
	return nil
}

// isEmail reports whether a text is an address alone, without a name or a comment.
func isEmail(text string) bool {
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Name == "" && parsed.Address == text && isName(text)
}

// Users lists all users by name.
func Users(tx *sqldb.Tx) ([]User, error) {
	users, err := sqldb.List(tx, sqlMembers, nil, readUser)
	for i := range users {
		if err == nil {
			users[i].Roles, err = sqldb.Column[Role](tx, sqlRoles, users[i].ID)
		}
	}
	return users, err
}

// GetUser finds a user by identifier.
func GetUser(tx *sqldb.Tx, user id.User) (User, error) { return oneUser(tx, sqlMember, string(user)) }

// UserByEmail finds a user by e-mail address.
func UserByEmail(tx *sqldb.Tx, email string) (User, error) {
	return oneUser(tx, sqlMemberMail, strings.ToLower(strings.TrimSpace(email)))
}

// NoUsers reports whether nobody has been added yet.
func NoUsers(tx *sqldb.Tx) (bool, error) {
	var n int
	err := tx.Row(sqlMemberCount).Scan(&n)
	return n == 0, err
}

// DisableUser ends all access of a user at once; what the user did stays.
func DisableUser(tx *sqldb.Tx, by audit.Actor, user id.User) error {
	n, err := tx.Exec(sqlDisable, sqldb.At(tx.Now), user)
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "user.disabled", Subject: string(user)})
}

// PrincipalOf is the user as who asks, with all that the roles allow.
func PrincipalOf(tx *sqldb.Tx, user id.User) (Principal, error) {
	u, err := GetUser(tx, user)
	if err != nil {
		return Principal{}, err
	}
	if u.Disabled {
		return Principal{}, problem.New(problem.Unauthenticated, "this account is disabled; ask an administrator of Argine")
	}
	unit, err := UnitByName(tx, string(u.Unit))
	return Principal{User: u.ID, Unit: u.Unit, Name: u.Name, Email: u.Email, UnitName: unit.Name, Roles: u.Roles, Platform: u.Platform}, err
}

func oneUser(tx *sqldb.Tx, q sqldb.SQL, key string) (User, error) {
	u, err := readUser(tx.Row(q, key).Scan)
	if problem.Is(err, problem.NotFound) {
		return u, problem.Wrap(err, problem.NotFound, "there is no user %q; see the list of users", key)
	}
	if err == nil {
		u.Roles, err = sqldb.Column[Role](tx, sqlRoles, u.ID)
	}
	return u, err
}

func readUser(scan sqldb.Scanner) (u User, err error) {
	return u, scan(&u.ID, &u.Unit, &u.Name, &u.Email, &u.Platform, &u.Disabled)
}
