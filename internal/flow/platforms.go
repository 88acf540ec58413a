package flow

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// AddPlatform makes a platform known.
func (f *Flow) AddPlatform(ctx context.Context, who auth.Principal, p platform.Platform) (platform.Platform, error) {
	return write(ctx, f, call{who, auth.PlatformManage, "platform.add", p}, func(tx *sqldb.Tx) (platform.Platform, error) {
		return platform.Add(tx, who.Actor(), p)
	})
}

// SetPlatform changes a platform.
func (f *Flow) SetPlatform(ctx context.Context, who auth.Principal, p id.Platform, c platform.Change) (platform.Platform, error) {
	return write(ctx, f, call{who, auth.PlatformManage, "platform.set", []any{p, c}}, func(tx *sqldb.Tx) (platform.Platform, error) {
		return platform.Set(tx, who.Actor(), p, c)
	})
}

// VerifyContact records that somebody made sure of a platform's contact point.
func (f *Flow) VerifyContact(ctx context.Context, who auth.Principal, p id.Platform) (platform.Platform, error) {
	return write(ctx, f, call{who, auth.PlatformManage, "platform.verify", p}, func(tx *sqldb.Tx) (platform.Platform, error) {
		if err := platform.Verify(tx, who.Actor(), p); err != nil {
			return platform.Platform{}, err
		}
		return platform.Get(tx, p)
	})
}

// Protected is a host to protect and why.
type Protected struct{ Host, Reason string }

// Protect adds hosts to the protected list, each by itself: a bad one does not hold up the others.
func (f *Flow) Protect(ctx context.Context, who auth.Principal, hosts []Protected) ([]Result, error) {
	if err := who.Require(auth.PlatformManage); err != nil {
		return nil, err
	}
	return each(ctx, hosts, func(ctx context.Context, h Protected) (string, error) {
		return write(ctx, f, call{who, auth.PlatformManage, "platform.protect", h}, func(tx *sqldb.Tx) (string, error) {
			return h.Host, platform.Protect(tx, who.Actor(), h.Host, h.Reason)
		})
	})
}

// Result is what became of one row of a bulk call.
type Result struct {
	ID  string
	Err error
}

// each carries out one row after another, each in its own transaction under its own key. It
// stops only when the caller is gone or the program itself fails: such a call is made again whole.
func each[T any](ctx context.Context, rows []T, do func(context.Context, T) (string, error)) ([]Result, error) {
	results := make([]Result, len(rows))
	key := keyIn(ctx)
	for i, row := range rows {
		rowCtx := ctx
		if key != "" {
			rowCtx = WithKey(ctx, rowKey(key, i))
		}
		made, err := do(rowCtx, row)
		if kind := problem.Of(err); err != nil && (kind == problem.Internal || kind == problem.Unavailable || ctx.Err() != nil) {
			return results, err
		}
		results[i] = Result{made, err}
	}
	return results, nil
}
