package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const west = "western coordinator" // of a unit that takes no part in the action

// declares registers an interest of Unit West, and runs the job that follows if that is wanted.
func (w *world) declares(kind, value string, at time.Time, run bool) {
	w.Helper()
	in, err := w.flow.AddInterest(w.Context(), w.people[west], deconflict.Interest{Kind: kind, Value: value, Contact: "desk West", ExpiresAt: at.Add(30 * 24 * time.Hour)})
	w.must(err)
	if run {
		w.must(w.flow.Declared(w.Context(), deconflict.Declared{Interest: in.ID}))
	}
}

// askedWest counts the open questions to Unit West.
func (w *world) askedWest() (n int) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		list, err := deconflict.Waiting(tx, w.people[west].Unit, 100)
		n = len(list)
		return err
	})
	return n
}

func (w *world) history(subject string) (text string) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, subject)
		for _, e := range list {
			text += e.Verb + " " + string(e.Actor) + " " + string(e.Unit) + " " + string(e.Detail) + "\n"
		}
		return err
	})
	return text
}

// TestTheOwnerOfAnInterestIsAsked, by the link, the account or the file, though its unit takes no
// part; nothing leaves meanwhile, and its three answers are those of the others.
func TestTheOwnerOfAnInterestIsAsked(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		links := []string{"https://clips.example/watched/1", "https://clips.example/@sample/2", "https://clips.example/v/3"}
		items := w.contribute(append(links, "https://clips.example/v/4")...)
		w.ready(items...)
		w.carry(items[2], 7)
		w.carry(items[3], 8)
		w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", *clock, true)
		w.declares(deconflict.KindAccount, "https://clips.example/@Sample", *clock, true)
		w.declares(deconflict.KindSHA256, strings.Repeat("0", 63)+"7", *clock, true)
		for _, it := range items {
			w.must(w.assess("analyst", it, assess.Terrorist))
			w.must(w.assess("reviewer", it, assess.Terrorist))
		}
		w.must(w.flow.Deconflict(w.Context(), deconflict.Job{Items: items}))
		for _, it := range items { // the unit that takes part has nothing against it
			w.must(w.replies("southern coordinator", deconflict.Reply{Item: it, Answer: deconflict.Free}))
		}
		if w.askedWest() != 3 || w.stage(items[3]) != item.Cleared {
			t.Fatalf("%d questions to the owner; what it has no interest in is %s", w.askedWest(), w.stage(items[3]))
		}
		made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
		if err != nil || len(made.Referrals) != 1 || w.told(made.Referrals[0]) != 1 {
			t.Errorf("%+v, %v", made, err)
		}
		if err := w.replies(west, deconflict.Reply{Item: items[3], Answer: deconflict.Free}); !problem.Is(err, problem.NotFound) {
			t.Errorf("it answers what it was not asked: %v", err)
		}
		w.must(w.replies(west, deconflict.Reply{Item: items[0], Answer: deconflict.Free}))
		w.must(w.replies(west, deconflict.Reply{Item: items[1], Answer: deconflict.Interested, Contact: "Officer West", Until: clock.Add(48 * time.Hour)}))
		w.must(w.replies(west, deconflict.Reply{Item: items[2], Answer: deconflict.ExistingOrder, Order: deconflict.Order{Reference: "XW-1", Authority: "Sample Court", IssuedAt: *clock}}))
		_, err = w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
		w.must(err)
		for i, want := range []item.Stage{item.Drafted, item.Held, item.Blocked} {
			if got := w.stage(items[i]); got != want {
				t.Errorf("%s is %s, want %s", links[i], got, want)
			}
		}
		for _, secret := range []string{string(w.people[west].Unit), string(w.people[west].User), "int_", "desk West", "owner_asked", "@Sample"} {
			if h := w.history(string(items[1])); strings.Contains(h, secret) {
				t.Errorf("the item's history tells %q: %s", secret, h)
			}
		}
		if h := w.history(string(items[1]) + " " + string(w.people[west].Unit)); !strings.Contains(h, "deconflict.owner_asked") || !strings.Contains(h, "deconflict.answered") {
			t.Errorf("the log: %s", h)
		}
	})
}

// TestSilenceOfTheOwnerClears at the moment that stands in the row, and not before.
func TestSilenceOfTheOwnerClears(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) { // the action asks nobody: a day is given
		w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", *clock, true)
		it := w.confirmed("https://clips.example/watched/1")
		start := *clock
		for _, tt := range []struct {
			after time.Duration
			want  item.Stage
		}{{0, item.Confirmed}, {deconflict.StandardSilence - time.Second, item.Confirmed}, {deconflict.StandardSilence, item.Cleared}} {
			*clock = start.Add(tt.after)
			w.must(w.flow.Tick(w.Context()))
			if got := w.stage(it); got != tt.want {
				t.Errorf("after %s it is %s, want %s", tt.after, got, tt.want)
			}
		}
	})
}

// TestAThreatToLifeWaitsAnHour for the owner of an interest, at most.
func TestAThreatToLifeWaitsAnHour(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", *clock, true)
		it := w.contribute("https://clips.example/watched/1")[0]
		w.ready(it)
		for _, name := range []string{"analyst", "reviewer"} {
			results, err := w.flow.Assess(t.Context(), w.people[name], []assess.New{{Item: it, Decision: assess.Terrorist, Limbs: []string{"e"}, Purpose: "none", PurposeReasons: "x", Confidence: 80, Reasons: "made-up", Tier: law.TierThreatToLife}})
			w.must(err)
			w.must(results[0].Err)
		}
		w.must(w.flow.Deconflict(t.Context(), deconflict.Job{Items: []id.Item{it}}))
		if w.stage(it) != item.Confirmed {
			t.Fatalf("it is %s", w.stage(it))
		}
		*clock = clock.Add(time.Hour)
		w.must(w.flow.Tick(t.Context()))
		if w.stage(it) != item.Cleared {
			t.Errorf("after an hour it is %s", w.stage(it))
		}
	})
}

// TestAnInterestDeclaredIsAskedAtOnce, about what waits anywhere on its way out.
func TestAnInterestDeclaredIsAskedAtOnce(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		asking := w.confirmed("https://clips.example/watched/1") // its round is open
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: w.confirmed("https://clips.example/watched/2"), Answer: deconflict.Free}))
		draft, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
		w.must(err)
		w.confirmed("https://clips.example/v/3") // what it does not touch
		w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", *clock, true)
		if n := w.askedWest(); n != 2 {
			t.Errorf("%d questions to the owner", n)
		}
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: asking, Answer: deconflict.Free}))
		if w.stage(asking) != item.Confirmed {
			t.Errorf("with the owner's question open it is %s", w.stage(asking))
		}
		if err := w.approve(draft.Referrals[0]); !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "being asked") {
			t.Errorf("%v", err)
		}
		*clock = clock.Add(time.Hour)
		w.must(w.flow.Tick(w.Context()))
		w.must(w.approve(draft.Referrals[0]))
		if w.stage(asking) != item.Cleared || w.askedWest() != 0 {
			t.Errorf("after the silence it is %s, %d are asked", w.stage(asking), w.askedWest())
		}
	})
}

// TestTheLastLookSeesANewInterest: declared a moment before, and no job has run. The owner of
// what does not leave is asked all the same, though the refusal took everything else back.
func TestTheLastLookSeesANewInterest(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		watched, free := "https://clips.example/watched/", "https://clips.example/v/1"
		asked := 0
		refused := func(what string, err error) {
			t.Helper()
			if asked++; !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "being asked") || w.askedWest() != asked {
				t.Errorf("%s: %v; %d questions, want %d", what, err, w.askedWest(), asked)
			}
		}
		items := w.contribute(watched+"1", free, watched+"2", watched+"3", watched+"4", watched+"5")
		w.cleared(items[0])
		lone, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		w.must(err)
		w.cleared(items[1], items[2])
		two, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		w.must(err)
		w.cleared(items[3])
		noticed, err := w.flow.DraftNotices(t.Context(), w.people["coordinator"], w.action, article16())
		w.must(err)
		w.cleared(items[4], items[5])
		order, err := w.flow.DraftOrder(t.Context(), w.people["coordinator"], flow.NewOrder{Item: items[4], Action: w.action, Emergency: "x"})
		w.must(err)
		w.declares(deconflict.KindURLPrefix, watched, *w.at, false)

		refused("a referral of one item", w.approve(lone.Referrals[0]))
		w.must(w.approve(two.Referrals[0]))
		if asked++; w.told(two.Referrals[0]) != 1 || w.stage(items[2]) != item.Confirmed || w.stage(items[1]) != item.Approved || w.askedWest() != asked {
			t.Errorf("of two, %d left; the watched one is %s", w.told(two.Referrals[0]), w.stage(items[2]))
		}
		_, err = w.flow.ApproveNotice(t.Context(), w.people["southern coordinator"], noticed.Notices[0])
		refused("a notice", err)
		_, err = w.flow.ApproveOrder(t.Context(), w.people["second reviewer"], order)
		refused("an order", err)
		_, err = w.flow.DraftOrder(t.Context(), w.people["coordinator"], flow.NewOrder{Item: items[5], Action: w.action, Emergency: "x"})
		refused("the draft of an order", err)
		if w.stage(items[5]) != item.Confirmed {
			t.Errorf("what was to be ordered is %s", w.stage(items[5]))
		}
		w.must(w.replies(west, deconflict.Reply{Item: items[4], Answer: deconflict.Interested, Contact: "Officer West", Until: w.at.Add(24 * time.Hour)}))
		if _, err = w.flow.ApproveOrder(t.Context(), w.people["second reviewer"], order); !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "Officer West") {
			t.Errorf("a held order: %v", err)
		}
		for _, it := range []id.Item{items[0], items[3], items[4]} {
			w.must(w.replies(west, deconflict.Reply{Item: it, Answer: deconflict.Free}))
		}
		w.must(w.approve(lone.Referrals[0]))
		_, err = w.flow.ApproveNotice(t.Context(), w.people["southern coordinator"], noticed.Notices[0])
		w.must(err)
		_, err = w.flow.ApproveOrder(t.Context(), w.people["second reviewer"], order)
		w.must(err)
		if err := w.replies(west, deconflict.Reply{Item: items[4], Answer: deconflict.Free}); !problem.Is(err, problem.Refused) {
			t.Errorf("an answer after the order was issued: %v", err)
		}
	})
}

// TestWhatWasReferredIsAskedAboutAgain before it goes out on a second track.
func TestWhatWasReferredIsAskedAboutAgain(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		it := w.contribute("https://clips.example/watched/1")[0]
		draft := w.drafted(it)
		w.must(w.approve(draft))
		w.delivered(string(draft), deliver.Referral, *w.at)
		w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", *w.at, true)
		if w.askedWest() != 0 {
			t.Error("it is asked about what has left")
		}
		in := article16()
		in.Items = []id.Item{it}
		if _, err := w.flow.DraftNotices(t.Context(), w.people["coordinator"], w.action, in); !problem.Is(err, problem.Refused) || w.askedWest() != 1 {
			t.Fatalf("%v, %d questions", err, w.askedWest())
		}
		w.must(w.replies(west, deconflict.Reply{Item: it, Answer: deconflict.Free}))
		made, err := w.flow.DraftNotices(t.Context(), w.people["coordinator"], w.action, in)
		if err != nil || len(made.Notices) != 1 || w.stage(it) != item.Delivered {
			t.Errorf("%+v, %v, it is %s", made, err, w.stage(it))
		}
	})
}

// TestAnInterestThatEndsLetsGo of what is held for its sake.
func TestAnInterestThatEndsLetsGo(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", *clock, true)
		it := w.confirmed("https://clips.example/watched/1")
		w.must(w.replies(west, deconflict.Reply{Item: it, Answer: deconflict.Interested, Contact: "West", Until: clock.Add(48 * time.Hour)}))
		if w.stage(it) != item.Held {
			t.Fatalf("it is %s", w.stage(it))
		}
		var list []deconflict.Interest
		w.view(func(tx *sqldb.Tx) (err error) {
			list, err = deconflict.Interests(tx, w.people[west].Unit)
			return err
		})
		w.must(w.flow.EndInterest(t.Context(), w.people[west], list[0].ID))
		w.must(w.flow.Tick(t.Context()))
		if w.stage(it) != item.Cleared {
			t.Errorf("it is %s", w.stage(it))
		}
	})
}
