package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// join adds a person to a unit that takes part.
func (w *world) join(name string, unit id.Unit, role auth.Role, p id.Platform) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		u, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit, Name: name, Email: strings.ReplaceAll(name, " ", ".") + "@desk.test", Roles: []auth.Role{role}, Platform: p})
		if err != nil {
			return err
		}
		w.people[name], err = auth.PrincipalOf(tx, u.ID)
		return err
	})
}

// referred takes an item to where its platform has the referral.
func (w *world) referred(it id.Item) {
	w.Helper()
	w.cleared(it)
	w.handOver()
}

// handOver refers what is cleared, and has its platform have it.
func (w *world) handOver() {
	w.Helper()
	made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
	w.must(err)
	_, err = w.flow.Approve(w.Context(), w.people["southern coordinator"], made.Referrals[0])
	w.must(err)
	w.delivered(string(made.Referrals[0]), deliver.Referral, w.db.Now().UTC().Truncate(time.Microsecond))
	w.update(func(tx *sqldb.Tx) error { // what a delivery that was made leaves behind
		_, err := tx.Exec("UPDATE delivery SET state = 'delivered', delivered_at = $1", sqldb.At(tx.Now))
		if err != nil {
			return err
		}
		return audit.Append(tx, audit.System, audit.Entry{Verb: "deliver.sent", Subject: string(made.Referrals[0])})
	})
}

// TestAComplaintIsHeard: a platform complains; who assessed, drafted or approved must not
// decide; two others reverse; the item is rejected, the platform is asked to bring it back,
// and the precision shows it.
func TestAComplaintIsHeard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		w.flow.Public = "https://desk.example"
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
		w.referred(items[0])
		w.referred(items[1])
		var p id.Platform
		w.view(func(tx *sqldb.Tx) error { it, err := item.Get(tx, items[0]); p = it.Platform; return err })
		w.join("contact", w.people["coordinator"].Unit, auth.PlatformContact, p)
		w.join("third reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
		ctx := t.Context()
		if _, err := w.flow.FileComplaint(ctx, w.people["analyst"], flow.NewComplaint{Item: items[0], Reasons: "x"}); !problem.Is(err, problem.Forbidden) {
			t.Errorf("an analyst files: %v", err)
		}
		c, err := w.flow.FileComplaint(ctx, w.people["contact"], flow.NewComplaint{Item: items[0], Contact: "legal@clips.example", Reasons: "It is a news report."})
		w.must(err)
		no := redress.Finding{Decision: assess.NotTerrorist, Purpose: "journalism", Reasons: "It reports, see https://clips.example/about."}
		for _, name := range []string{"reviewer", "coordinator", "southern coordinator"} {
			if _, err := w.flow.Reassess(ctx, w.people[name], c, no); !problem.Is(err, problem.Refused) {
				t.Errorf("the %s, who took part, decides: %v", name, err)
			}
		}
		if _, err := w.flow.Reassess(ctx, w.people["western coordinator"], c, no); !problem.Is(err, problem.NotFound) {
			t.Errorf("a unit that takes no part decides: %v", err)
		}
		_, err = w.flow.Reassess(ctx, w.people["second reviewer"], c, no)
		w.must(err)
		if w.stage(items[0]) != item.Delivered {
			t.Errorf("after one person it is %s", w.stage(items[0]))
		}
		_, err = w.flow.Reassess(ctx, w.people["third reviewer"], c, no)
		w.must(err)
		w.reversed(items[0], c)
	})
}

// reversed checks all that follows when a complaint was right.
func (w *world) reversed(it id.Item, c id.Complaint) {
	w.Helper()
	if w.stage(it) != item.Rejected {
		w.Errorf("the item is %s", w.stage(it))
	}
	w.view(func(tx *sqldb.Tx) error {
		heard, err := redress.Get(tx, c)
		if err != nil {
			return err
		}
		if heard.Outcome != redress.Reversed || heard.ToldAt.IsZero() {
			w.Errorf("%+v", heard)
		}
		letter, err := w.flow.Compose(tx, string(it), deliver.Reinstatement, "dlv_x")
		if err != nil {
			return err
		}
		d, err := document.Parse(letter.Message.Document)
		if err != nil {
			return err
		}
		if d.Values["a.urls"] != "https://clips.example/v/1" || !strings.HasPrefix(d.Values["a.references"], "AR-") || d.Reference != heard.Reference || strings.Contains(letter.Body, "https://clips.example/v") {
			w.Errorf("the request is %+v\n%s", d, letter.Body)
		}
		r, _, err := refer.Of(tx, it)
		if err != nil {
			return err
		}
		groups, err := redress.Precise(tx, r.Unit, redress.Span{})
		if err != nil {
			return err
		}
		for _, g := range groups {
			if len(g.List) != 1 || g.List[0].Delivered != 2 || g.List[0].Reversed != 1 || g.List[0].Share != 0.5 || g.List[0].Low > 0.15 || g.List[0].High < 0.85 {
				w.Errorf("precision by %s: %+v", g.By, g.List)
			}
		}
		return nil
	})
	if n := w.rows()["delivery"]; n != 3 {
		w.Errorf("%d deliveries, want two referrals and the request to reinstate", n)
	}
}
