package api_test

import (
	"errors"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	forms "github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// status is the status of a refused call.
func status(err error) int {
	var p *client.Problem
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

// TestAnOrderByTheAPI: drafted, issued by another, answered by the platform's contact, who sees
// what both sides share and no more; withdrawn by two.
func TestAnOrderByTheAPI(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *sqldb.Tx) error { _, err := register.Import(tx, audit.System, register.Example()); return err })
	action := w.openAction("Example Action", "coordinator", "Unit South")
	items := w.contribute("analyst", action, "https://clips.example/v/1")
	w.ready(items...)
	w.cleared(items...)
	ctx := t.Context()
	in := client.NewOrder{ItemID: items[0].ID, ActionID: action, Emergency: "an attack goes on", Secret: "an investigation goes on"}
	_, err := w.as("coordinator").DraftOrder(ctx, client.NewOrder{ItemID: items[0].ID, ActionID: action})
	if status(err) != http.StatusConflict {
		t.Errorf("without information and emergency: %v", err)
	}
	draft, err := w.as("coordinator").DraftOrder(ctx, in)
	w.must(err)
	if draft.State != "draft" || draft.Filled["a.issuing_member_state"] == "" || draft.Document == nil || draft.Next.Name != "issue" {
		t.Errorf("%+v", draft)
	}
	if _, err := w.as("coordinator").ApproveOrder(ctx, draft.ID); status(err) != http.StatusConflict {
		t.Errorf("who drafted approves: %v", err)
	}
	for name, want := range map[string]int{"western coordinator": 404, "contact": 404, "overseer": 200, "southern coordinator": 200} {
		if got := w.call(asked{by: name, method: "GET", path: "/v1/orders/" + draft.ID}); got.status != want {
			t.Errorf("the draft for %s: %d, want %d", name, got.status, want)
		}
	}
	issued, err := w.as("southern coordinator").ApproveOrder(ctx, draft.ID)
	w.must(err)
	if issued.State != "approved" || len(issued.Deliveries) != 2 || issued.Secret != in.Secret || len(issued.Timeline) != 2 {
		t.Errorf("%+v", issued)
	}
	w.received(id.Order(issued.ID))
	w.answeredByContact(issued)
	w.withdrawnByTwo(issued)
}

// received has the host receive an order.
func (w *world) received(o id.Order) {
	w.t.Helper()
	w.update(func(tx *sqldb.Tx) error {
		for _, k := range []law.Kind{law.Sent, law.Received} {
			if _, err := order.Record(tx, audit.System, o, law.Event{Kind: k, At: tx.Now}, order.Detail{Channel: "transport", Proof: "250 OK"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) answeredByContact(issued client.OrderCase) {
	w.t.Helper()
	ctx, now := w.t.Context(), time.Now().UTC().Format(time.RFC3339)
	seen, err := w.as("contact").Order(ctx, issued.ID)
	w.must(err)
	if seen.Secret != "" || seen.DraftedBy != "" || seen.ApprovedBy != "" || seen.ActionID != "" || len(seen.Steps) != 0 || len(seen.Deliveries) != 0 || seen.URL != issued.URL || len(seen.Clocks) == 0 {
		w.t.Errorf("the platform sees %+v", seen)
	}
	for _, e := range seen.Timeline {
		if e.UserID != "" || e.Proof != "" || e.Kind == string(law.NonDisclosed) && e.Reasons != "" {
			w.t.Errorf("the platform sees of %s: %+v", e.Kind, e)
		}
	}
	values := law.Filled{"a.addressee": "Clips", "a.issuing_authority": "Unit North", "a.authority_file": issued.Reference, "a.received_at": now, "b.measure": "disabled", "b.taken_at": now,
		"c.host": "Clips", "c.member_state": "IE", "c.authorised_person": "Kim Example", "c.email": "tco@clips.example", "c.date": now}
	answer := func(change law.Filled) error {
		filled := maps.Clone(values)
		maps.Copy(filled, change)
		doc, err := forms.Document{Form: forms.AnnexII, Edition: forms.EditionOf(forms.AnnexII), Reference: issued.Reference, Language: "en", Values: filled}.JSON()
		w.must(err)
		_, err = w.as("contact").AnswerOrder(ctx, issued.ID, doc)
		return err
	}
	if err := answer(law.Filled{"a.authority_file": "TCO-2000-000001"}); status(err) != http.StatusUnprocessableEntity {
		w.t.Errorf("an answer about another order: %v", err)
	}
	w.must(answer(nil))
	w.must(answer(nil))
	got, err := w.as("coordinator").Order(ctx, issued.ID)
	w.must(err)
	if got.ExecutedAt == nil || len(got.Answers) != 1 || got.Answers[0].Channel != "api" {
		w.t.Errorf("executed %v, answers %+v", got.ExecutedAt, got.Answers)
	}
	standing, err := w.as("overseer").Standing(ctx, issued.PlatformID)
	w.must(err)
	if standing.Orders != 1 || standing.Executed != 1 || standing.InTime != 1 {
		w.t.Errorf("%+v", standing)
	}
}

func (w *world) withdrawnByTwo(issued client.OrderCase) {
	w.t.Helper()
	ctx := w.t.Context()
	step := client.NewOrderStep{Kind: "withdrawn", Reasons: "it was wrong"}
	proposed, err := w.as("coordinator").ProposeOrderStep(ctx, issued.ID, step)
	w.must(err)
	if len(proposed.Steps) != 1 || proposed.Steps[0].State != "open" || len(proposed.Attention) != 1 || proposed.Attention[0] != "proposed" {
		w.t.Errorf("%+v", proposed)
	}
	if _, err := w.as("coordinator").AgreeOrderStep(ctx, issued.ID, "withdrawn"); status(err) != http.StatusConflict {
		w.t.Errorf("who proposed agrees: %v", err)
	}
	gone, err := w.as("southern coordinator").AgreeOrderStep(ctx, issued.ID, "withdrawn")
	w.must(err)
	if gone.VoidedAt == nil || gone.Next.Name != "reinstate" || gone.Steps[0].State != "agreed" {
		w.t.Errorf("%+v", gone)
	}
	list, err := w.as("coordinator").Orders(ctx, client.OrderFilter{Attention: true})
	w.must(err)
	if len(list.Items) != 1 || list.Items[0].ID != issued.ID {
		w.t.Errorf("to look at are %+v", list.Items)
	}
	back, err := w.as("coordinator").RecordOrderEvent(ctx, issued.ID, client.NewOrderEvent{Kind: "reinstated", Reasons: "the host says so"})
	w.must(err)
	if len(back.Attention) != 0 {
		w.t.Errorf("reinstated, attention is %q", back.Attention)
	}
	if list, err := w.as("western coordinator").Orders(ctx, client.OrderFilter{}); err != nil || len(list.Items) != 0 {
		w.t.Errorf("another unit lists %d: %v", len(list.Items), err)
	}
}
