package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

const sqlDecidedAt = `SELECT m.distance, i.stage, COUNT(*)
	FROM (SELECT item_id, MIN(distance) AS distance FROM match WHERE bank_id = $1 AND kind = 'pdq' GROUP BY item_id) AS m
	JOIN item i ON i.id = m.item_id GROUP BY m.distance, i.stage ORDER BY m.distance`

// Calibration counts, for each distance, what people decided on the items that a bank matched.
// The counts are of all items, also of actions that the person takes no part in: they name none.
func (d *Desk) Calibration(ctx context.Context, who auth.Principal, bank string) (client.Calibration, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) (client.Calibration, error) {
		b, err := match.GetBank(tx, bank)
		if err != nil {
			return client.Calibration{}, err
		}
		var list []match.At
		err = tx.Each(sqlDecidedAt, []any{b.ID}, func(scan sqldb.Scanner) error {
			var distance, n int
			var stage item.Stage
			if err := scan(&distance, &stage, &n); err != nil {
				return err
			}
			if len(list) == 0 || list[len(list)-1].Distance != distance {
				list = append(list, match.At{Distance: distance})
			}
			count(&list[len(list)-1], stage, n)
			return nil
		})
		return calibrationOf(b, list), err
	})
}

// count adds items of a stage. All stages that follow confirmation mean a confirmed item.
func count(a *match.At, stage item.Stage, n int) {
	switch stage {
	case item.Rejected:
		a.Rejected += n
	case item.Confirmed, item.Held, item.Cleared, item.Blocked, item.Drafted, item.Approved, item.Delivered, item.Undeliverable, item.Ordered:
		a.Confirmed += n
	default:
		a.Waits += n
	}
}

func calibrationOf(b match.Bank, list []match.At) client.Calibration {
	advice := match.Advise(list, b.Radius)
	out := client.Calibration{Bank: b.Name, Radius: b.Radius, Overall: client.Precision(match.PrecisionOf(list...)), Why: advice.Why}
	if advice.Radius >= 0 {
		out.Proposed = &advice.Radius
	}
	out.Distances = mapped(list, func(a match.At) client.DistanceCount {
		return client.DistanceCount{Distance: a.Distance, Confirmed: a.Confirmed, Rejected: a.Rejected, Waits: a.Waits, Precision: client.Precision(match.PrecisionOf(a))}
	})
	return out
}
