package app

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/signin"
	"github.com/argine/argine/internal/sqldb"
)

// LocalToken makes an API token on a data directory itself: whoever can write there is the
// operator. The first administrator is made where there is nobody yet.
func LocalToken(ctx context.Context, data, database, user, name string, scopes []string, life time.Duration) (made auth.Token, secret string, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return made, "", problem.Wrap(err, problem.Invalid, "the data directory %s cannot be made; choose another with --data", data)
	}
	db, err := sqldb.Open(ctx, sqldb.Config{URL: database, Path: DatabasePath(data)})
	if err != nil {
		return made, "", err
	}
	defer db.Close()
	cfg, err := Load(data)
	if err != nil {
		return made, "", err
	}
	role := auth.Administrator
	if cfg.Host.Name != "" {
		role = auth.HostManager
	}
	perms := make([]auth.Permission, len(scopes))
	for i, s := range scopes {
		perms[i] = auth.Permission(s)
	}
	err = db.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := signin.FirstAccount(tx, role); err != nil {
			return err
		}
		u, err := auth.UserByEmail(tx, user)
		if problem.Is(err, problem.NotFound) {
			u, err = auth.GetUser(tx, id.User(user))
		}
		if err != nil {
			return err
		}
		made, secret, err = auth.AddToken(tx, audit.System, auth.Token{User: u.ID, Name: name, Scopes: perms, ExpiresAt: tx.Now.Add(life)})
		return err
	})
	return made, secret, err
}

// VerifyAudit recomputes the audit log of a data directory.
func VerifyAudit(ctx context.Context, data, database string) (audit.Proof, error) {
	if err := hasDatabase(data, database); err != nil {
		return audit.Proof{}, err
	}
	db, err := sqldb.Attach(ctx, sqldb.Config{URL: database, Path: DatabasePath(data)})
	if err != nil {
		return audit.Proof{}, err
	}
	defer db.Close()
	return audit.Verify(ctx, db, data)
}

// hasDatabase refuses a data directory without a database where none is to be made.
func hasDatabase(data, database string) error {
	if database != "" {
		return nil
	}
	if _, err := os.Stat(DatabasePath(data)); errors.Is(err, fs.ErrNotExist) {
		return problem.New(problem.NotFound, "there is no database in %s; check --data, or name the database with --database", data)
	}
	return nil
}

// OperatorToken makes a token for the first administrator of an open Argine, good for 60 days.
func (a *App) OperatorToken(ctx context.Context, name string) (secret string, err error) {
	err = a.db.Update(ctx, func(tx *sqldb.Tx) error {
		admin, err := signin.FirstAccount(tx, cmp.Or(a.signin.First, auth.Administrator))
		if err != nil {
			return err
		}
		if admin == "" {
			return problem.New(problem.Refused, "this data directory has no first administrator any more; use another")
		}
		_, secret, err = auth.AddToken(tx, audit.System, auth.Token{User: admin, Name: name, ExpiresAt: tx.Now.Add(60 * 24 * time.Hour)})
		return err
	})
	return secret, err
}
