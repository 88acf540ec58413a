package host

import (
	"context"
	"encoding/json"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/complaints"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Complain takes in what a content provider says against the removal of its content.
func (h *Host) Complain(ctx context.Context, who auth.Principal, in complaints.Complaint) (complaints.Complaint, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (complaints.Complaint, error) {
		if c, err := h.book.Canonical(in.URL); err == nil && in.Case == "" {
			// The case is found by the content, where it was removed in one.
			twins, err := cases.Same(tx, cases.Item{Canonical: c.URL})
			if err != nil {
				return in, err
			}
			for _, t := range twins {
				if t.Item.Content == cases.Disabled || t.Item.Content == cases.Removed {
					in.Case = t.Case.ID
				}
			}
		}
		return complaints.Add(tx, who.Actor(), in)
	})
}

// DecideComplaint notes the outcome, tells the content provider, and has the content
// reinstated where the complaint is justified, Article 10(2). Content that an order in force
// keeps down is not the service's to reinstate: that is said, and the way to the authority.
func (h *Host) DecideComplaint(ctx context.Context, who auth.Principal, target id.Complaint, outcome, reasons string) (complaints.Complaint, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (complaints.Complaint, error) {
		c, err := complaints.Decide(tx, who.Actor(), target, outcome, reasons)
		if err != nil {
			return c, err
		}
		if outcome == complaints.Justified && c.Case != "" {
			if err := h.reinstateFor(tx, who.Actor(), c); err != nil {
				return c, err
			}
		}
		return c, h.tellOutcome(tx, who.Actor(), c)
	})
}

func (h *Host) reinstateFor(tx *sqldb.Tx, by audit.Actor, c complaints.Complaint) error {
	items, err := cases.Items(tx, c.Case)
	if err != nil {
		return err
	}
	canonical, err := h.book.Canonical(c.URL)
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.Canonical == canonical.URL && it.Down() {
			how := ""
			if !h.service.Set() {
				how = "complaint " + string(c.ID)
			}
			if _, err := h.planReinstate(tx, by, c.Case, it.Place, how, comingBack{reinstatements.ByComplaint, c.Contact, c.Language}); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellOutcome plans the letter that tells what became of a complaint.
func (h *Host) tellOutcome(tx *sqldb.Tx, by audit.Actor, c complaints.Complaint) error {
	if c.Contact == "" {
		return nil
	}
	w := outcomeIn(c.Language)
	body := w.rejected
	if c.Outcome == complaints.Justified {
		body = w.justified
	}
	if c.Reasons != "" {
		body += "\n\n" + c.Reasons
	}
	payload, err := json.Marshal(letter{Subject: w.subject, Body: body + "\n\n" + h.Settings.Name + "\n" + h.Settings.Contact + "\n", Language: document.Spoken(c.Language)})
	if err != nil {
		return err
	}
	_, err = acts.Add(tx, by, acts.Act{Case: c.Case, Kind: acts.Outcome, Way: acts.Mail, Target: c.Contact, Payload: string(payload)})
	return err
}

// Complaints lists them, the open ones first.
func (h *Host) Complaints(ctx context.Context, who auth.Principal) ([]complaints.Complaint, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) ([]complaints.Complaint, error) { return complaints.List(tx, manyOf) })
}

// AskReview sends a reasoned request to the authority of the service's member state to
// scrutinise an order of another one, within 48 hours of receipt, Article 4(4).
func (h *Host) AskReview(ctx context.Context, who auth.Principal, target id.Case, to, why string) (acts.Act, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (acts.Act, error) {
		c, err := cases.Get(tx, target)
		if err != nil {
			return acts.Act{}, err
		}
		if len(why) < 20 {
			return acts.Act{}, problem.New(problem.Invalid, "a request under Article 4(4) is reasoned: write what infringes the Regulation or fundamental rights, and how")
		}
		order, err := cases.Follow(tx, target)
		if err != nil {
			return acts.Act{}, err
		}
		open := false
		for _, k := range order.Clocks(tx.Now, nil) {
			open = open || k.Name == "ask_review" && k.State == law.Running
		}
		if !open {
			return acts.Act{}, problem.New(problem.Refused, "a review can be asked for within 48 hours of receiving a cross-border order, once, while it stands (Article 4(4))")
		}
		request, err := reviewRequest(tx, c, why)
		if err != nil {
			return acts.Act{}, err
		}
		payload, err := json.Marshal(letter{Language: "en", Subject: "Request under Article 4(4) of Regulation (EU) 2021/784: " + c.Reference, Body: h.reviewText(c, why), Document: c.Document, Request: request})
		if err != nil {
			return acts.Act{}, err
		}
		return acts.Add(tx, who.Actor(), acts.Act{Case: c.ID, Kind: acts.Review, Way: acts.Mail, Target: to, Payload: string(payload)})
	})
}

// reviewRequest is the request for the program of the authority, which may know of the order by its
// copy alone: with the order, the reasons, and what happened here.
func reviewRequest(tx *sqldb.Tx, c cases.Case, why string) (*client.Message, error) {
	events, err := cases.Events(tx, c.ID)
	m := &client.Message{Type: client.ReviewAsked, At: tx.Now, Reference: c.Reference, Document: c.Document, Text: why}
	for _, e := range events {
		switch e.Kind {
		case law.Received, law.Executed, law.FedBack, law.ProviderInformed:
			m.Timeline = append(m.Timeline, client.TimelineEvent{Kind: string(e.Kind), At: e.At})
		}
	}
	return m, err
}

func (h *Host) reviewText(c cases.Case, why string) string {
	return "To the competent authority of " + h.Settings.MemberState + " under Article 12(1)(b) of Regulation (EU) 2021/784\n\n" +
		"We received the removal order " + c.Reference + " of " + c.Authority + " at " + stamp(c.ReceivedAt) + ". It is attached.\n" +
		"Under Article 4(4) we ask you to scrutinise it, and to decide within 72 hours whether it seriously or manifestly infringes the Regulation or the fundamental rights and freedoms of the Charter.\n\nReasons:\n" + why + "\n\n" +
		h.party() + "\n" + h.Settings.Person + "\n" + h.Settings.Contact + "\n"
}

// ReviewAddress is the contact of the authority that scrutinises orders from elsewhere.
func (h *Host) ReviewAddress() string {
	for _, a := range h.known.Register.ByState(h.Settings.MemberState, "scrutinise") {
		return a.Email
	}
	return ""
}
