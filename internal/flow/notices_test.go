package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func article16() flow.NewNotices {
	return flow.NewNotices{Track: notice.Article16, Filled: law.Filled{"explanation": "Two people assessed each item; see https://elsewhere.example/context", "good_faith": "yes", "trusted_flagger": "yes"}}
}

func article9(items ...id.Item) flow.NewNotices {
	return flow.NewNotices{Track: notice.Article9, Items: items, Filled: law.Filled{"legal_basis": "Example Act", "reasons": "It calls for joining Sample Brigade.",
		"provisions": "Example Act, section 3", "redress": "Example Court, one month", "territory": "Belgium"}}
}

// delivered takes a subject to where the platform has it.
func (w *world) delivered(subject string, kind deliver.Kind, at time.Time) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		return w.flow.Settle(tx, deliver.Delivery{Subject: subject, Kind: kind, State: deliver.Delivered, DeliveredAt: at})
	})
}

// TestANoticeGoesItsWay: drafted by one, approved by another, handed over as the form of
// Article 16, confirmed and decided by the platform; the order of Article 9 comes on top.
func TestANoticeGoesItsWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		w.flow.Public = "https://desk.example"
		items := w.contribute("https://clips.example/v/1?a=b&c=d", "https://clips.example/v/2")
		w.cleared(items...)
		made, err := w.flow.DraftNotices(t.Context(), w.people["coordinator"], w.action, article16())
		w.must(err)
		if len(made.Notices) != 1 || w.stage(items[0]) != item.Drafted {
			t.Fatalf("%+v, the item is %s", made, w.stage(items[0]))
		}
		n := made.Notices[0]
		if _, err := w.flow.ApproveNotice(t.Context(), w.people["coordinator"], n); !problem.Is(err, problem.Refused) {
			t.Errorf("who drafted approves: %v", err)
		}
		_, err = w.flow.ApproveNotice(t.Context(), w.people["southern coordinator"], n)
		w.must(err)
		if rows := w.rows(); rows["delivery"] != 1 || rows["referral"] != 0 || w.stage(items[0]) != item.Approved {
			t.Errorf("%d deliveries, %d referrals, the item is %s", rows["delivery"], rows["referral"], w.stage(items[0]))
		}
		w.view(func(tx *sqldb.Tx) error {
			letter, err := w.flow.Compose(tx, string(n), deliver.Notice, "dlv_1")
			if err != nil {
				return err
			}
			d, err := document.Parse(letter.Message.Document)
			if err != nil {
				return err
			}
			if d.Form != "dsa-16" || len(d.Items) != 2 || d.Items[0].URL != "https://clips.example/v/1?a=b&c=d" || d.Values["notifier"] != "Unit North" || d.Values["notifier_email"] != "coordinator@desk.test" {
				t.Errorf("the document is %+v", d)
			}
			if strings.Contains(letter.Body, "https://clips.example") || strings.Contains(letter.Body, "https://elsewhere.example") || len(letter.Attached) != 3 || letter.Message.Type != client.NoticeCreated {
				t.Errorf("%d files of a %s; body:\n%s", len(letter.Attached), letter.Message.Type, letter.Body)
			}
			return nil
		})
		w.delivered(string(n), deliver.Notice, time.Now())
		if w.stage(items[0]) != item.Delivered || w.rows()["recheck"] != 2 {
			t.Errorf("delivered it is %s, looks at %d", w.stage(items[0]), w.rows()["recheck"])
		}
		w.answered(n, items)
		w.thenOrdered(items[0])
	})
}

// answered is what the platform says of a notice.
func (w *world) answered(n id.Notice, items []id.Item) {
	w.Helper()
	ctx := w.Context()
	var p id.Platform
	w.view(func(tx *sqldb.Tx) error { got, err := notice.Get(tx, n); p = got.Platform; return err })
	if _, err := w.flow.NoticeAnswered(ctx, flow.Source{Platform: "plf_other", Channel: flow.ByWebhook}, n); !problem.Is(err, problem.NotFound) {
		w.Errorf("another platform answers: %v", err)
	}
	if _, err := w.flow.AnswerNotice(ctx, w.people["coordinator"], flow.ByPortal, n); !problem.Is(err, problem.Forbidden) {
		w.Errorf("a unit answers: %v", err)
	}
	from := flow.Source{Platform: p, Channel: flow.ByWebhook, Message: "msg_1", Proof: "signature"}
	results, err := w.flow.NoticeAnswered(ctx, from, n, client.NoticeDecision{Decision: "removed"}, client.NoticeDecision{ItemID: string(items[1]), Decision: "refused", Reason: "within our terms", Redress: "write to us"},
		client.NoticeDecision{ItemID: string(items[1]), Decision: "refused"})
	w.must(err)
	if results[0].Err != nil || results[1].Err != nil || !problem.Is(results[2].Err, problem.Invalid) {
		w.Errorf("%+v", results)
	}
	w.view(func(tx *sqldb.Tx) error {
		kept, err := notice.Items(tx, n)
		got, _ := notice.Get(tx, n)
		it, _ := item.Get(tx, items[1])
		if got.ConfirmedAt.IsZero() || kept[0].Kind != "removed" || kept[1].Kind != "refused" || it.Answer != item.AnswerRefused {
			w.Errorf("confirmed %s, %+v, the item says %q", got.ConfirmedAt, kept, it.Answer)
		}
		return err
	})
}

// thenOrdered puts an item that notice was given of on the track of Article 9 too.
func (w *world) thenOrdered(it id.Item) {
	w.Helper()
	ctx := w.Context()
	made, err := w.flow.DraftNotices(ctx, w.people["coordinator"], w.action, article9(it))
	w.must(err)
	if len(made.Notices) != 1 || w.stage(it) != item.Delivered {
		w.Fatalf("%+v, the item is %s", made, w.stage(it))
	}
	_, err = w.flow.ApproveNotice(ctx, w.people["southern coordinator"], made.Notices[0])
	w.must(err)
	w.view(func(tx *sqldb.Tx) error {
		letter, err := w.flow.Compose(tx, string(made.Notices[0]), deliver.ActOrder, "dlv_2")
		if err != nil {
			return err
		}
		d, err := document.Parse(letter.Message.Document)
		if d.Form != "dsa-9" || d.Reference != "A9-2026-000001" && !strings.HasPrefix(d.Reference, "A9-") || d.Values["authority"] != "Unit North" || d.Values["language"] != "en" {
			w.Errorf("%+v", d)
		}
		return err
	})
	w.unlisted(made.Notices[0], it)
}

// unlisted has the platform answer an order of Article 9 about a link that the order does not
// list: that is refused, and decides nothing.
func (w *world) unlisted(n id.Notice, it id.Item) {
	w.Helper()
	w.delivered(string(n), deliver.ActOrder, time.Now())
	var from flow.Source
	w.view(func(tx *sqldb.Tx) error {
		got, err := notice.Get(tx, n)
		from = flow.Source{Platform: got.Platform, Channel: flow.ByWebhook, Message: "msg_9", Proof: "signature"}
		return err
	})
	kept := func() (found notice.Item) {
		w.view(func(tx *sqldb.Tx) error {
			items, err := notice.Items(tx, n)
			found = items[0]
			return err
		})
		return found
	}
	before, effect := kept(), time.Now()
	for _, url := range []string{"https://clips.example/v/unlisted", before.URL + "#other", "nonsense"} {
		results, err := w.flow.NoticeAnswered(w.Context(), from, n, client.NoticeDecision{URL: url, Decision: "removed", DecidedAt: &effect})
		if err == nil && (len(results) != 1 || !problem.Is(results[0].Err, problem.Invalid)) || err != nil && !problem.Is(err, problem.Invalid) {
			w.Errorf("a decision about %s: %+v %v", url, results, err)
		}
		if got := kept(); got.Kind != "" || got.Decision.Kind != "" {
			w.Errorf("a decision about %s decided %+v", url, got)
		}
	}
	results, err := w.flow.NoticeAnswered(w.Context(), from, n, client.NoticeDecision{URL: before.URL, Decision: "removed", DecidedAt: &effect})
	w.must(err)
	if got := kept(); results[0].Err != nil || got.Kind != "removed" || got.Item != it {
		w.Errorf("a decision about the link that is listed: %+v, %+v", results, got)
	}
}

func TestWhoGivesNotice(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	it := w.contribute("https://clips.example/v/1")[0]
	w.ready(it)
	ctx := t.Context()
	named := article16()
	named.Items = []id.Item{it}
	if _, err := w.flow.DraftNotices(ctx, w.people["coordinator"], w.action, named); !problem.Is(err, problem.Refused) {
		t.Errorf("an item that nobody assessed: %v", err)
	}
	if _, err := w.flow.DraftNotices(ctx, w.people["western coordinator"], w.action, article16()); !problem.Is(err, problem.NotFound) {
		t.Errorf("a unit that takes no part: %v", err)
	}
	if _, err := w.flow.DraftNotices(ctx, w.people["reviewer"], w.action, article16()); !problem.Is(err, problem.Forbidden) {
		t.Errorf("a reviewer: %v", err)
	}
	var flagger auth.Principal
	w.update(func(tx *sqldb.Tx) error {
		u, err := auth.AddUnit(tx, w.people["coordinator"].Actor(), auth.Unit{Name: "Flagger", Country: "BE", Kind: "flagger"})
		flagger = w.people["coordinator"]
		flagger.Unit = u.ID
		return err
	})
	if _, err := w.flow.DraftNotices(ctx, flagger, w.action, article9(it)); !problem.Is(err, problem.NotFound) && !problem.Is(err, problem.Refused) {
		t.Errorf("a flagger orders: %v", err)
	}
}
