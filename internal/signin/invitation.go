package signin

import (
	"cmp"
	"context"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlInvite  = "INSERT INTO invitation (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)"
	sqlInvited = "SELECT user_id, expires_at, used_at FROM invitation WHERE hash = $1"
	sqlUse     = "UPDATE invitation SET used_at = $1 WHERE hash = $2 AND used_at IS NULL"
	sqlRecall  = "UPDATE invitation SET used_at = $1 WHERE user_id = $2 AND used_at IS NULL"
)

// Invite makes a one-time link for a user, to set a password, and ends the earlier ones.
func (d *Desk) Invite(tx *sqldb.Tx, by audit.Actor, user id.User) (secret string, err error) {
	if _, err := auth.GetUser(tx, user); err != nil {
		return "", err
	}
	if _, err := tx.Exec(sqlRecall, sqldb.At(tx.Now), user); err != nil {
		return "", err
	}
	secret = auth.Secret()
	if _, err := tx.Exec(sqlInvite, auth.Digest(secret), user, sqldb.At(tx.Now), sqldb.At(tx.Now.Add(invitationLife))); err != nil {
		return "", err
	}
	return secret, audit.Append(tx, by, audit.Entry{Verb: "user.invited", Subject: string(user)})
}

// Invited tells whom a one-time link is for, while it is good.
func (d *Desk) Invited(ctx context.Context, secret string) (user auth.User, err error) {
	err = d.db.View(ctx, func(tx *sqldb.Tx) error { user, err = invited(tx, secret); return err })
	return user, err
}

func invited(tx *sqldb.Tx, secret string) (auth.User, error) {
	var user id.User
	var expires, used time.Time
	err := tx.Row(sqlInvited, auth.Digest(secret)).Scan(&user, sqldb.Into(&expires), sqldb.Into(&used))
	if problem.Is(err, problem.NotFound) || (err == nil && (!used.IsZero() || !tx.Now.Before(expires))) {
		return auth.User{}, problem.New(problem.NotFound, "this link is used or has expired; ask an administrator for a new one")
	}
	if err != nil {
		return auth.User{}, err
	}
	return auth.GetUser(tx, user)
}

// Accept sets the password of whom a one-time link is for, and ends the link and the
// person's open sessions.
func (d *Desk) Accept(ctx context.Context, secret, password string) error {
	if err := checkNew(password); err != nil {
		return err
	}
	if _, err := d.Invited(ctx, secret); err != nil {
		return err
	}
	done, err := d.turn(ctx)
	if err != nil {
		return err
	}
	hash := hashPassword(password)
	done()
	return d.db.Update(ctx, func(tx *sqldb.Tx) error {
		user, err := invited(tx, secret)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlUse, sqldb.At(tx.Now), auth.Digest(secret)); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlSetPassword, user.ID, hash, sqldb.At(tx.Now)); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlEndAll, user.ID); err != nil {
			return err
		}
		return audit.Append(tx, audit.Actor{User: user.ID, Unit: user.Unit}, audit.Entry{Verb: "password.set", Subject: string(user.ID)})
	})
}

// firstEmail is the account of the first administrator.
const firstEmail = "admin@localhost"

const sqlHasPassword = "SELECT 1 FROM password WHERE user_id = $1"

// FirstAdministrator makes the first account where there is none, without a password: the
// secret of a one-time link is the only way in. It gives a fresh link as long as nobody has
// used one, and nothing after that.
func (d *Desk) FirstAdministrator(ctx context.Context) (secret string, err error) {
	err = d.db.Update(ctx, func(tx *sqldb.Tx) error {
		secret = ""
		admin, err := FirstAccount(tx, cmp.Or(d.First, auth.Administrator))
		if err != nil || admin == "" {
			return err
		}
		done, err := tx.Exists(sqlHasPassword, admin)
		if err != nil || done {
			return err
		}
		secret, err = d.Invite(tx, audit.System, admin)
		return err
	})
	return secret, err
}

// FirstAccount finds or makes the account of the first administrator; "" means that others
// were made without it, or that it was disabled. role is Administrator at the desk of units and
// HostManager on a hosting service's own Argine.
func FirstAccount(tx *sqldb.Tx, role auth.Role) (id.User, error) {
	empty, err := auth.NoUsers(tx)
	if err != nil {
		return "", err
	}
	if !empty {
		user, err := auth.UserByEmail(tx, firstEmail)
		if problem.Is(err, problem.NotFound) || user.Disabled {
			return "", nil
		}
		return user.ID, err
	}
	unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Operator", Country: "XX", Kind: "operator"})
	if err != nil {
		return "", err
	}
	user, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit.ID, Name: "Administrator", Email: firstEmail, Roles: []auth.Role{role}})
	return user.ID, err
}
