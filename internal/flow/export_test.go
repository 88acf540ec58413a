package flow

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Compose writes the letter of the delivery of a subject, as an attempt that begins would.
func (f *Flow) Compose(tx *sqldb.Tx, subject string, kind deliver.Kind, d id.Delivery) (deliver.Letter, error) {
	p, err := f.handing(kind).compose(tx, deliver.Attempt{Delivery: d, Subject: subject, Kind: kind})
	return p.letter, err
}

// Settle carries out what follows from a delivery.
func (f *Flow) Settle(tx *sqldb.Tx, d deliver.Delivery) error {
	return f.handing(d.Kind).settle(tx, audit.System, d)
}
