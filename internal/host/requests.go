package host

import (
	"context"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

// asksBack reports whether a message asks to bring content back.
func asksBack(m inbox.Message, p paper) bool {
	return m.Type == client.ReinstatementAsked || p.doc.Form == document.Reinstatement
}

// owe makes a duty of what a message says: that content is to come back. It is the message's own
// trust that the duty has, and a sender who did not ask for the removal proves nothing by being known.
func (h *Host) owe(tx *sqldb.Tx, a arrival, p paper, m inbox.Message) error {
	by := machine(m.Sender)
	if asksBack(m, p) {
		return h.askedBack(tx, by, a, p, m)
	}
	if m.Case == "" || m.Trust != inbox.Verified {
		return nil
	}
	c, err := cases.Get(tx, m.Case)
	if err != nil {
		return err
	}
	return h.owedBack(tx, by, c, source{message: m, reasons: p.doc.Values["b.reasons"]})
}

// askedBack keeps a request for each place that a message names.
func (h *Host) askedBack(tx *sqldb.Tx, by audit.Actor, a arrival, p paper, m inbox.Message) error {
	among, err := h.meantBack(tx, p, m)
	if err != nil {
		return err
	}
	urls := strings.Fields(p.doc.Values["a.urls"])
	if len(urls) == 0 {
		urls = []string{""} // it says by its subject alone what is meant, or nothing at all
	}
	for _, url := range urls {
		canonical := ""
		if c, err := h.book.Canonical(url); err == nil {
			canonical = c.URL
		}
		r := reinstatements.Request{Basis: reinstatements.Asked, Message: m.ID, URL: url, Canonical: canonical, Sender: m.Sender, Authority: m.Authority, Subject: a.message.Subject,
			Reference: p.reference(a.message), Language: p.doc.Language, Reasons: p.doc.Values["b.reasons"], AnswerURL: a.message.AnswerURL, AnswerMail: p.doc.Values["b.contact"],
			Trust: m.Trust, Findings: m.Findings, AskedAt: m.ReceivedAt, DueAt: law.ReinstateUntil(m.ReceivedAt)}
		if r.AnswerMail == "" {
			r.AnswerMail = a.answerMail(p)
		}
		findItem(&r, a, p, among)
		same, err := askedAlready(tx, r)
		if err == nil && !same {
			_, err = reinstatements.Add(tx, by, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// meantBack are the places of the cases that a request refers to, with these cases.
func (h *Host) meantBack(tx *sqldb.Tx, p paper, m inbox.Message) (list []cases.Twin, err error) {
	for _, reference := range p.about(m) {
		if reference == "" {
			continue
		}
		found, err := cases.ByReference(tx, reference)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			items, err := cases.Items(tx, c.ID)
			if err != nil {
				return nil, err
			}
			for _, it := range items {
				list = append(list, cases.Twin{Case: c, Item: it})
			}
		}
	}
	return list, nil
}

// findItem finds the item that a request means: what is down in a case that the sender may speak for
// stands before anything else that fits. What fits nothing is shown without a case.
func findItem(r *reinstatements.Request, a arrival, p paper, among []cases.Twin) {
	best, rank := cases.Twin{}, 0
	for _, t := range among {
		if (r.Canonical == "" || t.Item.Canonical != r.Canonical) && (r.Subject == "" || t.Item.ItemID != r.Subject) {
			continue
		}
		n := 1
		if speaksFor(a.proof, t.Case, p) {
			n += 2
		}
		if t.Item.Down() {
			n++
		}
		if n > rank {
			best, rank = t, n
		}
	}
	note := func(code, arg string) {
		r.Findings = append(r.Findings[:len(r.Findings):len(r.Findings)], inbox.Finding{State: inbox.Open, Code: code, Arg: arg})
		if r.Trust == inbox.Verified {
			r.Trust = inbox.Unverified
		}
	}
	if rank == 0 {
		note("no_case", r.Reference)
		return
	}
	r.Case, r.Place, r.Canonical = best.Case.ID, best.Item.Place, best.Item.Canonical
	if r.URL == "" {
		r.URL = best.Item.URL
	}
	if !speaksFor(a.proof, best.Case, p) {
		note("not_its_case", best.Case.Authority)
	}
}

// askedAlready reports whether the same was asked by the same sender and waits.
func askedAlready(tx *sqldb.Tx, r reinstatements.Request) (bool, error) {
	if r.Case == "" {
		return false, nil
	}
	before, err := reinstatements.OfItem(tx, r.Case, r.Place, r.Canonical)
	for _, b := range before {
		if b.Basis == r.Basis && b.Sender == r.Sender && b.Authority == r.Authority && b.Reference == r.Reference && b.Trust == r.Trust {
			return true, nil
		}
	}
	return false, err
}

// source is by what it is known that an order is without effect.
type source struct {
	message inbox.Message // none where a person noted it
	how     string        // that person's word
	reasons string
}

// owedBack keeps the duty that follows when the order of a case is without effect while its content
// is down, Article 4(7): once, however it came to be known.
func (h *Host) owedBack(tx *sqldb.Tx, by audit.Actor, c cases.Case, from source) error {
	if c.Track != cases.Order {
		return nil
	}
	events, err := cases.Events(tx, c.ID)
	if err != nil {
		return err
	}
	basis := voidedBy(events)
	if basis == "" {
		return nil
	}
	before, err := reinstatements.OfCase(tx, c.ID)
	if err != nil {
		return err
	}
	for _, r := range before {
		if r.Void() {
			return nil
		}
	}
	items, err := cases.Items(tx, c.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if !it.Down() {
			continue
		}
		r := reinstatements.Request{Basis: basis, Message: from.message.ID, Case: c.ID, Place: it.Place, URL: it.URL, Canonical: it.Canonical, Sender: c.Sender, Authority: c.Authority, Subject: c.Subject,
			Reference: c.Reference, Language: c.Language, Reasons: from.reasons, AnswerURL: c.AnswerURL, AnswerMail: c.AnswerMail, Trust: inbox.Verified, Findings: from.message.Findings, AskedAt: tx.Now, DueAt: tx.Now}
		if from.how != "" {
			r.Trust, r.VouchedBy, r.VouchedWhy = inbox.Unverified, by.User, from.how
		}
		if _, err := reinstatements.Add(tx, by, r); err != nil {
			return err
		}
	}
	return nil
}

// voidedBy is what took its effect from an order; empty while it stands.
func voidedBy(events []cases.Event) string {
	for _, e := range events {
		switch e.Kind {
		case law.Withdrawn:
			return reinstatements.Withdrawn
		case law.Infringing:
			return reinstatements.Infringing
		case law.AppealWon:
			return reinstatements.Annulled
		}
	}
	return ""
}

// Wanted is a request to reinstate, with what a page shows beside it.
type Wanted struct {
	reinstatements.Request
	Content string // of the item now; empty where there is none
	Track   cases.Track
	Held    string // why it must stay down; empty: nothing keeps it there
}

func wantedOf(tx *sqldb.Tx, r reinstatements.Request) (w Wanted, err error) {
	w.Request = r
	if r.Case == "" {
		return w, nil
	}
	c, err := cases.Get(tx, r.Case)
	if err != nil {
		return w, err
	}
	it, err := cases.OneItem(tx, r.Case, r.Place)
	if err != nil {
		return w, err
	}
	w.Content, w.Track = it.Content, c.Track
	if it.Down() && r.State != reinstatements.Decided {
		w.Held, err = heldDown(tx, it)
	}
	return w, err
}

// Down reports whether the content is down.
func (w Wanted) Down() bool { return cases.Item{Content: w.Content}.Down() }

// Requests are the requests to reinstate: those that wait, and those that were decided last.
func (h *Host) Requests(ctx context.Context, who auth.Principal) (waiting, decided []Wanted, err error) {
	_, err = read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (bool, error) {
		if waiting, err = wanted(tx, reinstatements.Waiting); err == nil {
			decided, err = wanted(tx, reinstatements.Newest)
		}
		return true, err
	})
	return waiting, decided, err
}

// OneRequest is one of them.
func (h *Host) OneRequest(ctx context.Context, who auth.Principal, target id.Request) (Wanted, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (Wanted, error) {
		r, err := reinstatements.Get(tx, target)
		if err != nil {
			return Wanted{}, err
		}
		return wantedOf(tx, r)
	})
}

func wanted(tx *sqldb.Tx, list func(*sqldb.Tx, int) ([]reinstatements.Request, error)) (out []Wanted, err error) {
	all, err := list(tx, manyOf)
	for _, r := range all {
		w, err := wantedOf(tx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, err
}
