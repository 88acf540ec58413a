package flow

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

// AddContent adds the fingerprints of one medium to a bank, and gives its entries as they
// stand there, those among them that the bank had before. The value of a video, a sound or a
// text is its features.
func (f *Flow) AddContent(ctx context.Context, who auth.Principal, bank string, entries []match.Entry) ([]match.Entry, error) {
	if err := who.Require(auth.BankManage); err != nil {
		return nil, err
	}
	content, err := match.OneContent(entries)
	if err != nil {
		return nil, err
	}
	clean := make([]match.Entry, len(content))
	for i, line := range content {
		if clean[i] = line.Entry; line.Features == "" {
			continue
		}
		if err := f.keepFeatures(ctx, line); err != nil {
			return nil, err
		}
	}
	return write(ctx, f, call{who, auth.BankManage, "bank.content", []any{bank, clean}}, func(tx *sqldb.Tx) ([]match.Entry, error) {
		b, err := fills(tx, who, bank)
		if err != nil {
			return nil, err
		}
		added, err := match.AddEntries(tx, who.Actor(), b.ID, clean)
		if err != nil {
			return nil, err
		}
		if added.New > 0 {
			if err := f.Jobs.Enqueue(tx, match.RetroJob{Bank: b.ID, Batch: added.Batch}); err != nil {
				return nil, err
			}
		}
		return match.Known(tx, b.ID, clean)
	})
}
