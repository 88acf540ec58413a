package signin

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func (b *bench) invite(user id.User) (secret string) {
	b.Helper()
	b.must(func(tx *sqldb.Tx) (err error) { secret, err = b.desk.Invite(tx, by, user); return err })
	return secret
}

// The only test that goes the whole way at full cost: decoy, new password, right, wrong.
func TestTheFirstAdministrator(t *testing.T) {
	each(t, func(b *bench) {
		b.desk = New(b.db)
		if !strings.HasPrefix(b.desk.decoy(), "$argon2id$v=19$m=65536,t=3,p=2$") {
			b.Errorf("an unknown address costs something else: %s", b.desk.decoy())
		}
		first, err := b.desk.FirstAdministrator(b.Context())
		if err != nil || len(first) != 43 {
			b.Fatalf("%q, %v", first, err)
		}
		second, err := b.desk.FirstAdministrator(b.Context()) // a start before the link was used
		if err != nil || second == "" || second == first {
			b.Fatalf("%q, %v", second, err)
		}
		b.refused(b.desk.Accept(b.Context(), first, password), problem.NotFound)
		b.refused(b.desk.Accept(b.Context(), second, "short"), problem.Invalid)
		user, err := b.desk.Invited(b.Context(), second)
		if err != nil || user.Email != "admin@localhost" || len(user.Roles) != 1 || user.Roles[0] != auth.Administrator {
			b.Fatalf("%+v, %v", user, err)
		}
		if err := b.desk.Accept(b.Context(), second, password); err != nil {
			b.Fatal(err)
		}
		b.refused(b.desk.Accept(b.Context(), second, password), problem.NotFound)
		_, err = b.desk.Invited(b.Context(), second)
		b.refused(err, problem.NotFound)
		if third, err := b.desk.FirstAdministrator(b.Context()); err != nil || third != "" {
			b.Errorf("after the link was used there is another: %q, %v", third, err)
		}
		_, who, err := b.desk.SignIn(b.Context(), "admin@localhost", password, addr)
		if err != nil || who.User != user.ID || !who.May(auth.PeopleManage) || who.UnitName != "Operator" {
			b.Errorf("%+v, %v", who, err)
		}
		_, _, err = b.desk.SignIn(b.Context(), "admin@localhost", password+".", addr)
		b.refused(err, problem.Unauthenticated)
		everything := b.rows()
		for _, secret := range []string{first, second, password} {
			if strings.Contains(everything, secret) {
				b.Error("a secret stands in the database")
			}
		}
		if got := b.verbs(string(user.ID)); got != "user.added user.invited user.invited password.set session.opened" {
			b.Errorf("events: %s", got)
		}
	})
}

func TestNoFirstAdministratorWhereThereAreUsers(t *testing.T) {
	each(t, func(b *bench) {
		b.member("one@unit.example")
		if secret, err := b.desk.FirstAdministrator(b.Context()); err != nil || secret != "" {
			b.Errorf("%q, %v", secret, err)
		}
	})
}

func TestADisabledFirstAdministratorGetsNoLink(t *testing.T) {
	each(t, func(b *bench) {
		if _, err := b.desk.FirstAdministrator(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.must(func(tx *sqldb.Tx) error {
			admin, err := FirstAccount(tx, auth.Administrator)
			if err != nil {
				return err
			}
			return auth.DisableUser(tx, by, admin)
		})
		if secret, err := b.desk.FirstAdministrator(b.Context()); err != nil || secret != "" {
			b.Errorf("%q, %v", secret, err)
		}
	})
}

func TestLinksEnd(t *testing.T) {
	each(t, func(b *bench) {
		user := b.member("one@unit.example")
		open := b.signIn(user.Email)
		older := b.invite(user.ID)
		newer := b.invite(user.ID)
		_, err := b.desk.Invited(b.Context(), older)
		b.refused(err, problem.NotFound)
		*b.now = b.now.Add(invitationLife - time.Second)
		if got, err := b.desk.Invited(b.Context(), newer); err != nil || got.ID != user.ID {
			b.Errorf("a second before its end: %+v, %v", got, err)
		}
		*b.now = b.now.Add(time.Second)
		b.refused(b.desk.Accept(b.Context(), newer, password), problem.NotFound)
		b.refused(b.desk.Accept(b.Context(), "unknown", password), problem.NotFound)
		if _, err := b.desk.Session(b.Context(), open); err == nil {
			b.Error("a session of a week ago is open")
		}
		err = b.db.Update(b.Context(), func(tx *sqldb.Tx) error { _, err := b.desk.Invite(tx, by, "usr_none"); return err })
		b.refused(err, problem.NotFound)
	})
}

// A new password ends the sessions that the old one opened.
func TestANewPasswordEndsSessions(t *testing.T) {
	each(t, func(b *bench) {
		user := b.member("one@unit.example")
		other := b.member("two@unit.example")
		open, others := b.signIn(user.Email), b.signIn(other.Email)
		if err := b.desk.Accept(b.Context(), b.invite(user.ID), "another four good words"); err != nil {
			b.Fatal(err)
		}
		_, err := b.desk.Session(b.Context(), open)
		b.refused(err, problem.Unauthenticated)
		if _, err := b.desk.Session(b.Context(), others); err != nil {
			b.Errorf("another person was signed out: %v", err)
		}
		b.refused(b.try(user.Email, addr), problem.Unauthenticated) // the old password
	})
}
