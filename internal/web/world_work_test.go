package web

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/pdq"
)

// work takes every item to the state that its name stands for.
func (w *world) work() {
	w.fillBank()
	for _, k := range kinds {
		for i := range k.n {
			it := w.items[fmt.Sprintf("%s-%d", k.name, i)]
			if it == "" {
				w.t.Fatalf("there is no item %s-%d", k.name, i)
			}
			if k.name != "contributed" {
				w.capture(it, k.name, i)
			}
		}
	}
	w.advance(10 * time.Minute)
	first, second := w.people["Ben"], w.people["Cleo"]
	for _, k := range kinds {
		for i := range k.n {
			it := w.items[fmt.Sprintf("%s-%d", k.name, i)]
			switch k.name {
			case "contributed", "unreachable", "ready":
				continue
			case "assessed":
				w.assess(first.Name, decision(it, true))
				continue
			}
			w.assess(first.Name, decision(it, k.name != "rejected"))
			w.assess(second.Name, decision(it, k.name != "rejected" && k.name != "disputed"))
			if k.name != "rejected" && k.name != "disputed" {
				w.ask(it, k.name == "held")
			}
		}
	}
	w.advance(20 * time.Minute)
	w.refer()
}

func (w *world) fillBank() {
	w.update(func(tx *sqldb.Tx) error {
		by := w.people["Dora"].Actor()
		bank, err := match.AddBank(tx, by, match.Bank{Name: "SAMPLE_BANK", Unit: w.units["Unit North"], Radius: 31, Enabled: true})
		if err != nil {
			return err
		}
		sum, err := w.store.PutBytes(tx.Context(), picture(2))
		if err != nil {
			return err
		}
		hash, _, err := pdq.FromReader(bytes.NewReader(picture(2)), pdq.Limits{})
		if err != nil {
			return err
		}
		_, err = match.AddEntries(tx, by, bank.ID, []match.Entry{{Kind: "sha256", Value: sum.String(), Label: "Example Front clip 7 " + hostile}, {Kind: "pdq", Value: hash.String(), Label: "Example Front clip 7", Labels: []string{"series-7"}}})
		return err
	})
	if err := w.flow.Index.Refresh(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) capture(it id.Item, name string, n int) {
	ctx := context.Background()
	taken := capture.Taken{Outcome: capture.Captured, Status: 200, FinalURL: "https://clips.example/v/" + name, Title: "Page of " + name + " " + hostile, Language: []string{"en", "ar", "de", "fr"}[n%4]}
	text := strings.Repeat("A neutral text that stands for what the page said. ", 12) + "\n\n" + hostile
	if taken.Language == "ar" {
		text = strings.Repeat("هذا نص محايد يمثل ما قالته الصفحة. ", 12)
	}
	if name == "unreachable" {
		taken = capture.Taken{Outcome: capture.Unreachable, Fault: "timeout"}
	}
	if taken.Outcome == capture.Captured {
		w.fill200(&taken, text, name, n)
	}
	extracted, err := media.Extract(ctx, w.store, taken.Media, taken.Text)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *sqldb.Tx) error {
		made, err := capture.Save(tx, audit.System, it, taken, tx.Now)
		if err != nil {
			return err
		}
		if taken.Outcome == capture.Unreachable {
			_, err := item.Move(tx, audit.System, item.Unreachable, []item.Stage{item.Contributed}, it)
			return err
		}
		if err := item.Describe(tx, it, taken.Title, taken.Language); err != nil {
			return err
		}
		return media.Save(tx, audit.System, it, made, extracted)
	})
	if taken.Outcome == capture.Captured {
		w.match(it)
	}
	w.advance(2 * time.Second)
}

func (w *world) match(it id.Item) {
	ctx := context.Background()
	if err := w.flow.Index.Refresh(ctx); err != nil {
		w.t.Fatal(err)
	}
	found, err := match.Find(ctx, w.flow.Index, it)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *sqldb.Tx) error {
		if err := match.Save(tx, audit.System, it, found); err != nil {
			return err
		}
		_, err := item.Move(tx, audit.System, item.Ready, []item.Stage{item.Contributed}, it)
		return err
	})
}

// fill200 puts a text and pictures into a capture.
func (w *world) fill200(taken *capture.Taken, text, name string, n int) {
	ctx := context.Background()
	var err error
	if taken.Text, err = w.store.PutBytes(ctx, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
	for i := range 1 + n%2 {
		body := picture(n + i)
		sum, err := w.store.PutBytes(ctx, body)
		if err != nil {
			w.t.Fatal(err)
		}
		taken.Media = append(taken.Media, capture.Found{URL: fmt.Sprintf("https://cdn.clips.example/m/%s-%d-%d.png", name, n, i), MIME: "image/png", Sum: sum, Size: int64(len(body))})
	}
}

func (w *world) assess(name string, in assess.New) {
	results, err := w.flow.Assess(context.Background(), w.people[strings.Fields(name)[0]], []assess.New{in})
	if err == nil {
		err = results[0].Err
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.advance(9 * time.Second)
}

func (w *world) ask(it id.Item, hold bool) {
	w.update(func(tx *sqldb.Tx) error {
		target, err := item.Get(tx, it)
		if err != nil {
			return err
		}
		if hold {
			if _, err := deconflict.AddInterest(tx, w.people["Gus"].Actor(), deconflict.Interest{Kind: deconflict.KindURLPrefix, Value: target.URL, Contact: "Duty officer West, ext. 0", ExpiresAt: tx.Now.Add(72 * time.Hour)}); err != nil {
				return err
			}
		}
		facts := deconflict.Facts{Item: it, URL: target.URL, Units: []id.Unit{w.units["Unit North"], w.units["Unit South"]}}
		answer, err := deconflict.Ask(tx, audit.System, facts)
		if err != nil {
			return err
		}
		if hold { // as the interest's owner says
			if _, err := deconflict.AnswerRound(tx, w.people["Gus"].Actor(), deconflict.Reply{Item: it, Answer: deconflict.Interested, Contact: "Duty officer West, ext. 0", Until: tx.Now.Add(72 * time.Hour)}); err != nil {
				return err
			}
			if answer, err = deconflict.Ask(tx, audit.System, facts); err != nil {
				return err
			}
		}
		stage := item.Cleared
		if answer.State == deconflict.Hold {
			stage = item.Held
		}
		_, err = item.Move(tx, audit.System, stage, []item.Stage{item.Confirmed}, it)
		return err
	})
}

// refer drafts what is cleared, approves some of it, delivers, answers and looks again.
func (w *world) refer() {
	ctx := context.Background()
	cleared := []id.Item{w.items["cleared-0"], w.items["cleared-1"]}
	drafted := []id.Item{w.items["drafted-0"], w.items["drafted-1"], w.items["drafted-2"]}
	back := func(from, to item.Stage, items []id.Item) { // what is not to be drafted yet waits elsewhere
		w.update(func(tx *sqldb.Tx) error {
			_, err := item.Move(tx, audit.System, to, []item.Stage{from}, items...)
			return err
		})
	}
	back(item.Cleared, item.Confirmed, append(cleared, drafted...))
	made, err := w.flow.Draft(ctx, w.people["Dora"], w.action)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range made.Referrals {
		w.advance(time.Minute)
		if _, err := w.flow.Approve(ctx, w.people["Cleo"], r); err != nil {
			w.t.Fatal(err)
		}
		w.deliver(r)
	}
	back(item.Confirmed, item.Cleared, drafted)
	if made, err = w.flow.Draft(ctx, w.people["Dora"], w.action); err != nil {
		w.t.Fatal(err)
	}
	w.referral, w.other = made.Referrals[0], made.Referrals[1]
	back(item.Confirmed, item.Cleared, cleared)
	w.looks()
}

func (w *world) deliver(r id.Referral) {
	w.update(func(tx *sqldb.Tx) error {
		var target id.Delivery
		if err := tx.Row("SELECT id FROM delivery WHERE subject_id = $1", r).Scan(&target); err != nil {
			return err
		}
		due, err := deliver.Get(tx, target)
		if err != nil {
			return err
		}
		attempt, err := deliver.Begin(tx, audit.System, deliver.Job{Delivery: target, Claim: due.Claim})
		if err != nil {
			return err
		}
		if _, err := deliver.Finish(tx, audit.System, attempt, deliver.Result{Outcome: deliver.Sent, Receipt: "250 2.0.0 taken " + hostile}); err != nil {
			return err
		}
		items, err := refer.Items(tx, r)
		if err != nil {
			return err
		}
		for _, it := range items {
			if _, err := item.Move(tx, audit.System, item.Delivered, []item.Stage{item.Approved}, it.Item); err != nil {
				return err
			}
			if err := recheck.Start(tx, it.Item, r, tx.Now); err != nil {
				return err
			}
		}
		return nil
	})
}

// looks lets the time pass: the platforms answer and the probes look.
func (w *world) looks() {
	verdicts := []recheck.Verdict{recheck.Removed, recheck.Removed, recheck.Soft404, recheck.GeoBlocked, recheck.Removed, recheck.AccountGone, recheck.LoginWall, recheck.RedirectedHome, recheck.Unsure, recheck.StillUp}
	w.advance(time.Hour)
	for step := 1; step <= 2; step++ {
		for i := range verdicts {
			it, v := w.items[fmt.Sprintf("delivered-%d", i)], verdicts[i]
			if step == 1 && i%2 == 0 {
				v = recheck.StillUp
			}
			w.update(func(tx *sqldb.Tx) error {
				if _, err := recheck.Save(tx, audit.System, it, step, recheck.Look{Verdict: v, At: tx.Now, Status: 200, Vantage: "direct", Reason: "what told it: " + hostile, FinalURL: "https://clips.example/gone"}); err != nil {
					return err
				}
				return item.SetVerdict(tx, it, item.Verdict(v))
			})
			w.advance(time.Minute)
		}
		w.advance(2 * time.Hour)
	}
	contact := w.people["Finn"]
	for i, kind := range []string{"removed", "", "", "refused", "", "", "clarification"} {
		if kind == "" {
			continue
		}
		it := w.items[fmt.Sprintf("delivered-%d", i)]
		var r id.Referral
		w.update(func(tx *sqldb.Tx) error {
			err := tx.Row("SELECT referral_id FROM referral_item WHERE item_id = $1", it).Scan(&r)
			if err == nil {
				err = audit.Append(tx, audit.System, audit.Entry{Verb: "test.looked", Subject: string(r)})
			}
			return err
		})
		results, err := w.flow.Answer(context.Background(), contact, r, []refer.New{{Item: it, Kind: kind, Reason: "our own reasons " + hostile}})
		if err == nil {
			err = results[0].Err
		}
		if err != nil && !problem.Is(err, problem.NotFound) { // of another platform than the contact's
			w.t.Fatal(err)
		}
	}
}
