package signin

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const (
	password = "lantern copper meadow thirteen"
	addr     = "192.0.2.7"
)

// tooLong fails without the third of a second that a real comparison takes.
var tooLong = strings.Repeat("x", 4*maxPassword+1)

var by = audit.Actor{User: "usr_admin", Unit: "unt_operator"}

// bench is a desk with a clock that the test owns.
type bench struct {
	*testing.T
	db   *sqldb.DB
	desk *Desk
	now  *time.Time
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			clock.now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
			db := shared.Open(t, engine)
			desk := &Desk{db: db, hashing: make(chan struct{}, 2), decoy: func() string { return cheap("nobody's") }} // New without its full hash
			b := &bench{t, db, desk, &clock.now}
			b.empty()
			fn(b)
		})
	}
}

func (b *bench) empty() {
	b.Helper()
	err := b.db.Housekeeping(b.Context(), "test", func(tx *sqldb.Tx) error {
		for _, table := range []string{"password", "signin_session", "invitation", "signin_failure", "member_role", "member", "unit", "audit_event"} {
			if _, err := tx.Exec(sqldb.SQL("DELETE FROM " + table)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// cheap is the PHC string of a password with the least parameters, for tests of something else.
func cheap(password string) string {
	salt := []byte("a salt of sixteen")
	key := argon2.IDKey([]byte(password), salt, 1, 8, 1, 32)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=8,t=1,p=1$%s$%s", b64.EncodeToString(salt), b64.EncodeToString(key))
}

// member makes a user with the password.
func (b *bench) member(email string) (user auth.User) {
	b.Helper()
	b.must(func(tx *sqldb.Tx) error {
		unit, err := auth.AddUnit(tx, by, auth.Unit{Name: "Unit of " + email, Country: "XA", Kind: "authority"})
		if err != nil {
			return err
		}
		if user, err = auth.AddUser(tx, by, auth.User{Unit: unit.ID, Name: "Sample Person", Email: email, Roles: []auth.Role{auth.Analyst}}); err != nil {
			return err
		}
		_, err = tx.Exec(sqlSetPassword, user.ID, cheap(password), sqldb.At(tx.Now))
		return err
	})
	return user
}

func (b *bench) must(fn func(tx *sqldb.Tx) error) {
	b.Helper()
	if err := b.db.Update(b.Context(), fn); err != nil {
		b.Fatal(err)
	}
}

// signIn opens a session.
func (b *bench) signIn(email string) (secret string) {
	b.Helper()
	secret, _, err := b.desk.SignIn(b.Context(), email, password, addr)
	if err != nil {
		b.Fatal(err)
	}
	return secret
}

// refused looks that a failure is of the kind, and gives its message.
func (b *bench) refused(err error, kind problem.Kind) string {
	b.Helper()
	if !problem.Is(err, kind) {
		b.Errorf("got %v, want a failure of kind %q", err, kind.Meaning().Slug)
	}
	return problem.Message(err)
}

// verbs are what the audit log tells of a thing.
func (b *bench) verbs(subject string) string {
	b.Helper()
	var verbs []string
	b.must(func(tx *sqldb.Tx) error {
		events, err := audit.History(tx, subject)
		for _, e := range events {
			verbs = append(verbs, e.Verb)
		}
		return err
	})
	return strings.Join(verbs, " ")
}

// rows is the text of all rows of this package's tables and the audit log's.
func (b *bench) rows() string {
	b.Helper()
	var out strings.Builder
	for _, table := range []string{"password", "signin_session", "invitation", "signin_failure", "audit_event"} {
		rows, err := b.db.Writer().QueryContext(b.Context(), "SELECT * FROM "+table)
		if err != nil {
			b.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values, to := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				to[i] = &values[i]
			}
			if err := rows.Scan(to...); err != nil {
				b.Fatal(err)
			}
			for _, v := range values {
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				fmt.Fprint(&out, v, " | ")
			}
		}
		rows.Close()
	}
	return out.String()
}
