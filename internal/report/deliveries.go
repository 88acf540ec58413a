package report

import (
	"fmt"

	"github.com/argine/argine/internal/sqldb"
)

// sqlDeliveries gives the deliveries that carry items of the action, with what the newest
// attempt and the newest failed attempt came to.
const sqlDeliveries = `SELECT r.reference, COALESCE(p.name, ''), d.transport, d.state, d.attempts,
	(SELECT COUNT(*) FROM referral_item ri WHERE ri.referral_id = r.id),
	COALESCE((SELECT da.detail FROM delivery_attempt da WHERE da.delivery_id = d.id AND da.outcome <> 'delivered' ORDER BY da.number DESC LIMIT 1), '')
	FROM delivery d JOIN referral r ON r.id = d.subject_id LEFT JOIN platform p ON p.id = d.platform_id
	WHERE d.subject_id IN (SELECT ri.referral_id FROM action_item ai JOIN referral_item ri ON ri.item_id = ai.item_id WHERE ai.action_id = $1)
	ORDER BY r.reference`

func (s *summary) deliveries(tx *sqldb.Tx) (section, error) {
	out := section{ID: "deliveries", Title: "Deliveries that failed"}
	columns := append(texts("Referral", "Platform", "By", "State", "What was said"), figures("Attempts", "Items")...)
	failed := table{Caption: "Not delivered", Columns: columns}
	late := table{Caption: "Delivered after more than one attempt", Columns: columns}
	all, arrived, undone := 0, 0, 0
	err := tx.Each(sqlDeliveries, []any{s.action.id}, func(scan sqldb.Scanner) error {
		var reference, platform, transport, state, detail string
		var attempts, items int
		err := scan(&reference, &platform, &transport, &state, &attempts, &items, &detail)
		row := []string{reference, platformName(platform), transport, state, quote(detail), number(attempts), number(items)}
		all++
		switch {
		case state == "undeliverable" || state == "uncertain":
			failed.add(row...)
		case state == "delivered":
			arrived++
			if attempts > 1 {
				late.add(row...)
			}
		default:
			undone++
		}
		return err
	})
	out.Says = []sentence{say(fmt.Sprintf("*%s of %s* arrived (%s), %s of them after more than one attempt. %s did not, or nobody is sure; %s still on the way.",
		number(arrived), plural(all, "referral", "referrals"), percent(arrived, all), number(late.more), number(failed.more), number(undone)))}
	out.Tables = []table{failed.done("All that was sent arrived or is under way."), late.done("No delivery needed a second attempt.").fold()}
	return out, err
}
