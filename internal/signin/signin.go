// Package signin lets people in: passwords, sessions in the browser, and one-time links.
//
// Passwords are kept as argon2id (RFC 9106). Secrets of sessions and links are random and
// long; only their digests are stored. Failures are counted for each e-mail address and
// each network address, and an unknown address costs the same time as a wrong password, so
// that nothing tells which accounts exist. signin opens its own write transactions, because
// who is not signed in has no verb of flow to call.
package signin

import (
	"context"
	"sync"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Lifetimes. A session ends after hours without use, and after a day in any case.
const (
	idleLife       = 8 * time.Hour
	sessionLife    = 24 * time.Hour
	invitationLife = 7 * 24 * time.Hour
)

// Desk is where people sign in.
type Desk struct {
	// First is the role of the first account; empty: that of an administrator.
	First auth.Role

	db      *sqldb.DB
	hashing chan struct{} // one argon2id takes 64 MiB: only so many at once
	decoy   func() string // the hash that an unknown address is compared with; made when first needed
}

// New opens the desk.
func New(db *sqldb.DB) *Desk {
	return &Desk{db: db, hashing: make(chan struct{}, 2), decoy: sync.OnceValue(func() string { return hashPassword(auth.Secret()) })}
}

const (
	sqlPassword    = "SELECT hash FROM password WHERE user_id = $1"
	sqlSetPassword = "INSERT INTO password (user_id, hash, set_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at"
	sqlAddSession  = "INSERT INTO signin_session (hash, user_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5)"
	sqlSession     = "SELECT user_id, seen_at, expires_at FROM signin_session WHERE hash = $1"
	sqlSeen        = "UPDATE signin_session SET seen_at = $1 WHERE hash = $2"
	sqlEnd         = "DELETE FROM signin_session WHERE hash = $1"
	sqlEndAll      = "DELETE FROM signin_session WHERE user_id = $1"
	sqlSweep       = "DELETE FROM signin_session WHERE expires_at < $1"
)

// SignIn checks a password and opens a session; it returns the secret for the cookie. addr is
// the network address that the attempt came from.
func (d *Desk) SignIn(ctx context.Context, email, password, addr string) (string, auth.Principal, error) {
	user, err := d.check(ctx, email, password, addr)
	if err != nil {
		return "", auth.Principal{}, err
	}
	return d.open(ctx, user)
}

// check tells whose e-mail address and password these are. A failure is counted before the
// next attempt has its turn, so that many at once get no further than one after another.
func (d *Desk) check(ctx context.Context, email, password, addr string) (user auth.User, err error) {
	done, err := d.turn(ctx)
	if err != nil {
		return user, err
	}
	defer done()
	if err := d.mayTry(ctx, email, addr); err != nil {
		return user, err
	}
	stored := d.decoy()
	err = d.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		if user, err = auth.UserByEmail(tx, storable(email)); err != nil {
			return err
		}
		return tx.Row(sqlPassword, user.ID).Scan(&stored)
	})
	if err != nil && !problem.Is(err, problem.NotFound) {
		return user, err
	}
	if good := len(password) <= 4*maxPassword && matches(stored, password); !good || err != nil || user.Disabled {
		return user, d.failed(ctx, email, addr)
	}
	return user, nil
}

func (d *Desk) open(ctx context.Context, user auth.User) (string, auth.Principal, error) {
	secret := auth.Secret()
	var who auth.Principal
	err := d.db.Update(ctx, func(tx *sqldb.Tx) (err error) {
		if who, err = auth.PrincipalOf(tx, user.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlSweep, sqldb.At(tx.Now)); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlAddSession, auth.Digest(secret), user.ID, sqldb.At(tx.Now), sqldb.At(tx.Now), sqldb.At(tx.Now.Add(sessionLife))); err != nil {
			return err
		}
		return audit.Append(tx, who.Actor(), audit.Entry{Verb: "session.opened", Subject: string(user.ID)})
	})
	return secret, who, err
}

// seenEvery is how exactly the last use of a session is kept; finer would be a write for every page.
const seenEvery = time.Minute

// Session tells whose session a cookie's secret is.
func (d *Desk) Session(ctx context.Context, secret string) (who auth.Principal, err error) {
	var seen, expires time.Time
	var now time.Time
	err = d.db.View(ctx, func(tx *sqldb.Tx) error {
		now = tx.Now
		var user id.User
		if err := tx.Row(sqlSession, auth.Digest(secret)).Scan(&user, sqldb.Into(&seen), sqldb.Into(&expires)); err != nil {
			return err
		}
		who, err = auth.PrincipalOf(tx, user)
		return err
	})
	if problem.Is(err, problem.NotFound) || (err == nil && (!now.Before(expires) || now.Sub(seen) > idleLife)) {
		return auth.Principal{}, problem.New(problem.Unauthenticated, "your session has ended; sign in again")
	}
	if err == nil && now.Sub(seen) > seenEvery {
		err = d.db.Housekeeping(ctx, "last use of a session", func(tx *sqldb.Tx) error {
			_, err := tx.Exec(sqlSeen, sqldb.At(tx.Now), auth.Digest(secret))
			return err
		})
	}
	return who, err
}

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, secret string) error {
	who, err := d.Session(ctx, secret)
	if problem.Is(err, problem.Unauthenticated) {
		return nil // it has ended already
	}
	if err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(sqlEnd, auth.Digest(secret)); err != nil {
			return err
		}
		return audit.Append(tx, who.Actor(), audit.Entry{Verb: "session.ended", Subject: string(who.User)})
	})
}
