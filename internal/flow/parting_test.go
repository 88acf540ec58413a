package flow_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/transparency"
)

func (w *world) noticed(track notice.Track, items ...id.Item) id.Notice {
	w.Helper()
	in := article16()
	if track == notice.Article9 {
		in = article9()
	}
	in.Items = items
	made, err := w.flow.DraftNotices(w.Context(), w.people["coordinator"], w.action, in)
	w.must(err)
	if len(made.Notices) != 1 || len(made.Blocked) != 0 {
		w.Fatalf("%+v", made)
	}
	return made.Notices[0]
}

func (w *world) approveNotice(n id.Notice) error {
	_, err := w.flow.ApproveNotice(w.Context(), w.people["southern coordinator"], n)
	return err
}

func (w *world) toldIn(n id.Notice) (items []id.Item) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		list, err := notice.Items(tx, n)
		for _, it := range list {
			items = append(items, it.Item)
		}
		return err
	})
	return items
}

// takenOut is what the audit log says of items that were taken out of drafts on a track.
func (w *world) takenOut(verb string) map[id.Item]item.TakenOut {
	w.Helper()
	found := map[id.Item]item.TakenOut{}
	w.view(func(tx *sqldb.Tx) error {
		return tx.Each("SELECT body FROM audit_event WHERE verb = $1", []any{verb}, func(scan sqldb.Scanner) error {
			var body []byte
			var e audit.Event
			var out item.TakenOut
			if err := scan(&body); err != nil {
				return err
			}
			if err := json.Unmarshal(body, &e); err != nil {
				return err
			}
			err := json.Unmarshal(e.Detail, &out)
			found[id.Item(e.Subject)] = out
			return err
		})
	})
	return found
}

// sameFigures compares what the tables say of what was handed over with what the log says.
func (w *world) sameFigures() {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		tables, err := transparency.Load(tx)
		if err != nil {
			return err
		}
		log, err := transparency.FromLog(tx)
		if diff := cmp.Diff(tables.Handed, log.Handed); diff != "" {
			w.Errorf("tables and log differ:\n%s", diff)
		}
		return err
	})
}

// TestTheGateLooksAgainBeforeANoticeLeaves: on both tracks what came up since is taken out, with
// its reason and remedy, and the rest goes; what was referred before stays where it is.
func TestTheGateLooksAgainBeforeANoticeLeaves(t *testing.T) {
	for _, track := range []notice.Track{notice.Article16, notice.Article9} {
		t.Run(string(track), func(t *testing.T) {
			eachGate(t, func(w *world, clock *time.Time) { w.looksAgain(track, clock) })
		})
	}
}

func (w *world) looksAgain(track notice.Track, clock *time.Time) {
	items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3", "https://clips.example/v/4")
	w.referred(items[3])
	w.cleared(items[:3]...)
	draft := w.noticed(track, items...)
	_, err := w.flow.AddInterest(w.Context(), w.people["southern coordinator"], deconflict.Interest{Kind: deconflict.KindURLPrefix, Value: "https://clips.example/v/1", Contact: "Desk South", ExpiresAt: clock.Add(time.Hour)})
	w.must(err)
	w.update(func(tx *sqldb.Tx) error {
		if err := item.SetVerdict(tx, items[3], item.VerdictAccountGone); err != nil {
			return err
		}
		_, err := deconflict.AddOrders(tx, audit.System, []deconflict.Order{{URL: "https://clips.example/v/2", Reference: "XA-9", Authority: "Sample Court", IssuedAt: *clock}})
		return err
	})
	w.must(w.approveNotice(draft))
	for i, want := range []item.Stage{item.Confirmed, item.Blocked, item.Approved, item.Delivered} {
		if got := w.stage(items[i]); got != want {
			w.Errorf("item %d is %s, want %s", i+1, got, want)
		}
	}
	if told := w.toldIn(draft); len(told) != 1 || told[0] != items[2] {
		w.Errorf("the platform is told of %v", told)
	}
	out := w.takenOut("notice.taken_out")
	for i, want := range map[int]string{0: refer.RuleAsking, 1: refer.RuleExistingOrder, 3: refer.RuleGone} {
		if got := out[items[i]]; got.Rule != want || got.Reason == "" || got.Remedy == "" || got.Batch != string(draft) {
			w.Errorf("item %d was taken out: %+v", i+1, got)
		}
	}
	w.sameFigures()
	// When nobody answered in time it is drafted anew, on the same track; the order stands.
	*clock = clock.Add(time.Hour)
	w.must(w.flow.Tick(w.Context()))
	again := article16()
	if track == notice.Article9 {
		again = article9()
	}
	made, err := w.flow.DraftNotices(w.Context(), w.people["coordinator"], w.action, again)
	w.must(err)
	if len(made.Notices) != 1 || len(made.Blocked) != 1 || made.Blocked[0].Item != items[1] || made.Blocked[0].Remedy == "" || w.stage(items[0]) != item.Drafted {
		w.Errorf("drafted anew: %+v, the item is %s", made, w.stage(items[0]))
	}
}

// TestANoticeThatTheGateStopsStays: all of it is stopped, nothing leaves, and with the remedy it does.
func TestANoticeThatTheGateStopsStays(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		draft := w.noticed(notice.Article16, it)
		_, err := w.flow.SetPlatform(t.Context(), w.people["coordinator"], w.clips().ID, platform.Change{ContactEmail: ptr("new@clips.example")})
		w.must(err)
		if err := w.approveNotice(draft); !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "made sure of") || !strings.Contains(err.Error(), "verified") || w.stage(it) != item.Drafted {
			t.Errorf("%v, the item is %s", err, w.stage(it))
		}
		_, err = w.flow.VerifyContact(t.Context(), w.people["coordinator"], w.clips().ID)
		w.must(err)
		w.must(w.approveNotice(draft))
		if w.stage(it) != item.Approved {
			t.Errorf("the item is %s", w.stage(it))
		}
	})
}

// TestTheHoursOfANotice: a mail of Article 16 waits for who reads it; the form of Article 16,
// which a program stands in for, is always open, and an order of Article 9 waits for nobody.
func TestTheHoursOfANotice(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
		w.cleared(items...)
		mailed, order := w.noticed(notice.Article16, items[0]), w.noticed(notice.Article9, items[1])
		_, err := w.flow.SetPlatform(t.Context(), w.people["coordinator"], w.clips().ID, platform.Change{Hours: ptr("Mo-Fr 09:00-17:00"), TimeZone: ptr("Europe/Dublin")})
		w.must(err)
		*clock = time.Date(2026, 3, 29, 2, 0, 0, 0, time.UTC) // a Sunday, in the hour after the Irish clocks went forward
		if err := w.approveNotice(mailed); !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "Monday 2026-03-30 09:00 IST") || w.rows()["delivery"] != 0 {
			t.Errorf("a mail on a Sunday: %v", err)
		}
		w.must(w.approveNotice(order))
		_, err = w.flow.SetPlatform(t.Context(), w.people["coordinator"], w.clips().ID, platform.Change{Transport: ptr(platform.Pull)})
		w.must(err)
		_, err = w.flow.VerifyContact(t.Context(), w.people["coordinator"], w.clips().ID)
		w.must(err)
		w.must(w.approveNotice(mailed))
		if n := w.rows()["delivery"]; n != 2 {
			t.Errorf("%d deliveries", n)
		}
	})
}

// TestTakenOutOfAReferralTheFiguresAreRight: what was taken out before a referral left counts
// nowhere, computed from the tables or from the log.
func TestTakenOutOfAReferralTheFiguresAreRight(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
		draft := w.drafted(items...)
		_, err := w.flow.AddInterest(t.Context(), w.people["southern coordinator"], deconflict.Interest{Kind: deconflict.KindURLPrefix, Value: "https://clips.example/v/1", Contact: "Desk South", ExpiresAt: clock.Add(time.Hour)})
		w.must(err)
		w.must(w.approve(draft))
		if w.told(draft) != 1 {
			t.Errorf("the platform is told of %d items", w.told(draft))
		}
		w.sameFigures()
	})
}
