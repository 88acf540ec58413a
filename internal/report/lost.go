package report

import (
	"regexp"

	"github.com/argine/argine/internal/sqldb"
)

// waiting are the items that a job will carry on: all whose identifier stands in a job that
// waits, runs or will be tried again. A job is enqueued in the transaction that makes it
// needed and ends after the one that does its work, so at any moment an item between two
// stages has one, whatever is going on meanwhile.
type waiting map[string]bool

const sqlWaiting = `SELECT COALESCE(args ->> 'items', args ->> 'work', '') FROM river_job
	WHERE kind IN ('capture.take', 'media.extract', 'match.find', 'deconflict.ask')
	AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')`

var itemID = regexp.MustCompile(`itm_[0-9a-z]{26}`)

func readWaiting(tx *sqldb.Tx) (waiting, error) {
	w := waiting{}
	return w, tx.Each(sqlWaiting, nil, func(scan sqldb.Scanner) error {
		var items string
		if err := scan(&items); err != nil {
			return err
		}
		for _, item := range itemID.FindAllString(items, -1) {
			w[item] = true
		}
		return nil
	})
}

// progress is how far along the work a stage is; a later one rests on what earlier ones left.
var progress = map[string]int{
	"contributed": 0, "captured": 1, "unreachable": 1, "ready": 1, "assessed": 2, "disputed": 3, "rejected": 3, "confirmed": 3,
	"held": 4, "cleared": 4, "ordered": 5, "blocked": 5, "drafted": 6, "approved": 7, "undeliverable": 7, "delivered": 8,
}

// missing says what the item of a record needs for its stage and has not: nothing, in a
// system that works, at any moment. Each change of stage is one transaction with the record
// it rests on, so a gap means that a row has vanished or that nobody will carry the item on.
func missing(r record, jobs waiting) string {
	at := progress[r.stage]
	for _, needs := range []struct {
		gap  bool
		what string
	}{
		{!r.contributed, "no contribution names the item"},
		{r.stage == "contributed" && !jobs[r.item], "no job will capture the item"},
		{at >= 1 && r.capture == "", "the capture is missing"},
		{r.stage == "captured" && !jobs[r.item], "no job will fingerprint or match the item"},
		{at >= 2 && r.assessments < 1 || at >= 3 && r.assessments < 2, "an assessment is missing"},
		{r.stage == "confirmed" && r.clearance != "asking" && !jobs[r.item], "no job will deconflict the item"},
		{at >= 4 && r.clearance == "", "the answer of deconfliction is missing"},
		{r.stage == "blocked" && r.block == "", "the reason of the block is missing"},
		{at >= 6 && r.handed == "", "what it goes out with is missing"},
		{at >= 7 && r.delivery == "", "the delivery is missing"},
		{at >= 8 && !r.watched, "no look is planned and none was taken"},
	} {
		if needs.gap {
			return needs.what
		}
	}
	return ""
}
