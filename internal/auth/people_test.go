package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_admin", Unit: "unt_operator"}

// bench is a database with a clock that the test owns.
type bench struct {
	*testing.T
	db  *sqldb.DB
	now *time.Time
}

func each(t *testing.T, fn func(b *bench)) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, db *sqldb.DB) { fn(&bench{t, db, &now}) })
}

func (b *bench) update(fn func(tx *sqldb.Tx) error) error { return b.db.Update(b.Context(), fn) }

func (b *bench) must(fn func(tx *sqldb.Tx) error) {
	b.Helper()
	if err := b.update(fn); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) unit(name string) (u auth.Unit) {
	b.Helper()
	b.must(func(tx *sqldb.Tx) (err error) {
		u, err = auth.AddUnit(tx, by, auth.Unit{Name: name, Country: "XA", Kind: "authority"})
		return err
	})
	return u
}

func (b *bench) user(unit auth.Unit, email string, roles ...auth.Role) (u auth.User) {
	b.Helper()
	b.must(func(tx *sqldb.Tx) (err error) {
		u, err = auth.AddUser(tx, by, auth.User{Unit: unit.ID, Name: "Sample Person", Email: email, Roles: roles})
		return err
	})
	return u
}

// verbs are what the audit log tells of a thing.
func (b *bench) verbs(subject string) (verbs string) {
	b.Helper()
	b.must(func(tx *sqldb.Tx) error {
		events, err := audit.History(tx, subject)
		for _, e := range events {
			verbs += e.Verb + " "
		}
		return err
	})
	return strings.TrimSpace(verbs)
}

func TestUnits(t *testing.T) {
	each(t, func(b *bench) {
		one := b.unit("  Unit One ")
		b.must(func(tx *sqldb.Tx) error {
			other, err := auth.AddUnit(tx, by, auth.Unit{Name: "Another Unit", Country: "xb", Kind: "flagger"})
			if err != nil {
				return err
			}
			units, err := auth.Units(tx)
			want := []auth.Unit{{ID: other.ID, Name: "Another Unit", Country: "XB", Kind: "flagger"}, {ID: one.ID, Name: "Unit One", Country: "XA", Kind: "authority"}}
			if diff := cmp.Diff(want, units); diff != "" {
				b.Error(diff)
			}
			return err
		})
		for _, key := range []string{"Unit One", string(one.ID)} {
			err := b.db.View(b.Context(), func(tx *sqldb.Tx) error {
				got, err := auth.UnitByName(tx, key)
				if got != one {
					b.Errorf("%s: %+v", key, got)
				}
				return err
			})
			if err != nil {
				b.Error(err)
			}
		}
		if got := b.verbs(string(one.ID)); got != "unit.added" {
			b.Errorf("events: %s", got)
		}
		bad := []auth.Unit{{Name: " ", Country: "XA", Kind: "authority"}, {Name: "a", Country: "XAA", Kind: "authority"}, {Name: "a", Country: "é", Kind: "authority"}, {Name: "a", Country: "1A", Kind: "authority"},
			{Name: "a", Country: "XA", Kind: "club"}, {Name: "a", Country: "XA"}, {Name: "a\x00", Country: "XA", Kind: "authority"}, {Name: "a\xff", Country: "XA", Kind: "authority"}, {Name: string(one.ID), Country: "XA", Kind: "authority"}}
		for _, u := range bad {
			if err := b.update(func(tx *sqldb.Tx) error { _, err := auth.AddUnit(tx, by, u); return err }); !problem.Is(err, problem.Invalid) {
				b.Errorf("%+v gave %v", u, err)
			}
		}
		if err := b.update(func(tx *sqldb.Tx) error {
			_, err := auth.AddUnit(tx, by, auth.Unit{Name: "Unit One", Country: "XC", Kind: "flagger"})
			return err
		}); !problem.Is(err, problem.Conflict) {
			b.Errorf("the same name again gave %v", err)
		}
		if err := b.db.View(b.Context(), func(tx *sqldb.Tx) error { _, err := auth.UnitByName(tx, "Nobody"); return err }); !problem.Is(err, problem.NotFound) {
			b.Errorf("an unknown name gave %v", err)
		}
	})
}

func TestUsers(t *testing.T) {
	each(t, func(b *bench) {
		empty := func() (none bool) {
			b.must(func(tx *sqldb.Tx) (err error) { none, err = auth.NoUsers(tx); return err })
			return none
		}
		if !empty() {
			b.Error("a new database has users")
		}
		unit := b.unit("Unit One")
		user := b.user(unit, "  Sample.Person@Unit.Example ", auth.Reviewer, auth.Analyst, auth.Reviewer)
		if empty() {
			b.Error("there is a user now")
		}
		want := auth.User{ID: user.ID, Unit: unit.ID, Name: "Sample Person", Email: "sample.person@unit.example", Roles: []auth.Role{auth.Analyst, auth.Reviewer}}
		b.must(func(tx *sqldb.Tx) error {
			byID, err1 := auth.GetUser(tx, user.ID)
			byEmail, err2 := auth.UserByEmail(tx, " SAMPLE.person@unit.example")
			all, err3 := auth.Users(tx)
			if diff := cmp.Diff([]auth.User{want, want, want}, append(all, byID, byEmail)); diff != "" || err1 != nil || err2 != nil || err3 != nil {
				b.Errorf("%s%v %v %v", diff, err1, err2, err3)
			}
			p, err := auth.PrincipalOf(tx, user.ID)
			if p.UnitName != "Unit One" || p.Actor() != (audit.Actor{User: user.ID, Unit: unit.ID}) || !p.May(auth.AssessSecond) {
				b.Errorf("principal %+v", p)
			}
			return err
		})
		b.checkBadUsers(unit)
		b.disable(user)
	})
}

func (b *bench) checkBadUsers(unit auth.Unit) {
	b.Helper()
	good := auth.User{Unit: unit.ID, Name: "N", Email: "n@unit.example", Roles: []auth.Role{auth.Analyst}}
	for name, c := range map[string]struct {
		change func(u *auth.User)
		want   problem.Kind
	}{
		"no name":                    {func(u *auth.User) { u.Name = " " }, problem.Invalid},
		"a NUL in the name":          {func(u *auth.User) { u.Name = "a\x00b" }, problem.Invalid},
		"no address":                 {func(u *auth.User) { u.Email = "" }, problem.Invalid},
		"an address without a host":  {func(u *auth.User) { u.Email = "n@" }, problem.Invalid},
		"an at sign alone":           {func(u *auth.User) { u.Email = "@" }, problem.Invalid},
		"a line break in an address": {func(u *auth.User) { u.Email = "n@unit.example\r\nbcc: x" }, problem.Invalid},
		"an address with a name":     {func(u *auth.User) { u.Email = "n <n@unit.example>" }, problem.Invalid},
		"two addresses":              {func(u *auth.User) { u.Email = "n@unit.example,m@unit.example" }, problem.Invalid},
		"no role":                    {func(u *auth.User) { u.Roles = nil }, problem.Invalid},
		"an unknown role":            {func(u *auth.User) { u.Roles = []auth.Role{"root"} }, problem.Invalid},
		"a contact of no platform":   {func(u *auth.User) { u.Roles = []auth.Role{auth.PlatformContact} }, problem.Invalid},
		"an analyst of a platform":   {func(u *auth.User) { u.Platform = "plf_1" }, problem.Invalid},
		"a contact who also assesses": {func(u *auth.User) {
			u.Roles, u.Platform = []auth.Role{auth.PlatformContact, auth.Analyst}, "plf_1"
		}, problem.Invalid},
		"an unknown unit":     {func(u *auth.User) { u.Unit = "unt_none" }, problem.NotFound},
		"an address that was": {func(u *auth.User) { u.Email = "SAMPLE.person@unit.example" }, problem.Conflict},
	} {
		u := good
		c.change(&u)
		if err := b.update(func(tx *sqldb.Tx) error { _, err := auth.AddUser(tx, by, u); return err }); !problem.Is(err, c.want) {
			b.Errorf("%s gave %v", name, err)
		}
	}
	contact := good
	contact.Roles, contact.Platform = []auth.Role{auth.PlatformContact}, "plf_1"
	b.must(func(tx *sqldb.Tx) error {
		made, err := auth.AddUser(tx, by, contact)
		if err != nil {
			return err
		}
		p, err := auth.PrincipalOf(tx, made.ID)
		if p.Platform != "plf_1" || !p.May(auth.AnswerGive) || p.May(auth.ItemRead) {
			b.Errorf("the contact is %+v", p)
		}
		return err
	})
}

// disable ends a user's access; a second time does nothing and tells of nothing.
func (b *bench) disable(user auth.User) {
	b.Helper()
	for range 2 {
		b.must(func(tx *sqldb.Tx) error { return auth.DisableUser(tx, by, user.ID) })
	}
	if got := b.verbs(string(user.ID)); got != "user.added user.disabled" {
		b.Errorf("events: %s", got)
	}
	b.must(func(tx *sqldb.Tx) error {
		if _, err := auth.PrincipalOf(tx, user.ID); !problem.Is(err, problem.Unauthenticated) {
			b.Errorf("a disabled user gave %v", err)
		}
		if _, err := auth.PrincipalOf(tx, "usr_none"); !problem.Is(err, problem.NotFound) {
			b.Errorf("an unknown user gave %v", err)
		}
		got, err := auth.GetUser(tx, user.ID)
		if !got.Disabled {
			b.Error("the user is not shown as disabled")
		}
		return err
	})
}
