package deliver

import "github.com/argine/argine/internal/sqldb"

// A webhook that failed may have arrived all the same: what comes again under its identifier is
// dropped as a repetition, even where less stands in it by then.
const sqlGone = "SELECT COUNT(*) FROM delivery WHERE subject_id = $1 AND (state IN ('delivered', 'sending', 'uncertain') OR state = 'due' AND transport = 'webhook' AND attempts > 0)"

// Gone reports whether anything of a subject is, or may be, at the other side.
func Gone(tx *sqldb.Tx, subject string) (bool, error) {
	var n int
	err := tx.Row(sqlGone, subject).Scan(&n)
	return n > 0, err
}
