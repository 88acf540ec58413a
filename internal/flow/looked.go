package flow

import (
	"context"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/sqldb"
)

// Looked records that a person was shown a medium: exposure is counted.
func (f *Flow) Looked(ctx context.Context, who auth.Principal, sha256 string) error {
	if err := who.Require(auth.MediaView); err != nil {
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return audit.Append(tx, who.Actor(), audit.Entry{Verb: "media.viewed", Subject: sha256})
	})
}
