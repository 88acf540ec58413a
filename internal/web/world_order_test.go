package web

import (
	"context"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/sqldb"
)

// orderRemovals orders delivered items removed that are still up: one order waits for approval,
// one was received and its hour runs, one was executed under non-disclosure and is contradicted
// by a look; and the copy of another authority's order waits for scrutiny.
func (w *world) orderRemovals() {
	w.orders = map[string]id.Order{}
	w.orders["draft"] = w.draftOrder("delivered-9", "")
	secret := w.draftOrder("delivered-12", "an investigation goes on "+hostile)
	w.issueOrder("secret", secret)
	w.advance(12 * time.Minute)
	w.answerOrder(secret, document.AnnexII, law.Filled{"b.measure": "removed", "b.taken_at": w.stamp(), "c.member_state": "IE"})
	w.advance(40 * time.Minute)
	w.update(func(tx *sqldb.Tx) error {
		return order.Looked(tx, audit.System, w.items["delivered-12"], true, tx.Now)
	})
	asks := w.draftOrder("delivered-13", "")
	w.issueOrder("asks", asks)
	w.answerOrder(asks, document.AnnexIII, law.Filled{"b.grounds": "insufficient", "b.reasons": "There are two of them. " + hostile, "b.wanted": "Which of the two?", "c.signature": "Kim Example"})
	w.advance(5 * time.Minute)
	if _, err := w.flow.ProposeStep(context.Background(), w.people["Dora"], asks, law.Clarified, "The first of the two.", nil); err != nil {
		w.t.Fatal(err)
	}
	w.issueOrder("runs", w.draftOrder("delivered-6", ""))
	w.receiveCopy()
	w.advance(7 * time.Minute)
}

func (w *world) stamp() string { return w.now().Format(time.RFC3339) }

func (w *world) draftOrder(name, secret string) id.Order {
	w.t.Helper()
	o, err := w.flow.DraftOrder(context.Background(), w.people["Dora"], flow.NewOrder{Item: w.items[name], Action: w.action, Emergency: "an attack goes on", Secret: secret})
	if err != nil {
		w.t.Fatal(name, err)
	}
	return o
}

// issueOrder approves an order and has it arrive.
func (w *world) issueOrder(name string, o id.Order) {
	w.t.Helper()
	w.orders[name] = o
	if _, err := w.flow.ApproveOrder(context.Background(), w.people["Cleo"], o); err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *sqldb.Tx) error {
		for _, k := range []law.Kind{law.Sent, law.CopySent, law.Received, law.CopyReceived} {
			if _, err := order.Record(tx, audit.System, o, law.Event{Kind: k, At: tx.Now}, order.Detail{Channel: "transport", Proof: "250 OK " + hostile}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) answerOrder(o id.Order, form string, more law.Filled) {
	w.t.Helper()
	values := law.Filled{"a.addressee": "Clips", "a.issuing_authority": "Unit North", "a.received_at": w.stamp(), "c.host": "Clips", "c.authorised_person": "Kim Example", "c.email": "trust@clips.example", "c.date": w.stamp()}
	var to id.Platform
	if err := w.db.View(context.Background(), func(tx *sqldb.Tx) error {
		got, err := order.Get(tx, o)
		values["a.authority_file"], to = got.Reference, got.Platform
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	for key, value := range more {
		values[key] = value
	}
	doc := document.Document{Form: form, Edition: document.EditionOf(form), Reference: values["a.authority_file"], Language: "en", Values: values}
	if err := w.flow.OrderAnswered(context.Background(), flow.Source{Platform: to, Channel: flow.ByWebhook, Proof: "signature"}, o, doc); err != nil {
		w.t.Fatal(err)
	}
}

// receiveCopy takes in an order of an authority of Ireland to a host in Belgium.
func (w *world) receiveCopy() {
	w.t.Helper()
	values := law.Filled{"a.issuing_member_state": "IE", "a.addressee": "Sample Host", "a.contact_point": "tco@sample-host.example", "a.host_member_state": "BE", "a.issued_at": w.stamp(),
		"a.reference_number": "IE-2026-17", "b.url": "https://sample-host.example/page/1", "b.reasons": "a", "b.additional_information": "It calls for joining the fictional Sample Brigade. " + hostile,
		"b.emergency": "an attack goes on", "d.cross_border": "yes", "d.copy_sent": "yes", "e.type": "other", "e.name": "Competent authority of Ireland (made up)", "e.representative": "Sam Example",
		"e.post": "officer", "e.file_number": "17", "e.address": "1 Sample Street", "e.telephone": "+00 000", "e.email": "tco@authority-ie.example", "e.date": w.stamp(), "e.signature": "Sam Example",
		"f.issuing_contact": "tco@authority-ie.example", "f.home_contact": "tco@authority-be.example", "g.body": "Sample Court", "g.deadline": "one month", "g.provisions": "https://law.authority-ie.example/redress"}
	doc := document.Document{Form: document.AnnexI, Edition: document.EditionOf(document.AnnexI), Reference: "IE-2026-17", Language: "en", Values: values}
	c, err := w.flow.UploadCopy(context.Background(), w.people["Dora"], flow.FromAuthority{Channel: flow.ByMail, Proof: "the mail is not signed"}, doc)
	if err != nil {
		w.t.Fatal(err)
	}
	w.orders["copy"] = c
}
