package desk

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const referralColumns = `SELECT r.id, r.action_id, r.platform_id, p.name, r.track, r.reference, r.language, r.state, r.drafted_by, r.drafted_at, r.approved_by, r.approved_at,
	(SELECT COUNT(*) FROM referral_item ri WHERE ri.referral_id = r.id) FROM referral r JOIN platform p ON p.id = r.platform_id `

const (
	sqlReferrals     = referralColumns + "WHERE r.action_id = $1 AND ($2 = '' OR r.state = $2) ORDER BY r.id"
	sqlReferral      = referralColumns + "WHERE r.id = $1"
	sqlItemReferral  = referralColumns + "JOIN referral_item mine ON mine.referral_id = r.id WHERE mine.item_id = $1"
	sqlReferralItems = "SELECT item_id, url, limbs, reasons FROM referral_item WHERE referral_id = $1 ORDER BY item_id"
	sqlAnswers       = "SELECT id, item_id, kind, reason, acted_at, at FROM answer WHERE item_id = $1 ORDER BY at, id"

	deliveryColumns = `SELECT d.id, d.subject_id, r.reference, d.platform_id, d.transport, d.state, d.attempts, d.next_at, d.delivered_at, d.receipt, d.receipt_signature,
		COALESCE((SELECT a.detail FROM delivery_attempt a WHERE a.delivery_id = d.id ORDER BY a.number DESC LIMIT 1), '')
		FROM delivery d JOIN referral r ON r.id = d.subject_id `
	sqlDeliveries  = deliveryColumns + "WHERE r.action_id = $1 AND ($2 = '' OR d.state = $2) ORDER BY d.id"
	sqlDeliveryFor = deliveryColumns + "WHERE d.subject_id = $1"
	// Of anything that is handed over; what was agreed on in a case has the reference of its order.
	sqlDelivery = `SELECT d.id, d.subject_id, COALESCE(r.reference, o.reference, n.reference, ''), d.platform_id, d.transport, d.state, d.attempts, d.next_at, d.delivered_at, d.receipt, d.receipt_signature,
		COALESCE((SELECT a.detail FROM delivery_attempt a WHERE a.delivery_id = d.id ORDER BY a.number DESC LIMIT 1), ''), d.kind
		FROM delivery d LEFT JOIN referral r ON r.id = d.subject_id LEFT JOIN notice n ON n.id = d.subject_id LEFT JOIN order_step s ON s.id = d.subject_id
		LEFT JOIN removal_order o ON o.id = d.subject_id OR o.id = s.order_id WHERE d.id = $1`
)

// Referrals lists an action's referrals, of one state or all.
func (d *Desk) Referrals(ctx context.Context, who auth.Principal, a id.Action, state string) ([]client.Referral, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Referral, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		return sqldb.List(tx, sqlReferrals, []any{a, state}, readReferralRow)
	})
}

// Referral gives one referral with its items; a platform contact sees those to that platform.
func (d *Desk) Referral(ctx context.Context, who auth.Principal, target id.Referral) (client.Referral, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) (client.Referral, error) {
		r, err := readReferralRow(tx.Row(sqlReferral, target).Scan)
		if err != nil {
			return r, err
		}
		if who.Platform != "" {
			if r.PlatformID != string(who.Platform) || r.State != "approved" {
				return client.Referral{}, problem.New(problem.NotFound, "there is no referral %q to your platform", target)
			}
		} else if err := seesAction(tx, who, id.Action(r.ActionID)); err != nil {
			return client.Referral{}, err
		}
		if r.Items, err = sqldb.List(tx, sqlReferralItems, []any{target}, readReferralItem); err != nil {
			return r, err
		}
		r.Delivery, err = found(readDeliveryRow(tx.Row(sqlDeliveryFor, target).Scan))
		return r, err
	})
}

func readReferral(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) (err error) {
	if out.Referral, err = found(readReferralRow(tx.Row(sqlItemReferral, target).Scan)); err != nil {
		return err
	}
	if out.Referral != nil {
		if out.Referral.Delivery, err = found(readDeliveryRow(tx.Row(sqlDeliveryFor, out.Referral.ID).Scan)); err != nil {
			return err
		}
	}
	list, err := sqldb.List(tx, sqlAnswers, []any{target}, func(scan sqldb.Scanner) (a client.Answer, err error) {
		var acted time.Time
		err = scan(&a.ID, &a.ItemID, &a.Kind, &a.Reason, sqldb.Into(&acted), sqldb.Into(&a.At))
		a.ActedAt = optional(acted)
		return a, err
	})
	out.Answers = some(list)
	return err
}

// found is nil for what is not there.
func found[T any](v T, err error) (*T, error) {
	if problem.Is(err, problem.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

func readReferralRow(scan sqldb.Scanner) (r client.Referral, err error) {
	var approved time.Time
	err = scan(&r.ID, &r.ActionID, &r.PlatformID, &r.Platform, &r.Track, &r.Reference, &r.Language, &r.State, &r.DraftedBy, sqldb.Into(&r.DraftedAt),
		&r.ApprovedBy, sqldb.Into(&approved), &r.Count)
	r.ApprovedAt = optional(approved)
	return r, err
}

func readReferralItem(scan sqldb.Scanner) (it client.ReferralItem, err error) {
	var limbs string
	err = scan(&it.ItemID, &it.URL, &limbs, &it.Reasons)
	it.Limbs = words(limbs)
	return it, err
}

func readDeliveryRow(scan sqldb.Scanner) (d client.Delivery, err error) {
	var next, delivered time.Time
	err = scan(&d.ID, &d.ReferralID, &d.Reference, &d.PlatformID, &d.Transport, &d.State, &d.Attempts, sqldb.Into(&next), sqldb.Into(&delivered), &d.Receipt, &d.ReceiptSignature, &d.Detail)
	d.NextAt, d.DeliveredAt = optional(next), optional(delivered)
	return d, err
}

// Deliveries lists an action's deliveries, of one state or all.
func (d *Desk) Deliveries(ctx context.Context, who auth.Principal, a id.Action, state string) ([]client.Delivery, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Delivery, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		return sqldb.List(tx, sqlDeliveries, []any{a, state}, readDeliveryRow)
	})
}

// Delivery gives one delivery, of whatever is handed over.
func (d *Desk) Delivery(ctx context.Context, who auth.Principal, target id.Delivery) (client.Delivery, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) (client.Delivery, error) {
		kind := ""
		out, err := readDeliveryRow(func(to ...any) error { return tx.Row(sqlDelivery, target).Scan(append(to, &kind)...) })
		if kind != string(deliver.Referral) {
			out.Kind, out.ReferralID = kind, ""
		}
		return out, err
	})
}

const sqlBlocks = `SELECT b.item_id, b.rule, b.reason, b.remedy, b.at FROM preflight_block b
	JOIN action_item ai ON ai.item_id = b.item_id WHERE ai.action_id = $1 ORDER BY b.item_id`

// Blocks lists what the pre-flight refused in an action.
func (d *Desk) Blocks(ctx context.Context, who auth.Principal, a id.Action) ([]client.Block, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) ([]client.Block, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		return sqldb.List(tx, sqlBlocks, []any{a}, func(scan sqldb.Scanner) (b client.Block, err error) {
			return b, scan(&b.ItemID, &b.Rule, &b.Reason, &b.Remedy, sqldb.Into(&b.At))
		})
	})
}
