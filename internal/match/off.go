package match

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlOff = `UPDATE bank_entry SET off_until = $11, retracted_at = NULL, cause = '', why = '', batch = $12,
		expires_at = CASE WHEN expires_at <= $13 THEN NULL ELSE expires_at END WHERE id IN (` + ten + ")"
	sqlWaking = "SELECT id, bank_id FROM bank_entry WHERE off_until <= $1 AND retracted_at IS NULL AND (expires_at IS NULL OR expires_at > $1) ORDER BY off_until LIMIT $2"
	sqlAsleep = "SELECT number, off_until FROM bank_entry WHERE off_until IS NOT NULL"
)

// OffUntil keeps entries from matching until a moment, and says how many. Those that were
// retracted come back with it. From that moment on all match again, by themselves.
func OffUntil(tx *sqldb.Tx, by audit.Actor, bank id.Bank, until time.Time, entries ...id.Entry) (int, error) {
	if !until.After(tx.Now) {
		return 0, problem.New(problem.Invalid, "%s is past; entries are switched off until a later moment", momentText(until))
	}
	list, batch, err := nextFor(tx, bank, entries)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	if _, err := tx.Exec(sqlCountGone, bank, batch, -retractedOf(list)); err != nil {
		return 0, err
	}
	if err := byTens(tx, sqlOff, idsOf(list), sqldb.At(until), batch, sqldb.At(tx.Now)); err != nil {
		return 0, err
	}
	return len(list), tell(tx, by, bank, "bank.entry_off", map[string]any{"until": until, "batch": batch}, idsOf(list))
}

// Wake takes their moment off entries that were switched off until now, at most limit of
// them; what has expired meanwhile is Expire's to take out. They match by then; the jobs look for them among what came in meanwhile.
func Wake(tx *sqldb.Tx, by audit.Actor, now time.Time, limit int) (jobs []RetroJob, err error) {
	err = eachDue(tx, sqlWaking, now, limit, func(b id.Bank, due []id.Entry) error {
		back, err := restore(tx, by, b, "the moment has come until which it was off", due)
		jobs = append(jobs, RetroJob{Bank: b, Batch: back.Batch})
		return err
	})
	return jobs, err
}

// asleep is the entries that are switched off until a moment, by number. Those that memory
// finds are compared with the clock when they are found: nothing needs to happen at the moment.
type asleep map[int64]time.Time

func readAsleep(tx *sqldb.Tx) (asleep, error) {
	list := asleep{}
	return list, tx.Each(sqlAsleep, nil, func(scan sqldb.Scanner) error {
		var number int64
		var until time.Time
		err := scan(&number, sqldb.Into(&until))
		list[number] = until
		return err
	})
}

// sleeps reports whether an entry that was found is switched off now.
func (x *Index) sleeps(number int64) bool {
	list := x.asleep.Load()
	if list == nil {
		return false
	}
	until, ok := (*list)[number]
	return ok && x.db.Now().Before(until)
}
