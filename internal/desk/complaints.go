package desk

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
)

const complaintColumns = `SELECT c.id, c.reference, c.item_id, i.url, c.platform_id, p.name, c.unit_id, u.name, c.subject_id, c.complainant, c.contact, c.reasons,
	c.received_at, c.due_at, c.filed_at, c.state, c.outcome, c.decided_at, c.told_at, c.told_how, (SELECT COUNT(*) FROM reassessment r WHERE r.complaint_id = c.id)
	FROM complaint c JOIN item i ON i.id = c.item_id JOIN platform p ON p.id = c.platform_id JOIN unit u ON u.id = c.unit_id `

const (
	sqlComplaints = complaintColumns + `WHERE ($1 = '' OR c.state = $1) AND ($2 = '' OR EXISTS (
		SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = c.item_id AND au.unit_id = $2))
		ORDER BY c.state DESC, c.due_at, c.id LIMIT $3`
	sqlComplaintsOfPlatform = complaintColumns + "WHERE ($1 = '' OR c.state = $1) AND c.platform_id = $2 AND c.complainant = 'platform' ORDER BY c.state DESC, c.due_at, c.id LIMIT $3"
	sqlComplaint            = complaintColumns + "WHERE c.id = $1"
	sqlNameOfUnit           = "SELECT name FROM unit WHERE id = $1"
	sqlNameOfPlatform       = "SELECT name FROM platform WHERE id = $1"
)

// complaintsShown is how many complaints a list shows, open ones first.
const complaintsShown = 500

// Complaints lists what a person sees of them: a unit those about items that it shares, a
// platform's contact those that the platform made.
func (d *Desk) Complaints(ctx context.Context, who auth.Principal, state string) ([]client.Complaint, error) {
	return view(ctx, d, who, auth.ComplaintRead, func(tx *sqldb.Tx) ([]client.Complaint, error) {
		if who.Platform != "" {
			return sqldb.List(tx, sqlComplaintsOfPlatform, []any{state, who.Platform, complaintsShown}, readComplaint)
		}
		return sqldb.List(tx, sqlComplaints, []any{state, unitSeen(who), complaintsShown}, readComplaint)
	})
}

// Complaint gives one with what was found.
func (d *Desk) Complaint(ctx context.Context, who auth.Principal, target id.Complaint) (client.Complaint, error) {
	return view(ctx, d, who, auth.ComplaintRead, func(tx *sqldb.Tx) (client.Complaint, error) {
		c, err := readComplaint(tx.Row(sqlComplaint, target).Scan)
		if problem.Is(err, problem.NotFound) || err == nil && who.Platform != "" && (c.PlatformID != string(who.Platform) || c.Complainant != redress.Platform) {
			return client.Complaint{}, problem.New(problem.NotFound, "there is no complaint %.40q that you can see; check the identifier", target)
		}
		if err != nil {
			return c, err
		}
		if who.Platform == "" {
			if err := seesItem(tx, who, id.Item(c.ItemID)); err != nil {
				return client.Complaint{}, err
			}
		}
		if c.Outcome == redress.Reversed {
			if c.Reinstatement, err = reinstatementOf(tx, id.Item(c.ItemID)); err != nil {
				return c, err
			}
			if c.Reinstatement != nil && who.Platform != "" {
				c.Reinstatement.Proposal = nil
			}
		}
		return c, readFindings(tx, who, &c)
	})
}

// readFindings adds what people found. The complainant learns the reasons once it is decided,
// and never who decided.
func readFindings(tx *sqldb.Tx, who auth.Principal, c *client.Complaint) error {
	found, err := redress.Reassessments(tx, id.Complaint(c.ID))
	if err != nil {
		return err
	}
	if who.Platform != "" && c.State != redress.Decided {
		return nil
	}
	for _, r := range found {
		one := client.Reassessment{Step: r.Step, UserID: string(r.User), UnitID: string(r.Unit), Decision: r.Decision, Limbs: some(r.Limbs), Purpose: r.Purpose, Reasons: r.Reasons, At: r.At}
		if who.Platform != "" {
			one.UserID, one.UnitID = "", ""
		}
		c.Reassessments = append(c.Reassessments, one)
	}
	if who.Platform != "" {
		return nil
	}
	heard, err := redress.Get(tx, id.Complaint(c.ID))
	if err != nil {
		return err
	}
	involved, err := redress.TookPart(tx, heard)
	c.FiledBy = string(heard.FiledBy)
	for _, u := range involved {
		c.TookPart = append(c.TookPart, string(u))
	}
	return err
}

func readComplaint(scan sqldb.Scanner) (c client.Complaint, err error) {
	var decided, told time.Time
	err = scan(&c.ID, &c.Reference, &c.ItemID, &c.URL, &c.PlatformID, &c.Platform, &c.UnitID, &c.Unit, &c.SubjectID, &c.Complainant, &c.Contact, &c.Reasons,
		sqldb.Into(&c.ReceivedAt), sqldb.Into(&c.DueAt), sqldb.Into(&c.FiledAt), &c.State, &c.Outcome, sqldb.Into(&decided), sqldb.Into(&told), &c.ToldHow, &c.Found)
	c.DecidedAt, c.ToldAt = optional(decided), optional(told)
	return c, err
}

// Precisions computes the precision of what was handed over in a year, or ever for 0: of the
// person's own unit, or of all for who sees all.
func (d *Desk) Precisions(ctx context.Context, who auth.Principal, year int) ([]client.Precisions, error) {
	return view(ctx, d, who, auth.ReportRead, func(tx *sqldb.Tx) (out []client.Precisions, err error) {
		var span redress.Span
		if year != 0 {
			span.From = time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC)
			span.To = span.From.AddDate(1, 0, 0)
		}
		groups, err := redress.Precise(tx, unitSeen(who), span)
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			one := client.Precisions{By: g.By, List: []client.Held{}}
			for _, p := range g.List {
				named := client.Held{Of: p.Of, Name: p.Of, Delivered: p.Delivered, Heard: p.Heard, Reversed: p.Reversed, Share: p.Share, Low: p.Low, High: p.High, Answered: p.Answered, Refused: p.Refused, Small: p.Small}
				if err := nameOf(tx, g.By, &named); err != nil {
					return nil, err
				}
				one.List = append(one.List, named)
			}
			out = append(out, one)
		}
		return out, nil
	})
}

func nameOf(tx *sqldb.Tx, by string, p *client.Held) error {
	q, ok := map[string]sqldb.SQL{"unit": sqlNameOfUnit, "platform": sqlNameOfPlatform}[by]
	if !ok {
		return nil
	}
	err := tx.Row(q, p.Of).Scan(&p.Name)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}
