package api_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// The printed form of a message is fetched by its platform alone, printed once and kept; a referral
// has none.
func TestThePrintedFormIsFetched(t *testing.T) {
	p, err := press.Open(press.Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Skip("there is no browser to print with: ", err)
	}
	t.Cleanup(func() { p.Close() })
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorldOn(t, db)
		pull, ctx := platform.Pull, t.Context()
		w.reach(w.clips, platform.Change{Transport: &pull})
		w.flow.Public = w.server.URL
		w.approved("https://clips.example/v/1")
		action := w.openAction("Noticed", "coordinator")
		items := w.contribute("analyst", action, "https://clips.example/1")
		w.ready(items...)
		w.cleared(items...)
		made, err := w.as("coordinator").DraftNotices(ctx, action, client.NewNotices{Track: "notice", Form: map[string]string{"explanation": "Two people assessed it.", "good_faith": "yes", "trusted_flagger": "yes"}})
		w.must(err)
		_, err = w.as("reviewer").ApproveNotice(ctx, made.Notices[0].ID)
		w.must(err)
		in, err := w.as("contact").Inbox(ctx, "")
		w.must(err)
		if len(in.Messages) != 2 || in.Messages[0].PDFURL != "" || in.Messages[1].PDFURL != "" {
			t.Fatalf("nothing prints here: %+v", in.Messages)
		}
		referral, notice := in.Messages[0].ID, in.Messages[1].ID
		if _, err := w.as("contact").InboxPDF(ctx, notice); status(err) != 503 {
			t.Errorf("without a press: %v", err)
		}
		w.flow.Press = p
		in, err = w.as("contact").Inbox(ctx, "")
		w.must(err)
		if in.Messages[0].PDFURL != "" || in.Messages[1].PDFURL != w.server.URL+"/v1/inbox/"+notice+"/document.pdf" {
			t.Errorf("they are at %q and %q", in.Messages[0].PDFURL, in.Messages[1].PDFURL)
		}
		pdf, err := w.as("contact").InboxPDF(ctx, notice)
		w.must(err)
		w.flow.Press = nil // what was printed is kept
		again, err := w.as("contact").InboxPDF(ctx, notice)
		w.must(err)
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Equal(pdf, again) {
			t.Errorf("%d bytes begin with %.10q, and then %d", len(pdf), pdf, len(again))
		}
		if _, err := w.as("contact").InboxPDF(ctx, referral); status(err) != 404 || !strings.Contains(err.Error(), "with a form") {
			t.Errorf("of a referral: %v", err)
		}
		for name, want := range map[string]int{"other contact": 404, "coordinator": 403} {
			if _, err := w.as(name).InboxPDF(ctx, notice); status(err) != want {
				t.Errorf("the %s: %v", name, err)
			}
		}
	})
}
