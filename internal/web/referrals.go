package web

import (
	"net/http"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

type referralsPage struct {
	frame
	Referrals  []client.Referral
	Deliveries map[string]client.Delivery // by referral
	Blocks     []client.Block
	Cleared    int // items that wait to be drafted
}

func referrals(s *Server, c *call) error {
	target := id.Action(c.r.PathValue("id"))
	action, err := s.Desk.Action(c.ctx(), c.who, target)
	if err != nil {
		return err
	}
	p := referralsPage{frame: s.frame(c, c.words.say("referrals.title", "Action", action.Name), "actions").of(action, "referrals"), Deliveries: map[string]client.Delivery{}}
	if p.Referrals, err = s.Desk.Referrals(c.ctx(), c.who, target, ""); err != nil {
		return err
	}
	deliveries, err := s.Desk.Deliveries(c.ctx(), c.who, target, "")
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		p.Deliveries[d.ReferralID] = d
	}
	if p.Blocks, err = s.Desk.Blocks(c.ctx(), c.who, target); err != nil {
		return err
	}
	if p.Cleared, err = s.Desk.Cleared(c.ctx(), c.who, target); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "referrals", p)
}

// draft runs the pre-flight and drafts; what came of it is then to be seen in the list.
func draft(s *Server, c *call) error {
	target := id.Action(c.r.PathValue("id"))
	if _, err := s.Flow.Draft(c.ctx(), c.who, target); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/actions/"+string(target)+"/referrals", http.StatusSeeOther)
	return nil
}

type referralView struct {
	frame
	Referral client.Referral
	Names    map[string]string
	Refusal  string // why the approval that was just tried was refused
}

// Own reports whether the person drafted it, who is then not the one to approve it.
func (p referralView) Own() bool { return p.Referral.DraftedBy == string(p.Who.User) }

func referral(s *Server, c *call) error { return s.showReferral(c, http.StatusOK, "") }

func (s *Server) showReferral(c *call, status int, refusal string) error {
	r, err := s.Desk.Referral(c.ctx(), c.who, id.Referral(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	p := referralView{frame: s.frame(c, r.Reference, "actions"), Referral: r, Refusal: refusal}
	if c.who.May(auth.ActionRead) {
		action, err := s.Desk.Action(c.ctx(), c.who, id.Action(r.ActionID))
		if err != nil {
			return err
		}
		p.frame = p.frame.of(action, "referrals")
		if p.Names, err = s.names(c); err != nil {
			return err
		}
	}
	return s.render(c, status, "referral", p)
}

// approve lets a referral leave. That it needs another person than who drafted it is a rule
// of the trade below; here its refusal is said on the page of the referral.
func approve(s *Server, c *call) error {
	target := c.r.PathValue("id")
	_, err := s.Flow.Approve(c.ctx(), c.who, id.Referral(target))
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) {
		return s.showReferral(c, problem.Of(err).Meaning().Status, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/referrals/"+target, http.StatusSeeOther)
	return nil
}

// resolve settles a delivery of which nobody knows whether it arrived.
func resolve(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	d, err := s.Desk.Delivery(c.ctx(), c.who, id.Delivery(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	if _, err := s.Flow.Resolve(c.ctx(), c.who, id.Delivery(d.ID), c.r.PostForm.Get("received") == "yes", c.r.PostForm.Get("detail")); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/referrals/"+d.ReferralID, http.StatusSeeOther)
	return nil
}
