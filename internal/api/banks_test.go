package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

func TestBanksOverHTTP(t *testing.T) {
	w := newWorld(t)
	ctx, c := t.Context(), w.as("coordinator")
	made, err := c.AddBank(ctx, client.NewBank{Name: "SAMPLE_BANK", Radius: 31, Terms: "for detection only"})
	w.must(err)
	if made.Unit != "Unit North" || made.Share != 1 || !made.Enabled || made.Shared || made.Own {
		t.Errorf("%+v", made)
	}
	file := "kind,value,label,labels,provenance,expires_at\n"
	for i := range 5 {
		file += fmt.Sprintf("sha256,%064x,number %d,one two,unit one,2999-01-01T00:00:00Z\n", i, i)
	}
	got, err := c.ImportFile(ctx, "SAMPLE_BANK", "text/csv", strings.NewReader(file+"sha256,bad\n"))
	w.must(err)
	if got.Added != 5 || got.Failed != 1 || len(got.Errors) != 1 || got.Errors[0].Line != 7 || got.Errors[0].Input != "sha256,bad" {
		t.Errorf("%+v", got)
	}
	var out bytes.Buffer
	w.must(c.ExportEntries(ctx, made.ID, client.Export{Form: "csv"}, &out))
	if out.String() != file {
		t.Errorf("exported:\n%s\nimported:\n%s", out.String(), file)
	}
	share, off := 0.25, false
	set, err := c.SetBank(ctx, "SAMPLE_BANK", client.BankChange{Share: &share, Enabled: &off})
	w.must(err)
	if set.Share != 0.25 || set.Enabled || set.Radius != 31 || set.Terms != "for detection only" || set.Entries != 5 {
		t.Errorf("%+v", set)
	}
	page, err := c.Entries(ctx, "SAMPLE_BANK", client.Export{Limit: 2})
	w.must(err)
	if len(page.Items) != 2 || page.Items[0].ExpiresAt == nil || fmt.Sprint(page.Items[0].Labels) != "[one two]" {
		t.Fatalf("%+v", page)
	}
	next, err := c.Entries(ctx, "SAMPLE_BANK", client.Export{After: page.Items[1].Number})
	w.must(err)
	if len(next.Items) != 3 || next.Items[0].Number != page.Items[1].Number+1 {
		t.Errorf("%+v", next)
	}
	entry := fmt.Sprint(page.Items[0].Number)
	gone, err := c.RetractEntries(ctx, "SAMPLE_BANK", client.Retraction{Entries: []string{entry}, Why: "made up"})
	w.must(err)
	all, err := c.Entries(ctx, "SAMPLE_BANK", client.Export{All: true})
	w.must(err)
	if gone.Changed != 1 || len(all.Items) != 5 || all.Items[0].Why != "made up" || all.Items[0].Cause != "person" || all.Items[0].RetractedAt == nil {
		t.Errorf("%+v %+v", gone, all.Items[0])
	}
	back, err := c.RestoreEntries(ctx, "SAMPLE_BANK", client.Restoration{Entries: []string{entry}})
	w.must(err)
	if now, err := c.Bank(ctx, "SAMPLE_BANK"); err != nil || back.Changed != 1 || now.Entries != 5 || now.Retracted != 0 {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestABankOfAnotherUnit(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.as("coordinator").AddBank(ctx, client.NewBank{Name: "NORTHERN", Radius: 31, Terms: "ask Unit North first"})
	w.must(err)
	for _, path := range []string{"/export", "/entries", "/subscriptions", "/drafts"} {
		for who, want := range map[string]int{"southern coordinator": 403, "analyst": 200, "overseer": 200, "admin": 200} {
			got := w.call(asked{by: who, method: "GET", path: "/v1/banks/NORTHERN" + path})
			if got.status != want {
				t.Errorf("%s by %s: %d, want %d: %s", path, who, got.status, want, got.body)
			}
			if want == 403 && (path == "/export" || path == "/entries") && !strings.Contains(got.problem.Detail, "ask Unit North first") {
				t.Errorf("%s is refused without the terms: %s", path, got.body)
			}
		}
	}
	got := w.call(asked{by: "southern coordinator", method: "PATCH", path: "/v1/banks/NORTHERN", body: `{"enabled":false}`})
	if got.status != 403 {
		t.Errorf("another unit switches it off: %d", got.status)
	}
	shared := true
	if _, err := w.as("coordinator").SetBank(ctx, "NORTHERN", client.BankChange{Shared: &shared}); err != nil {
		t.Fatal(err)
	}
	if got := w.call(asked{by: "southern coordinator", method: "GET", path: "/v1/banks/NORTHERN/export?form=csv"}); got.status != 200 || !strings.HasPrefix(got.kind, "text/csv") {
		t.Errorf("a shared bank: %d %s", got.status, got.kind)
	}
}

func TestSubscriptionsOverHTTP(t *testing.T) {
	w := newWorld(t)
	ctx, c := t.Context(), w.as("coordinator")
	_, err := c.AddBank(ctx, client.NewBank{Name: "FEED", Radius: 31})
	w.must(err)
	s, err := c.Subscribe(ctx, "FEED", client.NewSubscription{Form: "csv", URL: "https://feed.example/list.csv", Secret: "sesame"})
	w.must(err)
	if s.Bank != "FEED" || !s.HasSecret || s.Every != 24*60 || s.NextAt == nil {
		t.Errorf("%+v", s)
	}
	raw := w.call(asked{by: "coordinator", method: "GET", path: "/v1/banks/FEED/subscriptions"})
	if !strings.Contains(raw.body, s.ID) || strings.Contains(raw.body, "sesame") {
		t.Errorf("%s", raw.body)
	}
	var draft match.Draft
	w.update(func(tx *sqldb.Tx) error {
		b, err := match.GetBank(tx, "FEED")
		if err != nil {
			return err
		}
		draft, err = match.OpenDraft(tx, audit.System, match.Draft{Bank: b.ID, Subscription: id.Subscription(s.ID), Consequences: match.Consequences{Lines: 3, New: 2, Bad: 1,
			BadLines: []match.BadLine{{Line: 3, Input: "x", Reason: "made up"}}, Examples: []match.Example{{Change: "new", Kind: "md5", Value: "00"}}}})
		return err
	})
	drafts, err := c.BankDrafts(ctx, "FEED")
	w.must(err)
	if len(drafts.Items) != 1 || drafts.Items[0].New != 2 || drafts.Items[0].Bank != "FEED" || len(drafts.Items[0].BadLines) != 1 || len(drafts.Items[0].Examples) != 1 {
		t.Fatalf("%+v", drafts)
	}
	for _, path := range []string{"/v1/bank-drafts/" + string(draft.ID), "/v1/bank-drafts/" + string(draft.ID) + "/take"} {
		method := map[bool]string{true: "POST", false: "GET"}[strings.HasSuffix(path, "take")]
		if got := w.call(asked{by: "southern coordinator", method: method, path: path}); got.status != 403 {
			t.Errorf("%s by another unit: %d", path, got.status)
		}
	}
	taken, err := c.TakeDraft(ctx, string(draft.ID))
	w.must(err)
	if taken.State != "taking" || taken.DecidedBy != string(w.people["coordinator"].User) {
		t.Errorf("%+v", taken)
	}
	if _, err := c.DiscardDraft(ctx, string(draft.ID)); err == nil || !strings.Contains(err.Error(), "taking") {
		t.Errorf("discarded while it is taken in: %v", err)
	}
	if err := c.Unsubscribe(ctx, s.ID); err == nil {
		t.Error("ended while a draft is taken in")
	}
}

func TestReversalOverHTTP(t *testing.T) {
	w := newWorld(t)
	a := w.openAction("Example Action", "coordinator")
	it := w.contribute("analyst", a, "https://clips.example/v/1")[0]
	got := w.call(asked{by: "coordinator", method: "POST", path: "/v1/items/" + it.ID + "/reversal", body: `{"reasons":"made up"}`})
	if got.status != 409 || got.problem.Type != "urn:argine:problem:/refused" {
		t.Errorf("an item that nobody confirmed: %d %s", got.status, got.body)
	}
	w.update(func(tx *sqldb.Tx) error {
		if _, err := tx.Exec("UPDATE item SET stage = 'confirmed' WHERE id = $1", it.ID); err != nil {
			return err
		}
		return audit.Append(tx, audit.System, audit.Entry{Verb: "test.confirmed", Subject: it.ID})
	})
	detail, err := w.as("coordinator").Reverse(t.Context(), it.ID, client.Reversal{Reasons: "made up"})
	w.must(err)
	if detail.Item.Stage != "rejected" {
		t.Errorf("it is %s", detail.Item.Stage)
	}
}
