package cases

import (
	"time"

	"github.com/argine/argine/internal/sqldb"
)

// Figures are the figures of a year, counted over the events of cases.
type Figures struct {
	Received, Executed, Impossible, Unclear, Appealed, Voided, Reinstated, AfterComplaint int
}

const (
	genuine     = "c.track = 'order' AND (c.trust = 'verified' OR c.vouched_by <> '')"
	sqlReceived = "SELECT COUNT(*) FROM host_case c WHERE " + genuine + " AND c.received_at >= $1 AND c.received_at < $2"
	sqlExecuted = "SELECT COUNT(*) FROM host_case c WHERE " + genuine + " AND c.executed_at >= $1 AND c.executed_at < $2"
	sqlTold     = "SELECT COUNT(DISTINCT c.id) FROM host_case c JOIN host_event e ON e.case_id = c.id WHERE " + genuine + " AND c.executed_at IS NULL AND e.kind = $3 AND c.received_at >= $1 AND c.received_at < $2"
	sqlAppealed = "SELECT COUNT(*) FROM host_event e JOIN host_case c ON c.id = e.case_id WHERE " + genuine + " AND e.kind IN ('appealed', 'review_asked') AND e.at >= $1 AND e.at < $2"
	sqlVoided   = "SELECT COUNT(*) FROM host_event e JOIN host_case c ON c.id = e.case_id WHERE " + genuine + " AND e.kind IN ('appeal_won', 'infringing') AND e.at >= $1 AND e.at < $2"
	sqlBack     = "SELECT COUNT(*) FROM host_event e JOIN host_case c ON c.id = e.case_id WHERE " + genuine + " AND e.kind = 'reinstated' AND e.at >= $1 AND e.at < $2"
	sqlAfter    = "SELECT COUNT(*) FROM host_item i JOIN host_case c ON c.id = i.case_id WHERE i.content = 'reinstated' AND c.track <> 'order' AND i.acted_at >= $1 AND i.acted_at < $2 " +
		"AND EXISTS (SELECT 1 FROM host_complaint k WHERE k.case_id = c.id AND k.outcome = 'justified')"
)

// Count counts what happened between two moments.
func Count(tx *sqldb.Tx, from, to time.Time) (f Figures, err error) {
	span := []any{sqldb.At(from), sqldb.At(to)}
	for _, q := range []struct {
		sql  sqldb.SQL
		args []any
		to   *int
	}{
		{sqlReceived, span, &f.Received}, {sqlExecuted, span, &f.Executed}, {sqlTold, []any{span[0], span[1], "impossible"}, &f.Impossible}, {sqlTold, []any{span[0], span[1], "unclear"}, &f.Unclear},
		{sqlAppealed, span, &f.Appealed}, {sqlVoided, span, &f.Voided}, {sqlBack, span, &f.Reinstated}, {sqlAfter, span, &f.AfterComplaint},
	} {
		if err := tx.Row(q.sql, q.args...).Scan(q.to); err != nil {
			return f, err
		}
	}
	return f, nil
}
