package order_test

import (
	"maps"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

var answers = law.Filled{"a.addressee": "Clips Ltd", "a.issuing_authority": "Example Unit", "a.authority_file": "TCO-2026-000001", "a.received_at": "2026-03-01T10:00:00+01:00"}

// annex2 tells that it was removed so many minutes after the start; the form is dated a minute later.
func annex2(minutes int) order.Answer {
	f := maps.Clone(answers)
	at := start.Add(time.Duration(minutes) * time.Minute)
	maps.Copy(f, law.Filled{"b.measure": "removed", "b.taken_at": at.Format(time.RFC3339), "c.host": "Clips Ltd", "c.member_state": "IE", "c.authorised_person": "Kim Example",
		"c.email": "tco@clips.example", "c.date": at.Add(time.Minute).Format(time.RFC3339)})
	return order.Answer{Form: "annex-2", Filled: f, Channel: "api"}
}

func annex3(minutes int, grounds string) order.Answer {
	f := maps.Clone(answers)
	maps.Copy(f, law.Filled{"b.grounds": grounds, "b.reasons": "no power in the data centre", "b.errors": "the link leads nowhere", "b.wanted": "the exact link", "c.host": "Clips Ltd",
		"c.authorised_person": "Kim Example", "c.email": "tco@clips.example", "c.signature": "Kim Example", "c.date": start.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)})
	return order.Answer{Form: "annex-3", Filled: f, Channel: "mail", Source: "eml_1"}
}

func (w *world) answer(o id.Order, a order.Answer) (got order.Order, news bool, err error) {
	err = w.try(func(tx *sqldb.Tx) error { got, news, err = order.RecordAnswer(tx, audit.System, o, a); return err })
	return got, news, err
}

func (w *world) answers(o id.Order) (list []order.Answer) {
	w.Helper()
	if err := w.db.View(w.Context(), func(tx *sqldb.Tx) (err error) { list, err = order.Answers(tx, o); return err }); err != nil {
		w.Fatal(err)
	}
	return list
}

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer    order.Answer
		executed  int // minutes; -1: not
		owes      law.Party
		duty      string
		attention int
	}{
		"Annex II":                      {annex2(20), 20, law.Host, "inform_provider", 0},
		"Annex II, before it came":      {annex2(-60), 0, law.Host, "inform_provider", 0},
		"Annex III, force majeure":      {annex3(30, "impossible"), -1, law.Host, "end_grounds", 0},
		"Annex III, manifest errors":    {annex3(30, "manifest_errors"), -1, law.Issuer, "clarify", 1},
		"Annex III, too little is told": {annex3(30, "insufficient"), -1, law.Issuer, "clarify", 1},
		"Annex III, both":               {annex3(30, "impossible,insufficient"), -1, law.Issuer, "clarify", 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				o := w.received(nil)
				w.after(40 * time.Minute)
				got, news, err := w.answer(o.ID, c.answer)
				if err != nil || !news {
					w.Fatal(news, err)
				}
				want := time.Time{}
				if c.executed >= 0 {
					want = start.Add(time.Duration(c.executed) * time.Minute)
				}
				if !got.ExecutedAt.Equal(want) || got.Owes != c.owes || got.Duty != c.duty || len(got.Attention) != c.attention {
					w.Errorf("executed %s, %s owes %s, %q", got.ExecutedAt, got.Owes, got.Duty, got.Attention)
				}
				before := w.get(o.ID)
				if _, news, err := w.answer(o.ID, c.answer); news || err != nil || len(w.answers(o.ID)) != 1 || w.get(o.ID).DueAt != before.DueAt {
					w.Errorf("the same answer again: %v %v", news, err)
				}
			})
		})
	}
}

// TestAnAnswerProvesReceipt: nobody has told yet that the mail arrived.
func TestAnAnswerProvesReceipt(t *testing.T) {
	each(t, func(w *world) {
		o := w.issued(nil)
		w.after(40 * time.Minute)
		got, _, err := w.answer(o.ID, annex2(20))
		if err != nil || !got.ReceivedAt.Equal(start) || !got.ExecutedAt.Equal(start.Add(20*time.Minute)) {
			w.Errorf("received %s, executed %s: %v", got.ReceivedAt, got.ExecutedAt, err)
		}
	})
}

// TestAnAnswerWithNoRoomIsKept and shown: the order was withdrawn before the content went.
func TestAnAnswerWithNoRoomIsKept(t *testing.T) {
	each(t, func(w *world) {
		o := w.received(nil)
		w.after(10 * time.Minute)
		w.update(func(tx *sqldb.Tx) error {
			_, err := order.Withdraw(tx, w.bob, o.ID, order.Detail{Reasons: "it was wrong"})
			return err
		})
		w.after(30 * time.Minute)
		got, news, err := w.answer(o.ID, annex2(20))
		list := w.answers(o.ID)
		if err != nil || !news || !got.ExecutedAt.IsZero() || len(list) != 1 || list[0].Refused == "" || len(got.Attention) != 1 || got.Attention[0] != order.StrayAnswer {
			w.Errorf("%v %v %+v %q", news, err, list, got.Attention)
		}
		// What went before that is another matter: it happened while the order stood, and comes back.
		got, _, err = w.answer(o.ID, annex2(5))
		if err != nil || !got.ExecutedAt.Equal(start.Add(5*time.Minute)) || got.Duty != "reinstate" {
			w.Errorf("executed %s, owed is %s: %v", got.ExecutedAt, got.Duty, err)
		}
	})
}

func TestBadAnswers(t *testing.T) {
	each(t, func(w *world) {
		o := w.received(nil)
		w.after(10 * time.Minute)
		missing := annex2(5)
		delete(missing.Filled, "b.taken_at")
		for name, c := range map[string]struct {
			answer order.Answer
			order  id.Order
			want   problem.Kind
		}{
			"of tomorrow":      {annex2(24 * 60), o.ID, problem.Invalid},
			"incomplete":       {missing, o.ID, problem.Invalid},
			"of another form":  {order.Answer{Form: "annex-1", Filled: filled()}, o.ID, problem.Invalid},
			"to another order": {annex2(5), "ord_x", problem.NotFound},
		} {
			if _, _, err := w.answer(c.order, c.answer); !problem.Is(err, c.want) {
				w.Errorf("%s: %v", name, err)
			}
		}
		if n := len(w.answers(o.ID)); n != 0 {
			w.Errorf("%d bad answers were kept", n)
		}
	})
}
