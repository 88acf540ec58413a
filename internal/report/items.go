package report

import (
	"time"

	"github.com/argine/argine/internal/sqldb"
)

// sqlItems gives one row for each item, with what the stages have on record about it.
//
// An item can be on several legal tracks. It is counted on the first of them that it went out
// on, in the order referral, notice, order to act, removal order, so that no figure counts it twice.
//
// Seen gone are the verdicts removed, soft_404, account_gone and redirected_home. A login
// wall or a geo-block hides an item from some and is not counted as gone.
const sqlItems = `SELECT ai.item_id, ai.platform_id, COALESCE(p.name, ''), ai.language, ai.stage, ai.answer, ai.verdict, ai.ideology,
	EXISTS (SELECT 1 FROM contribution c WHERE c.item_id = ai.item_id AND c.action_id = ai.action_id),
	COALESCE((SELECT c.outcome FROM capture c WHERE c.item_id = ai.item_id ORDER BY c.id DESC LIMIT 1), ''),
	EXISTS (SELECT 1 FROM match m WHERE m.item_id = ai.item_id AND NOT m.own),
	(SELECT COUNT(*) FROM assessment a WHERE a.item_id = ai.item_id),
	COALESCE(cl.state, ''), COALESCE(b.rule, ''),
	COALESCE(r.state, n.state, a9.state, o.state, ''), COALESCE(r.track, n.track, a9.track, CASE WHEN o.id IS NULL THEN '' ELSE 'order' END),
	COALESCE(d.state, ''), d.delivered_at,
	EXISTS (SELECT 1 FROM recheck re WHERE re.item_id = ai.item_id),
	(SELECT MIN(pr.at) FROM probe pr WHERE pr.item_id = ai.item_id AND pr.verdict IN ('removed', 'soft_404', 'account_gone', 'redirected_home')),
	(SELECT MAX(pr.at) FROM probe pr WHERE pr.item_id = ai.item_id),
	EXISTS (SELECT 1 FROM reupload ru WHERE ru.item_id = ai.item_id)
	FROM action_item ai
	LEFT JOIN platform p ON p.id = ai.platform_id
	LEFT JOIN clearance cl ON cl.item_id = ai.item_id
	LEFT JOIN preflight_block b ON b.item_id = ai.item_id
	LEFT JOIN referral_item ri ON ri.item_id = ai.item_id
	LEFT JOIN referral r ON r.id = ri.referral_id
	LEFT JOIN notice_item ni ON ni.item_id = ai.item_id AND ni.track = 'notice'
	LEFT JOIN notice n ON n.id = ni.notice_id
	LEFT JOIN notice_item nj ON nj.item_id = ai.item_id AND nj.track = 'act_order'
	LEFT JOIN notice a9 ON a9.id = nj.notice_id
	LEFT JOIN removal_order o ON o.item_id = ai.item_id AND o.origin = 'own' AND o.state <> 'withdrawn'
	LEFT JOIN delivery d ON d.subject_id = COALESCE(r.id, n.id, a9.id, o.id)
		AND d.kind = CASE WHEN r.id IS NOT NULL THEN 'referral' WHEN n.id IS NOT NULL THEN 'notice' WHEN a9.id IS NOT NULL THEN 'act_order' ELSE 'order' END
	WHERE ai.action_id = $1`

// record is what is on record about one item.
type record struct {
	item, platform, platformName, language string
	stage, answer, verdict                 string
	ideology                               string // "" until two people have decided
	contributed                            bool
	capture                                string // outcome of the newest; "" without any
	matched                                bool
	assessments                            int
	clearance, block                       string // "" without one
	handed, track, delivery                string // states of what it goes out with and of its delivery, and the legal track; "" without one
	deliveredAt                            time.Time
	watched                                bool // looks are planned or were taken
	goneAt, lookedAt                       time.Time
	reupload                               bool
}

func readRecord(scan sqldb.Scanner) (r record, err error) {
	return r, scan(&r.item, &r.platform, &r.platformName, &r.language, &r.stage, &r.answer, &r.verdict, &r.ideology,
		&r.contributed, &r.capture, &r.matched, &r.assessments, &r.clearance, &r.block,
		&r.handed, &r.track, &r.delivery, sqldb.Into(&r.deliveredAt), &r.watched, sqldb.Into(&r.goneAt), sqldb.Into(&r.lookedAt), &r.reupload)
}

// readItems counts the items, one row at a time.
func (s *summary) readItems(tx *sqldb.Tx) error {
	jobs, err := readWaiting(tx)
	if err != nil {
		return err
	}
	return tx.Each(sqlItems, []any{s.action.id}, func(scan sqldb.Scanner) error {
		r, err := readRecord(scan)
		if err != nil {
			return err
		}
		s.count(r)
		if missing := missing(r, jobs); missing != "" {
			s.lost[missing]++
		}
		return nil
	})
}

// count adds one item to every figure that it belongs to.
func (s *summary) count(r record) {
	s.report.Items++
	s.stages[r.stage]++
	for _, each := range []struct {
		counts bool
		figure *int
	}{
		{r.capture == "captured", &s.report.Captured},
		{r.capture == "unreachable", &s.report.Unreachable},
		{r.matched, &s.report.Matched},
		{r.assessments >= 2, &s.report.Assessed},
		{r.stage == "rejected", &s.report.Rejected},
		{r.stage == "disputed", &s.report.Disputed},
		{r.block != "", &s.report.Blocked},
		{r.reupload, &s.report.Reuploads},
	} {
		if each.counts {
			*each.figure++
		}
	}
	if r.block != "" {
		s.report.Blocks[r.block]++
	}
	if r.track != "" {
		in(s.tracks, r.track, trackName(r.track)).add(r)
	}
	if r.track != "referral" { // the other tracks have counters of their own
		r.handed, r.delivery = "", ""
	}
	if r.delivery == "delivered" {
		s.report.Verdicts[verdictOf(r.verdict)]++
	}
	s.total.add(r)
	in(s.platforms, r.platform, platformName(r.platformName)).add(r)
	in(s.languages, r.language, languageName(r.language)).add(r)
	if r.ideology != "" {
		in(s.ideology, r.ideology, ideologyName(r.ideology)).add(r)
	}
}

// noVerdicts has all eight verdicts, each not seen yet.
func noVerdicts() map[string]int {
	return map[string]int{"removed": 0, "soft_404": 0, "account_gone": 0, "login_wall": 0, "geo_blocked": 0, "redirected_home": 0, "still_up": 0, "unknown": 0}
}

// verdictOf is unknown while nobody has looked.
func verdictOf(verdict string) string {
	if verdict == "" {
		return "unknown"
	}
	return verdict
}
