package api_test

import (
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestNoticesOverTheAPI: drafted by one person, approved by another, answered by the platform,
// complained of, decided by people who took no part, counted, on both engines.
func TestNoticesOverTheAPI(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorldOn(t, db)
		ctx := t.Context()
		action := w.openAction("Noticed", "coordinator")
		items := w.contribute("analyst", action, "https://clips.example/1", "https://clips.example/2")
		w.ready(items...)
		w.cleared(items...)
		form := map[string]string{"explanation": "Two people assessed each.", "good_faith": "yes", "trusted_flagger": "yes"}
		if _, err := w.as("coordinator").DraftNotices(ctx, action, client.NewNotices{Track: "notice", Form: map[string]string{}}); status(err) != 422 || !strings.Contains(err.Error(), "DSA 16(2)(a)") {
			t.Errorf("an empty form: %v", err)
		}
		made, err := w.as("coordinator").DraftNotices(ctx, action, client.NewNotices{Track: "notice", Form: form})
		w.must(err)
		n := made.Notices[0]
		if n.Reference == "" || n.Count != 2 || n.Form["notifier"] != "Unit North" {
			t.Fatalf("%+v", n)
		}
		if _, err := w.as("coordinator").ApproveNotice(ctx, n.ID); status(err) != 403 && status(err) != 409 && status(err) != 422 {
			t.Errorf("who drafted approves: %v", err)
		}
		if _, err := w.as("contact").Notice(ctx, n.ID); status(err) != 404 {
			t.Errorf("the platform sees a draft: %v", err)
		}
		_, err = w.as("reviewer").ApproveNotice(ctx, n.ID)
		w.must(err)
		rows, err := w.as("contact").AnswerNotice(ctx, n.ID, client.NewNoticeAnswers{Decisions: []client.NoticeDecision{{Decision: "removed"}, {ItemID: items[0].ID, Decision: "refused"}}})
		if err != nil || rows.Failed != 1 {
			t.Errorf("%+v %v", rows, err)
		}
		if _, err := w.as("other contact").AnswerNotice(ctx, n.ID, client.NewNoticeAnswers{Decisions: []client.NoticeDecision{}}); status(err) != 404 {
			t.Errorf("another platform answers: %v", err)
		}
		got, err := w.as("contact").Notice(ctx, n.ID)
		w.must(err)
		if got.ConfirmedAt == nil || got.Decided != 2 || got.Items[0].Decision.Decision != "removed" || got.Items[0].ToldAt == nil {
			t.Errorf("%+v", got)
		}
		w.complains(items[0].ID)
	})
}

func (w *world) complains(item string) {
	w.t.Helper()
	ctx := w.t.Context()
	w.update(func(tx *sqldb.Tx) error {
		for _, name := range []string{"fresh one", "fresh two"} {
			u, err := auth.AddUser(tx, audit.System, auth.User{Unit: w.units["Unit North"], Name: name, Email: strings.ReplaceAll(name, " ", ".") + "@desk.test", Roles: []auth.Role{auth.Reviewer}})
			if err != nil {
				return err
			}
			if _, w.secrets[name], err = auth.AddToken(tx, audit.System, auth.Token{User: u.ID, Name: "test", ExpiresAt: tx.Now.Add(1e12)}); err != nil {
				return err
			}
		}
		return nil
	})
	c, err := w.as("contact").FileComplaint(ctx, client.NewComplaint{ItemID: item, Reasons: "It is a news report."})
	w.must(err)
	finding := client.NewReassessment{Decision: "not_terrorist", Purpose: "journalism", Reasons: "It reports."}
	for _, name := range []string{"coordinator", "reviewer"} {
		if _, err := w.as(name).Reassess(ctx, c.ID, finding); err == nil || !strings.Contains(err.Error(), "took part") {
			w.t.Errorf("%s, who took part, decides: %v", name, err)
		}
	}
	for _, name := range []string{"fresh one", "fresh two"} {
		if c, err = w.as(name).Reassess(ctx, c.ID, finding); err != nil {
			w.t.Fatal(err)
		}
	}
	if c.Outcome != "reversed" || len(c.TookPart) != 4 || c.FiledBy == "" {
		w.t.Errorf("%+v", c)
	}
	seen, err := w.as("contact").Complaint(ctx, c.ID)
	w.must(err)
	if seen.Outcome != "reversed" || len(seen.Reassessments) != 2 || seen.Reassessments[0].UserID != "" || seen.TookPart != nil || seen.FiledBy != "" {
		w.t.Errorf("the platform sees %+v", seen)
	}
	page, err := w.as("overseer").Precisions(ctx, 0)
	w.must(err)
	if len(page.Items) != 7 || page.Items[0].By != "all" {
		w.t.Errorf("%+v", page)
	}
	report, err := w.as("overseer").Transparency(ctx, client.TransparencyQuery{Kind: client.ReportArticle21, Year: seen.FiledAt.Year()})
	w.must(err)
	for _, f := range report.Figures {
		if f.Key == "complaints_reversed" && (f.Value == nil || *f.Value != 1) {
			w.t.Errorf("%+v", f)
		}
	}
}
