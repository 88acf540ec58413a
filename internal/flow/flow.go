// Package flow holds the verbs of the trade: what a person, a platform or the clock can do.
//
// One file for each stage. A verb checks the permission, opens the write transaction,
// calls the stage and enqueues what follows, so that reading a verb tells all that
// happens. The stages know nothing of each other; what one needs of another passes through
// here, as values. Nothing here holds a rule of the trade itself.
package flow

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/signin"
	"github.com/argine/argine/internal/sqldb"
)

// Flow is what the verbs work with. Its fields are set once, before Register.
type Flow struct {
	DB     *sqldb.DB
	Jobs   *job.Runner
	Store  *blob.Store
	Door   *fetch.Door
	Index  *match.Index
	Signin *signin.Desk
	Mail   deliver.Mail
	Public string // URL under which platforms reach this Argine, for links in letters
	Log    *slog.Logger

	Press         *press.Press       // prints documents; nil: they leave without a PDF
	HookKey       ed25519.PrivateKey // signs what leaves by webhook, beside the platform's secret; nil: it alone
	HookTolerance time.Duration      // how far the time of a signed message may be from ours; 0: client.WebhookTolerance

	pieces pieces // of feeds and exports; tests make them small
}

type keyOf struct{}

// WithKey gives the calls made with the context an Idempotency-Key: a verb called twice by
// one user with one key has its effect once and answers the same.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyOf{}, key)
}

func keyIn(ctx context.Context) string {
	key, _ := ctx.Value(keyOf{}).(string)
	return key
}

const (
	sqlKept = "SELECT verb, request, answer FROM idempotency WHERE user_id = $1 AND key = $2"
	sqlKeep = "INSERT INTO idempotency (user_id, key, verb, request, answer, at) VALUES ($1, $2, $3, $4, $5, $6)"
)

// call names one call of a verb: who calls, what for, with what.
type call struct {
	who  auth.Principal
	perm auth.Permission
	verb string
	in   any // what the caller asks, as data; a repeated key must come with the same
}

// write carries out a verb: permission, transaction, and the answer kept under its key.
func write[T any](ctx context.Context, f *Flow, c call, do func(*sqldb.Tx) (T, error)) (answer T, err error) {
	if err := c.who.Require(c.perm); err != nil {
		return answer, err
	}
	key := keyIn(ctx)
	if key == "" {
		err = f.DB.Update(ctx, func(tx *sqldb.Tx) error { answer, err = do(tx); return err })
		return answer, err
	}
	answer, err = writeOnce(ctx, f, c, key, do)
	if problem.Is(err, problem.Conflict) {
		// The same call, made twice at the same time, can come upon what its twin has just
		// committed. Now the twin's answer is there to be given.
		answer, err = writeOnce(ctx, f, c, key, do)
	}
	return answer, err
}

func writeOnce[T any](ctx context.Context, f *Flow, c call, key string, do func(*sqldb.Tx) (T, error)) (answer T, err error) {
	request, err := digest(c.in)
	if err != nil {
		return answer, err
	}
	err = f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		var zero T
		answer = zero
		kept, err := recall(tx, c, key, request, &answer)
		if kept || err != nil {
			return err
		}
		if answer, err = do(tx); err != nil {
			return err
		}
		text, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		_, err = tx.Exec(sqlKeep, c.who.User, key, c.verb, request, string(text), sqldb.At(tx.Now))
		return err
	})
	return answer, err
}

// recall reads the answer that was given under the key, if there is one.
func recall(tx *sqldb.Tx, c call, key, request string, answer any) (bool, error) {
	var verb, asked, text string
	err := tx.Row(sqlKept, c.who.User, key).Scan(&verb, &asked, &text)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if verb != c.verb || asked != request {
		return false, problem.New(problem.Conflict, "the Idempotency-Key %.40q was used for another call; choose a new key for a new call", key)
	}
	return true, json.Unmarshal([]byte(text), answer)
}

func digest(in any) (string, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// chunks calls fn with slices of at most size of the list, in order.
func chunks[T any](list []T, size int, fn func([]T) error) error {
	for len(list) > 0 {
		n := min(size, len(list))
		if err := fn(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
