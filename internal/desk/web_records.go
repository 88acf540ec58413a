package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
)

// A platform's record counts each item once, in however many actions it is. $1 is the unit
// that asks, empty for who sees all; $2 a platform, empty for all.
const (
	sqlRecords = `SELECT i.platform_id, i.stage, i.answer, i.verdict, COUNT(*) FROM item i
		WHERE ($2 = '' OR i.platform_id = $2) AND ($1 = '' OR EXISTS (
			SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = i.id AND au.unit_id = $1))
		GROUP BY i.platform_id, i.stage, i.answer, i.verdict`
	sqlGoneAfter = `SELECT i.platform_id, r.gone_at - r.delivered_at FROM recheck r JOIN item i ON i.id = r.item_id
		WHERE r.gone_at IS NOT NULL AND r.base = 0 AND r.referral_id <> '' AND ($2 = '' OR i.platform_id = $2) AND ($1 = '' OR EXISTS (
			SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = i.id AND au.unit_id = $1))
		ORDER BY 1, 2`
)

const microsecondsPerMinute = 60_000_000

// PlatformRecords gives all platforms with their records, in the order of their names.
func (d *Desk) PlatformRecords(ctx context.Context, who auth.Principal) ([]PlatformRecord, error) {
	return view(ctx, d, who, auth.PlatformRead, func(tx *sqldb.Tx) ([]PlatformRecord, error) {
		list, err := platform.List(tx)
		if err != nil {
			return nil, err
		}
		return records(tx, who, "", list)
	})
}

// PlatformRecord gives one platform with its record.
func (d *Desk) PlatformRecord(ctx context.Context, who auth.Principal, p id.Platform) (PlatformRecord, error) {
	return view(ctx, d, who, auth.PlatformRead, func(tx *sqldb.Tx) (PlatformRecord, error) {
		found, err := platform.Get(tx, p)
		if err != nil {
			return PlatformRecord{}, err
		}
		list, err := records(tx, who, p, []platform.Platform{found})
		if err != nil {
			return PlatformRecord{}, err
		}
		return list[0], nil
	})
}

func records(tx *sqldb.Tx, who auth.Principal, only id.Platform, list []platform.Platform) ([]PlatformRecord, error) {
	unit := who.Unit
	if who.SeesAll() {
		unit = ""
	}
	b := board{platforms: map[string]*client.PlatformOutcome{}, counts: map[string]map[string]int{}}
	err := tx.Each(sqlRecords, []any{unit, only}, func(scan sqldb.Scanner) error {
		var p, stage, answer, verdict string
		var n int
		if err := scan(&p, &stage, &answer, &verdict, &n); err != nil {
			return err
		}
		b.record(p, item.Stage(stage), answer, verdict, n)
		return nil
	})
	if err != nil {
		return nil, err
	}
	after := map[string][]int64{} // microseconds, ascending
	err = tx.Each(sqlGoneAfter, []any{unit, only}, func(scan sqldb.Scanner) error {
		var p string
		var took int64
		if err := scan(&p, &took); err != nil {
			return err
		}
		after[p] = append(after[p], took)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]PlatformRecord, len(list))
	for i, p := range list {
		out[i] = PlatformRecord{Platform: PlatformOf(p), Minutes: median(after[string(p.ID)]) / microsecondsPerMinute}
		if seen := b.platforms[string(p.ID)]; seen != nil {
			out[i].Outcome = *seen
		}
	}
	return out, nil
}

func (b *board) record(p string, stage item.Stage, answer, verdict string, n int) {
	seen := b.platforms[p]
	if seen == nil {
		seen = &client.PlatformOutcome{PlatformID: p, Verdicts: map[string]int{}, Answers: map[string]int{}}
		b.platforms[p] = seen
	}
	seen.Items += n
	if stage == item.Delivered {
		seen.Delivered += n
		seen.Verdicts[verdict] += n
		seen.Answers[answer] += n
	}
}

// median is that of a sorted list, 0 for an empty one.
func median(sorted []int64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return float64(sorted[(n-1)/2]+sorted[n/2]) / 2
}
