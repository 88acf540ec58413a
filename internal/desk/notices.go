package desk

import (
	"context"
	"encoding/json"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const noticeColumns = `SELECT n.id, n.action_id, n.platform_id, p.name, n.unit_id, u.name, n.track, n.reference, n.language, n.state, n.filled, n.drafted_by, n.drafted_at,
	n.approved_by, n.approved_at, n.received_at, n.confirmed_at,
	(SELECT COUNT(*) FROM notice_item ni WHERE ni.notice_id = n.id), (SELECT COUNT(*) FROM notice_item ni WHERE ni.notice_id = n.id AND ni.decision <> '')
	FROM notice n JOIN platform p ON p.id = n.platform_id JOIN unit u ON u.id = n.unit_id `

const (
	sqlNotices       = noticeColumns + "WHERE n.action_id = $1 AND ($2 = '' OR n.track = $2) ORDER BY n.id"
	sqlNewestNotices = noticeColumns + `WHERE ($2 = '' OR n.track = $2) AND ($1 = '' OR EXISTS (
		SELECT 1 FROM action_unit au WHERE au.action_id = n.action_id AND au.unit_id = $1)) ORDER BY n.id DESC LIMIT $3`
	sqlNotice      = noticeColumns + "WHERE n.id = $1"
	sqlNoticesTo   = noticeColumns + "WHERE n.platform_id = $1 AND n.state = 'approved' ORDER BY n.id DESC LIMIT $2"
	sqlNoticeItems = "SELECT item_id, url, limbs, reasons, decision, decided_at, told_at, reason, redress, automated FROM notice_item WHERE notice_id = $1 ORDER BY item_id"

	sqlNoticeDelivery = `SELECT d.id, d.subject_id, n.reference, d.platform_id, d.transport, d.state, d.attempts, d.next_at, d.delivered_at, d.receipt, d.receipt_signature,
		COALESCE((SELECT a.detail FROM delivery_attempt a WHERE a.delivery_id = d.id ORDER BY a.number DESC LIMIT 1), '')
		FROM delivery d JOIN notice n ON n.id = d.subject_id AND d.kind = n.track WHERE n.id = $1`
)

// Notices lists an action's notices of a track, or of both for "".
func (d *Desk) Notices(ctx context.Context, who auth.Principal, a id.Action, track string) ([]client.Notice, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Notice, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		return sqldb.List(tx, sqlNotices, []any{a, track}, readNotice)
	})
}

// NewestNotices lists the newest notices over all actions that a person sees.
func (d *Desk) NewestNotices(ctx context.Context, who auth.Principal, track string) ([]client.Notice, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Notice, error) {
		if who.Platform != "" {
			return nil, problem.New(problem.NotFound, "a platform's contact sees what was sent to it in the inbox")
		}
		return sqldb.List(tx, sqlNewestNotices, []any{unitSeen(who), track, referralsShown}, readNotice)
	})
}

// unitSeen is the unit whose things a person sees, or "" for all.
func unitSeen(who auth.Principal) id.Unit {
	if who.SeesAll() {
		return ""
	}
	return who.Unit
}

// Notice gives one notice with its items; a platform contact sees those to that platform.
func (d *Desk) Notice(ctx context.Context, who auth.Principal, target id.Notice) (client.Notice, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) (client.Notice, error) {
		n, err := readNotice(tx.Row(sqlNotice, target).Scan)
		if problem.Is(err, problem.NotFound) {
			return n, problem.New(problem.NotFound, "there is no notice %.40q; check the identifier", target)
		}
		if err != nil {
			return n, err
		}
		if who.Platform != "" {
			if n.PlatformID != string(who.Platform) || n.State != "approved" {
				return client.Notice{}, problem.New(problem.NotFound, "there is no notice %.40q to your platform", target)
			}
		} else if err := seesAction(tx, who, id.Action(n.ActionID)); err != nil {
			return client.Notice{}, err
		}
		if n.Items, err = sqldb.List(tx, sqlNoticeItems, []any{target}, readNoticeItem); err != nil {
			return n, err
		}
		n.Delivery, err = found(readDeliveryRow(tx.Row(sqlNoticeDelivery, target).Scan))
		return n, err
	})
}

// NoticesTo lists what was sent to the platform whose contact asks, newest first.
func (d *Desk) NoticesTo(ctx context.Context, who auth.Principal) ([]client.Notice, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Notice, error) {
		if who.Platform == "" {
			return nil, problem.New(problem.NotFound, "you are no platform's contact; see the list of notices")
		}
		return sqldb.List(tx, sqlNoticesTo, []any{who.Platform, referralsShown}, readNotice)
	})
}

func readNotice(scan sqldb.Scanner) (n client.Notice, err error) {
	var filled string
	var approved, received, confirmed time.Time
	err = scan(&n.ID, &n.ActionID, &n.PlatformID, &n.Platform, &n.UnitID, &n.Unit, &n.Track, &n.Reference, &n.Language, &n.State, &filled, &n.DraftedBy, sqldb.Into(&n.DraftedAt),
		&n.ApprovedBy, sqldb.Into(&approved), sqldb.Into(&received), sqldb.Into(&confirmed), &n.Count, &n.Decided)
	if err != nil {
		return n, err
	}
	n.ApprovedAt, n.ReceivedAt, n.ConfirmedAt = optional(approved), optional(received), optional(confirmed)
	return n, json.Unmarshal([]byte(filled), &n.Form)
}

func readNoticeItem(scan sqldb.Scanner) (it client.NoticeItem, err error) {
	var limbs string
	var d client.NoticeDecision
	var decided, told time.Time
	err = scan(&it.ItemID, &it.URL, &limbs, &it.Reasons, &d.Decision, sqldb.Into(&decided), sqldb.Into(&told), &d.Reason, &d.Redress, &d.Automated)
	it.Limbs = words(limbs)
	if d.Decision != "" {
		d.DecidedAt = optional(decided)
		it.Decision, it.ToldAt = &d, optional(told)
	}
	return it, err
}

// NoticeCaseOf is where a notice stands. Its items must be there.
func NoticeCaseOf(n client.Notice) law.NoticeCase {
	at := func(t *time.Time) time.Time {
		if t == nil {
			return time.Time{}
		}
		return *t
	}
	c := law.NoticeCase{Order: n.Track == "act_order", Sent: at(n.ApprovedAt), Received: at(n.ReceivedAt), Confirmed: at(n.ConfirmedAt)}
	for _, it := range n.Items {
		if it.Decision == nil {
			c.Decided = time.Time{}
			return c
		}
		if told := at(it.ToldAt); told.After(c.Decided) {
			c.Decided = told
		}
	}
	return c
}
