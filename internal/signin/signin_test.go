package signin

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func TestSigningInAndOut(t *testing.T) {
	each(t, func(b *bench) {
		user := b.member("one@unit.example")
		secret, who, err := b.desk.SignIn(b.Context(), " One@Unit.Example ", password, addr)
		if err != nil || who.User != user.ID || !who.May(auth.AssessFirst) || who.Token != "" {
			b.Fatalf("%+v, %v", who, err)
		}
		other := b.signIn("one@unit.example")
		if who, err := b.desk.Session(b.Context(), secret); err != nil || who.User != user.ID || who.UnitName != "Unit of one@unit.example" {
			b.Errorf("%+v, %v", who, err)
		}
		everything := b.rows()
		if !strings.Contains(everything, auth.Digest(secret)) || strings.Contains(everything, secret) || strings.Contains(everything, password) {
			b.Error("a session is kept by the digest of its secret alone")
		}
		for range 2 {
			if err := b.desk.SignOut(b.Context(), secret); err != nil {
				b.Error(err)
			}
		}
		_, err = b.desk.Session(b.Context(), secret)
		b.refused(err, problem.Unauthenticated)
		if _, err := b.desk.Session(b.Context(), other); err != nil {
			b.Errorf("signing out of one session ended another: %v", err)
		}
		for _, unknown := range []string{"", "x", "\x00", auth.Digest(other)} {
			_, err = b.desk.Session(b.Context(), unknown)
			b.refused(err, problem.Unauthenticated)
		}
		if got := b.verbs(string(user.ID)); got != "user.added session.opened session.opened session.ended" {
			b.Errorf("events: %s", got)
		}
	})
}

// What goes wrong is told in one way, so that nobody learns who has an account.
func TestFailuresLookAlike(t *testing.T) {
	each(t, func(b *bench) {
		b.member("one@unit.example")
		gone := b.member("gone@unit.example")
		var bare auth.User
		b.must(func(tx *sqldb.Tx) (err error) {
			if err := auth.DisableUser(tx, by, gone.ID); err != nil {
				return err
			}
			bare, err = auth.AddUser(tx, by, auth.User{Unit: gone.Unit, Name: "Invited", Email: "invited@unit.example", Roles: []auth.Role{auth.Analyst}})
			return err
		})
		messages := map[string]bool{}
		for i, try := range []struct{ email, password string }{
			{"one@unit.example", "lantern copper meadow fourteen"}, {"one@unit.example", ""}, {"one@unit.example", tooLong},
			{"nobody@unit.example", password}, {"", ""}, {gone.Email, password}, {bare.Email, password}, {bare.Email, ""},
			{"one@unit.example\x00", password}, {"one@unit.example\xff", password}, {"nobody's", "nobody's"}, {strings.Repeat("a", 5_000) + "@unit.example", password},
		} {
			secret, who, err := b.desk.SignIn(b.Context(), try.email, try.password, "192.0.2."+string(rune('0'+i%10))+string(rune('0'+i/10)))
			messages[b.refused(err, problem.Unauthenticated)] = true
			if secret != "" || who.User != "" {
				b.Errorf("%q: a failure gave %q, %+v", try.email, secret, who)
			}
		}
		if len(messages) != 1 {
			b.Errorf("the messages differ: %v", messages)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(b *bench) {
		user := b.member("one@unit.example")
		start := *b.now
		at := func(d time.Duration) { *b.now = start.Add(d) }
		idle, used := b.signIn(user.Email), b.signIn(user.Email)
		session := func(secret string, good bool) {
			b.Helper()
			_, err := b.desk.Session(b.Context(), secret)
			if good && err != nil {
				b.Errorf("after %v: %v", b.now.Sub(start), err)
			}
			if !good {
				b.refused(err, problem.Unauthenticated)
			}
		}
		at(7 * time.Hour)
		session(used, true)
		at(idleLife)
		session(used, true)
		at(idleLife + time.Second)
		session(idle, false)
		session(used, true)
		at(16 * time.Hour)
		session(used, true)
		at(sessionLife - time.Second)
		session(used, true)
		at(sessionLife)
		session(used, false) // however much it is used

		fresh := b.signIn(user.Email)
		b.must(func(tx *sqldb.Tx) error { return auth.DisableUser(tx, by, user.ID) })
		session(fresh, false)
		b.member("two@unit.example")
		at(sessionLife + time.Second)
		b.signIn("two@unit.example")
		if rows := b.rows(); strings.Contains(rows, auth.Digest(idle)) || strings.Contains(rows, auth.Digest(used)) {
			b.Error("sessions that ran out are kept for ever")
		}
	})
}
