package flow

import (
	"context"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// Compose writes the letter of the delivery of a subject, as an attempt that begins would.
func (f *Flow) Compose(tx *sqldb.Tx, subject string, kind deliver.Kind, d id.Delivery) (deliver.Letter, error) {
	p, err := f.handing(kind).compose(tx, deliver.Attempt{Delivery: d, Subject: subject, Kind: kind})
	return p.letter, err
}

// Deliver makes one attempt.
func (f *Flow) Deliver(ctx context.Context, j deliver.Job) error { return f.deliver(ctx, j) }

// Tick hands on what is due.
func (f *Flow) Tick(ctx context.Context) error { return f.tick(ctx) }

// Look takes looks.
func (f *Flow) Look(ctx context.Context, j recheck.Job) error { return f.look(ctx, j) }

// Settle carries out what follows from a delivery.
func (f *Flow) Settle(tx *sqldb.Tx, d deliver.Delivery) error {
	return f.handing(d.Kind).settle(tx, audit.System, d)
}

// LookAtMail does what a kept mail calls for.
func (f *Flow) LookAtMail(ctx context.Context, j correspondence.Job) error {
	return f.lookAtMail(ctx, j)
}

// Declared runs the job that asks the owner of a new interest.
func (f *Flow) Declared(ctx context.Context, j deconflict.Declared) error { return f.declared(ctx, j) }

// Deconflict runs the job that asks about items.
func (f *Flow) Deconflict(ctx context.Context, j deconflict.Job) error { return f.deconflict(ctx, j) }
