package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/transparency"
)

// Transparency computes a report: of the person's own unit, or for who sees all of any unit or
// of all of them.
func (d *Desk) Transparency(ctx context.Context, who auth.Principal, q client.TransparencyQuery) (client.Transparency, error) {
	return view(ctx, d, who, auth.ReportRead, func(tx *sqldb.Tx) (client.Transparency, error) {
		asked := transparency.Asked{Kind: q.Kind, Span: transparency.Year(q.Year), Suppress: q.Suppress, Unit: unitSeen(who)}
		if q.Year == 0 {
			asked.Span = transparency.Year(tx.Now.Year())
		}
		if q.Unit == "" {
			return transparency.Compute(tx, asked)
		}
		unit, err := auth.UnitByName(tx, q.Unit)
		if err != nil {
			return client.Transparency{}, err
		}
		if !who.SeesAll() && unit.ID != who.Unit {
			return client.Transparency{}, problem.New(problem.NotFound, "there is no unit %.100q whose figures you can see; leave it out for your own", q.Unit)
		}
		asked.Unit = unit.ID
		return transparency.Compute(tx, asked)
	})
}

// TransparencyCSV is a report as comma-separated values: one of its tables, or all for "".
func (d *Desk) TransparencyCSV(ctx context.Context, who auth.Principal, q client.TransparencyQuery, table string) ([]byte, error) {
	t, err := d.Transparency(ctx, who, q)
	if err != nil {
		return nil, err
	}
	return transparency.CSV(t, table)
}
