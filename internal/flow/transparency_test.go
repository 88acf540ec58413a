package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/transparency"
)

// busy is a year's work on every track, handed over to real servers.
func (w *orderWorld) busy() {
	w.Helper()
	ctx := w.Context()
	w.join("third reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
	w.join("contact", w.people["coordinator"].Unit, auth.PlatformContact, w.host)
	referred := w.contribute("https://clips.example/r/1", "https://clips.example/r/2")
	w.cleared(referred...)
	made, err := w.flow.Draft(ctx, w.people["coordinator"], w.action)
	w.must(err)
	_, err = w.flow.Approve(ctx, w.people["southern coordinator"], made.Referrals[0])
	w.must(err)
	w.deliver()
	w.after(30 * time.Minute)
	for _, kind := range []string{refer.KindClarification, refer.KindRemoved} { // the newest holds
		in := refer.New{Item: referred[0], Kind: kind, Reason: "which of the two?"}
		if kind == refer.KindRemoved {
			in.ActedAt = w.at.Add(-10 * time.Minute)
		}
		_, err = w.flow.Answer(ctx, w.people["contact"], made.Referrals[0], []refer.New{in})
		w.must(err)
		w.after(time.Minute)
	}
	w.noticed()
	w.ordered()
	c, err := w.flow.FileComplaint(ctx, w.people["contact"], flow.NewComplaint{Item: referred[1], Reasons: "It is a news report."})
	w.must(err)
	w.after(5 * time.Hour)
	for _, name := range []string{"second reviewer", "third reviewer"} {
		_, err = w.flow.Reassess(ctx, w.people[name], c, redress.Finding{Decision: assess.NotTerrorist, Purpose: "journalism", Reasons: "It reports."})
		w.must(err)
	}
	w.deliver()
}

// noticed gives notice of items as a trusted flagger, and orders one of them acted against.
func (w *orderWorld) noticed() {
	w.Helper()
	ctx := w.Context()
	items := w.contribute("https://clips.example/n/1", "https://clips.example/n/2", "https://clips.example/n/3")
	w.ready(items...)
	for i, limbs := range [][]string{{"a"}, {"a", "c"}, {"c"}} {
		for _, name := range []string{"analyst", "reviewer"} {
			results, err := w.flow.Assess(ctx, w.people[name], []assess.New{{Item: items[i], Decision: assess.Terrorist, Limbs: limbs, Purpose: "none", PurposeReasons: "none is named", Reasons: "made-up reasons"}})
			w.must(err)
			w.must(results[0].Err)
		}
	}
	w.clear(items)
	for _, in := range []flow.NewNotices{article16(), article9(items[0])} {
		made, err := w.flow.DraftNotices(ctx, w.people["coordinator"], w.action, in)
		w.must(err)
		_, err = w.flow.ApproveNotice(ctx, w.people["southern coordinator"], made.Notices[0])
		w.must(err)
		w.deliver()
		w.after(2 * time.Hour)
		decided := w.at.Add(-time.Hour)
		_, err = w.flow.NoticeAnswered(ctx, flow.Source{Platform: w.host, Channel: flow.ByWebhook, Proof: "signature"}, made.Notices[0],
			client.NoticeDecision{ItemID: string(items[0]), Decision: "removed", DecidedAt: &decided})
		w.must(err)
		if in.Track == notice.Article16 {
			_, err = w.flow.NoticeAnswered(ctx, flow.Source{Platform: w.host, Channel: flow.ByWebhook, Proof: "signature"}, made.Notices[0],
				client.NoticeDecision{ItemID: string(items[1]), Decision: "refused", Reason: "it is a news report"})
			w.must(err)
		}
	}
}

// ordered issues three orders: executed, impossible for now, and challenged in court.
func (w *orderWorld) ordered() {
	w.Helper()
	executed, impossible, challenged := w.issued("https://clips.example/o/1"), w.issued("https://clips.example/o/2"), w.issued("https://clips.example/o/3")
	w.after(20 * time.Minute)
	w.must(w.answers(executed, document.AnnexII, nil))
	w.must(w.answers(impossible, document.AnnexIII, law.Filled{"b.grounds": "impossible"}))
	w.after(time.Hour)
	w.must(w.answers(challenged, document.AnnexII, nil))
	_, err := w.flow.RecordOrderEvent(w.Context(), w.people["coordinator"], challenged, flow.NewOrderEvent{Kind: law.Appealed, At: *w.at, Reasons: "the court has it"})
	w.must(err)
	w.update(func(tx *sqldb.Tx) error {
		_, err := order.Expose(tx, w.people["coordinator"].Actor(), order.Exposure{Platform: w.host, Authority: "Example Authority", Decision: order.Exposed, Reasons: "made up", DecidedAt: *w.at})
		return err
	})
}

// TestTheLogGivesTheSameFigures computes every report from the tables of the stages and from
// the events of the audit log alone. The facts are the same, and so is each figure.
func TestTheLogGivesTheSameFigures(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.busy()
		w.view(func(tx *sqldb.Tx) error {
			tables, err := transparency.Load(tx)
			if err != nil {
				return err
			}
			log, err := transparency.FromLog(tx)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(tables, log); diff != "" {
				w.Errorf("the log tells other facts than the tables:\n%s", diff)
			}
			if len(tables.Handed) != 3 || len(tables.Orders) != 3 || len(tables.Complaints) != 1 || len(tables.Exposures) != 1 {
				w.Errorf("the year has %d, %d, %d, %d: the test looks at little", len(tables.Handed), len(tables.Orders), len(tables.Complaints), len(tables.Exposures))
			}
			for _, kind := range []string{client.ReportArticle8, client.ReportArticle21, client.ReportTrustedFlagger, client.ReportDSA, client.ReportPublic} {
				asked := transparency.Asked{Kind: kind, Span: transparency.Year(2026)}
				one, err := transparency.Make(tx, tables, asked)
				if err != nil {
					return err
				}
				other, err := transparency.Make(tx, log, asked)
				if diff := cmp.Diff(one, other); diff != "" || err != nil {
					w.Errorf("%s: %v\n%s", kind, err, diff)
				}
			}
			return nil
		})
	})
}

// TestTheFiguresOfAYear are those that a person counts in the story that busy tells.
func TestTheFiguresOfAYear(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.busy()
		figures, _ := w.report(client.ReportArticle21, 0)
		for key, want := range map[string]float64{"orders": 3, "cross_border": 3, "scrutinised": 0, "executed": 2, "not_executed": 1, "impossible": 1, "unclear": 0, "void": 0,
			"speed_median": 50, "speed_p90": 80, "within_hour": 1, "complaints": 1, "complaints_decided": 1, "complaints_reversed": 1, "complaints_upheld": 0, "complaints_median": 5, "appealed": 1, "appeals_won": 0, "final": 0} {
			if got := figures[key].Value; got == nil || *got != want {
				w.Errorf("%s is %v, want %v", key, got, want)
			}
		}
		if figures["access"].Value != nil {
			w.Error("what nobody here knows has a figure")
		}
		figures, _ = w.report(client.ReportArticle8, 0)
		if v := figures["exposed"].Value; v == nil || *v != 1 {
			w.Errorf("exposed: %v", v)
		}
		figures, tables := w.report(client.ReportTrustedFlagger, 0)
		if v := figures["notices"].Value; *v != 1 || *figures["items"].Value != 3 || *figures["action_median"].Value != 1 {
			w.Errorf("trusted flagger: %v notices, %v items, %v hours", *v, *figures["items"].Value, *figures["action_median"].Value)
		}
		if diff := cmp.Diff([][]string{{"Clips", "1", "3", "1", "0", "0", "1", "0", "1"}}, tables["providers"]); diff != "" {
			w.Error(diff)
		}
		const a, c = "Article 2(7)(a) of Regulation (EU) 2021/784", "Article 2(7)(c) of Regulation (EU) 2021/784"
		if diff := cmp.Diff([][]string{{"Clips", "KEYWORD_TERRORIST_CONTENT", a, "2", "1", "0", "0", "1", "0", "0"}, {"Clips", "KEYWORD_TERRORIST_CONTENT", c, "2", "0", "0", "0", "1", "0", "1"}}, tables["providers_types"]); diff != "" {
			w.Error(diff)
		}
		_, tables = w.report(client.ReportDSA, 0)
		want := []string{"All", "Clips", "2026-01-01/2026-12-31", "TOTAL", "", "TOTAL", "1", "1", "2.00", "1.00"}
		if rows := tables["1.2.1"]; len(rows) != 6 || !cmp.Equal(rows[0], want) || rows[5][3] != "KEYWORD_TERRORIST_CONTENT" || rows[5][5] != "BE" {
			w.Errorf("1.2.1: %q", rows)
		}
		w.public()
	})
}

func (w *orderWorld) report(kind string, suppress int) (figures map[string]client.TransparencyFigure, tables map[string][][]string) {
	w.Helper()
	figures, tables = map[string]client.TransparencyFigure{}, map[string][][]string{}
	w.view(func(tx *sqldb.Tx) error {
		t, err := transparency.Compute(tx, transparency.Asked{Kind: kind, Span: transparency.Year(2026), Suppress: suppress})
		for _, f := range t.Figures {
			figures[f.Key] = f
			if f.Rule == "" {
				w.Errorf("%s: the figure %s has no rule", kind, f.Key)
			}
		}
		for _, one := range t.Tables {
			tables[one.Key] = one.Rows
			if one.Rule == "" {
				w.Errorf("%s: the table %s has no rule", kind, one.Key)
			}
			w.harmless(t, one)
		}
		return err
	})
	return figures, tables
}

// harmless checks that a report leads nowhere and names nobody.
func (w *orderWorld) harmless(t client.Transparency, table client.TransparencyTable) {
	w.Helper()
	text, err := transparency.CSV(t, "")
	w.must(err)
	for _, secret := range []string{"://", "/o/1", "itm_", "usr_", "coordinator", "Kim", "contact", "@"} {
		if strings.Contains(string(text), secret) {
			w.Errorf("%s: %q stands in the report", t.Kind, secret)
		}
	}
	if one, err := transparency.CSV(t, table.Key); err != nil || strings.Count(string(one), "\r\n") != len(table.Rows)+1 {
		w.Errorf("%s: the table %s is %q, %v", t.Kind, table.Key, one, err)
	}
}

// public: host names and counts; small ones are not told.
func (w *orderWorld) public() {
	w.Helper()
	_, tables := w.report(client.ReportPublic, 0)
	want := [][]string{{"clips.example", "act_order", "1"}, {"clips.example", "notice", "3"}, {"clips.example", "order", "3"}, {"clips.example", "referral", "2"}}
	if diff := cmp.Diff(want, tables["hosts"]); diff != "" {
		w.Error(diff)
	}
	_, tables = w.report(client.ReportPublic, 3)
	if diff := cmp.Diff(want[1:3], tables["hosts"]); diff != "" {
		w.Error(diff)
	}
}
