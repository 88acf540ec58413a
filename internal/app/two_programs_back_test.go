package app_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/argine/argine/client"
)

// hire gives the desk people who took no part in any case, to decide on complaints.
func (p *pair) hire(names ...string) {
	p.Helper()
	units, err := p.admin.Units(p.Context())
	p.must(err)
	for _, name := range names {
		u, err := p.admin.AddUser(p.Context(), client.NewUser{UnitID: units.Items[0].ID, Name: name, Email: name + "@authority.example", Roles: []string{"reviewer"}})
		p.must(err)
		token, err := p.admin.AddToken(p.Context(), client.NewToken{UserID: u.ID, Name: "test", Days: 300})
		p.must(err)
		p.people[name] = client.New(p.desk, token.Secret)
	}
}

// knownToTheDesk gives the host a token of the desk, with which it answers referrals.
func (p *pair) knownToTheDesk() {
	p.Helper()
	units, err := p.admin.Units(p.Context())
	p.must(err)
	u, err := p.admin.AddUser(p.Context(), client.NewUser{UnitID: units.Items[0].ID, Name: "Clips", Email: "desk@clips.example", Roles: []string{"platform_contact"}, PlatformID: p.platform})
	p.must(err)
	token, err := p.admin.AddToken(p.Context(), client.NewToken{UserID: u.ID, Name: "answers", Days: 300})
	p.must(err)
	p.end()
	p.cfg.Host.Senders[0].Token = token.Secret
	p.start()
}

// upheld files a content provider's complaint about an item, and two who took no part find it right.
func (p *pair) upheld(item string) (complaint string) {
	p.Helper()
	c, err := p.people["drafter"].FileComplaint(p.Context(), client.NewComplaint{ItemID: item, Reasons: "It is a report."})
	p.must(err)
	for _, name := range []string{"third", "fourth"} {
		_, err := p.people[name].Reassess(p.Context(), c.ID, client.NewReassessment{Decision: "not_terrorist", Purpose: "journalism", Reasons: "It reports about the matter."})
		p.must(err)
	}
	return c.ID
}

// referredToHost brings an item to the host as a referral; the host takes it offline.
func (p *pair) referredToHost() (item, at string) {
	p.Helper()
	item = p.cleared()
	made, err := p.people["drafter"].Draft(p.Context(), p.action)
	p.must(err)
	_, err = p.people["approver"].Approve(p.Context(), made.Referrals[0].ID)
	p.must(err)
	p.until("the host has the referral", func() bool {
		for _, c := range p.cases() {
			if c.Subject == made.Referrals[0].ID {
				at = c.ID
			}
		}
		return at != ""
	})
	_, err = p.api.HostDisable(p.Context(), at, client.HostDisabling{Place: 1, Answer: true})
	p.must(err)
	p.until("the desk knows that it is disabled", func() bool {
		it, err := p.people["drafter"].Item(p.Context(), item)
		return err == nil && len(it.Answers) == 1
	})
	return item, at
}

// askedBack waits for the one request to reinstate that the host has of a case and has yet to decide.
func (p *pair) askedBack(at string) (r client.HostReinstatement) {
	p.Helper()
	p.until("the host is asked to bring it back", func() bool {
		page, err := p.api.HostReinstatements(p.Context(), "waiting")
		p.must(err)
		for _, one := range page.Items {
			if one.Case == at {
				r = one
			}
		}
		return r.ID != ""
	})
	if r.Trust != "verified" || r.Held != "" {
		p.Fatalf("the request is %+v", r)
	}
	return r
}

// heard waits until the desk knows what came of a request, at the complaint and at the item alike.
func (p *pair) heard(item, complaint, want string) client.Reinstatement {
	p.Helper()
	var got client.Complaint
	p.until("the desk hears that it is "+want, func() bool {
		c, err := p.people["third"].Complaint(p.Context(), complaint)
		p.must(err)
		got = c
		return c.Reinstatement != nil && c.Reinstatement.Outcome == want
	})
	it, err := p.people["drafter"].Item(p.Context(), item)
	p.must(err)
	if it.Reinstatement == nil || it.Reinstatement.Outcome != want || it.Reinstatement.Reasons != got.Reinstatement.Reasons || it.Reinstatement.DeliveredAt == nil {
		p.Errorf("the item has %+v, the complaint %+v", it.Reinstatement, got.Reinstatement)
	}
	return *got.Reinstatement
}

// TestTwoProgramsBringContentBack: a complaint at the desk is right; the host is asked, brings the
// content back or keeps it down with reasons, and the desk hears it: of a referral and of an order.
func TestTwoProgramsBringContentBack(t *testing.T) {
	p := newPair(t, nil)
	p.hire("third", "fourth")
	p.knownToTheDesk()

	item, at := p.referredToHost()
	complaint := p.upheld(item)
	r := p.askedBack(at)
	if r.Basis != "asked" || r.Authority != issuer.Name || !strings.Contains(r.Reasons, "It reports about the matter.") {
		t.Errorf("the request is %+v", r)
	}
	_, err := p.api.HostDecideReinstatement(t.Context(), r.ID, client.HostBackDecision{Outcome: "reinstated"})
	p.must(err)
	heard := p.heard(item, complaint, "reinstated")
	if back := p.get(at).Items[0]; back.Content != "reinstated" || heard.ActedAt == nil || !heard.ActedAt.Equal(*back.ActedAt) || heard.Proof == "" {
		t.Errorf("at the host it is %+v, at the desk %+v", back, heard)
	}

	item, at = p.referredToHost()
	complaint = p.upheld(item)
	_, err = p.api.HostDecideReinstatement(t.Context(), p.askedBack(at).ID, client.HostBackDecision{Outcome: "kept_down", Why: "Our terms, section 4, forbid it."})
	p.must(err)
	if heard := p.heard(item, complaint, "kept_down"); heard.Reasons != "Our terms, section 4, forbid it." {
		t.Errorf("the desk hears %+v", heard)
	}

	p.reversedUnasked()

	p.informed()
	p.orderIsTakenBack("reinstated", "")
	p.orderIsTakenBack("kept_down", "Our terms, section 4, forbid it.")
}

// reversedUnasked: nobody complains; a person reverses, another agrees, the host brings it back by its
// click, and the answer stands beside the proposal.
func (p *pair) reversedUnasked() {
	p.Helper()
	item, at := p.referredToHost()
	detail, err := p.people["third"].Reverse(p.Context(), item, client.Reversal{Reasons: "It is a report, seen whole."})
	p.must(err)
	if r := detail.Reinstatement; r == nil || r.State != "proposed" || r.Proposal == nil || !r.AskedAt.IsZero() {
		p.Fatalf("the item has %+v", r)
	}
	waiting, err := p.people["fourth"].ProposedReinstatements(p.Context())
	if err != nil || len(waiting.Items) != 1 || waiting.Items[0].ItemID != item || waiting.Items[0].Reference == "" {
		p.Fatalf("waiting for a second person: %+v, %v", waiting.Items, err)
	}
	if _, err := p.people["third"].ApproveReinstatement(p.Context(), item); err == nil {
		p.Error("who reversed it approves the request")
	}
	_, err = p.people["fourth"].ApproveReinstatement(p.Context(), item)
	p.must(err)
	r := p.askedBack(at)
	if r.Basis != "asked" || r.Authority != issuer.Name || r.Reference != detail.Reinstatement.Proposal.Reference || r.Reasons != "It is a report, seen whole." {
		p.Errorf("the request is %+v", r)
	}
	_, err = p.api.HostDecideReinstatement(p.Context(), r.ID, client.HostBackDecision{Outcome: "reinstated"})
	p.must(err)
	p.until("the desk hears that it is back", func() bool {
		it, err := p.people["drafter"].Item(p.Context(), item)
		p.must(err)
		r := it.Reinstatement
		return r.Outcome == "reinstated" && r.Proof != "" && r.DeliveredAt != nil && r.Proposal.State == "approved" && r.Proposal.ApprovedBy != r.Proposal.ProposedBy
	})
}

// orderIsTakenBack: the complaint was right, so the order is withdrawn; what the host does then stands in
// the case at both sides.
func (p *pair) orderIsTakenBack(outcome, why string) {
	p.Helper()
	item := p.cleared()
	order, at := p.ordered(client.NewOrder{ItemID: item})
	_, err := p.api.HostDisable(p.Context(), at, client.HostDisabling{Place: 1, Answer: true})
	p.must(err)
	p.until("Annex II is at the desk", func() bool { return p.order(order).ExecutedAt != nil })
	p.upheld(item)
	r := p.askedBack(at)
	if r.Basis != "withdrawn" || !r.DueAt.Equal(r.AskedAt) || r.Reasons == "" {
		p.Errorf("the duty is %+v", r)
	}
	_, err = p.api.HostDecideReinstatement(p.Context(), r.ID, client.HostBackDecision{Outcome: outcome, Why: why})
	p.must(err)
	p.until("it stands in the case at the desk", func() bool {
		return slices.ContainsFunc(p.order(order).Timeline, func(e client.OrderEvent) bool { return e.Kind == outcome && e.Reasons == why })
	})
	p.same("after the order is taken back", order, at)
	if o := p.order(order); slices.Contains(o.Attention, "reinstate") {
		p.Errorf("the desk still waits: %q", o.Attention)
	}
}
