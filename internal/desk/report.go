package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/report"
	"github.com/argine/argine/internal/sqldb"
)

// Report gives the after-action report of an action.
func (d *Desk) Report(ctx context.Context, who auth.Principal, a id.Action) (client.Report, error) {
	return view(ctx, d, who, auth.ReportRead, func(tx *sqldb.Tx) (client.Report, error) {
		if err := seesAction(tx, who, a); err != nil {
			return client.Report{}, err
		}
		return report.Compute(tx, a)
	})
}

// ReportHTML gives the report as one HTML file that needs nothing else.
func (d *Desk) ReportHTML(ctx context.Context, who auth.Principal, a id.Action) ([]byte, error) {
	return view(ctx, d, who, auth.ReportRead, func(tx *sqldb.Tx) ([]byte, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		return report.HTML(tx, a)
	})
}
