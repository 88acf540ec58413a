package web

import (
	"net/http"
	"slices"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
)

type complaintsPage struct {
	frame
	Complaints []client.Complaint
	Proposed   []client.ProposedReinstatement // to be asked back, when a second person agrees
	Names      map[string]string
	Precisions []client.Precisions
	State      string
	Form       complaintForm
	Refusal    string
}

// complaintForm is a complaint to file, as it was typed.
type complaintForm struct{ Item, Subject, Contact, Reasons, ReceivedAt string }

// complaintList lists them, the soonest due first; a query names what a new one is about.
func complaintList(s *Server, c *call) error {
	q := c.r.URL.Query()
	return s.showComplaints(c, http.StatusOK, complaintForm{Item: q.Get("item"), Subject: q.Get("order"), Contact: contactOf(c.who)}, "")
}

func contactOf(who auth.Principal) string {
	if who.Platform != "" {
		return who.Email
	}
	return ""
}

func (s *Server) showComplaints(c *call, status int, form complaintForm, refusal string) (err error) {
	section := "complaints"
	if c.who.Platform != "" {
		section = "inbox"
	}
	p := complaintsPage{frame: s.frame(c, c.words.say("complaints.title"), section), State: c.r.URL.Query().Get("state"), Form: form, Refusal: refusal}
	if p.Complaints, err = s.Desk.Complaints(c.ctx(), c.who, p.State); err != nil {
		return err
	}
	if c.who.May(auth.ItemRead) {
		if p.Proposed, err = s.Desk.Proposed(c.ctx(), c.who); err != nil {
			return err
		}
	}
	if len(p.Proposed) > 0 && c.who.May(auth.PeopleRead) {
		if p.Names, err = s.names(c); err != nil {
			return err
		}
	}
	if c.who.May(auth.ReportRead) {
		if p.Precisions, err = s.Desk.Precisions(c.ctx(), c.who, 0); err != nil {
			return err
		}
	}
	return s.render(c, status, "complaints", p)
}

// fileComplaint files one. Who is refused finds what was typed where it was.
func fileComplaint(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	post := c.r.PostForm
	form := complaintForm{post.Get("item"), post.Get("order"), post.Get("contact"), post.Get("reasons"), post.Get("received_at")}
	in := flow.NewComplaint{Item: id.Item(form.Item), Subject: form.Subject, Contact: form.Contact, Reasons: form.Reasons}
	var err error
	if form.ReceivedAt != "" {
		in.ReceivedAt, err = momentOf(form.ReceivedAt)
	}
	var made id.Complaint
	if err == nil {
		made, err = s.Flow.FileComplaint(c.ctx(), c.who, in)
	}
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Refused) || problem.Is(err, problem.NotFound) {
		return s.showComplaints(c, problem.Of(err).Meaning().Status, form, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/complaints/"+string(made), http.StatusSeeOther)
	return nil
}

type complaintPage struct {
	frame
	Complaint client.Complaint
	Names     map[string]string
	Limbs     []law.Limb
	Purposes  []law.Purpose
	Finding   redress.Finding // as it was typed
	Why       string          // the person must not decide: why
	Refusal   string
}

// Open reports whether it waits for people.
func (p complaintPage) Open() bool { return p.Complaint.State == redress.Open }

func complaintView(s *Server, c *call) error {
	return s.showComplaint(c, http.StatusOK, redress.Finding{}, "")
}

func (s *Server) showComplaint(c *call, status int, finding redress.Finding, refusal string) error {
	one, err := s.Desk.Complaint(c.ctx(), c.who, id.Complaint(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	section := "complaints"
	if c.who.Platform != "" {
		section = "inbox"
	}
	edition := law.TCO()
	p := complaintPage{frame: s.frame(c, one.Reference, section), Complaint: one, Limbs: edition.Limbs, Purposes: edition.Purposes, Finding: finding, Refusal: refusal}
	if slices.Contains(one.TookPart, string(c.who.User)) {
		p.Why = c.words.say("complaint.took_part")
	}
	if one.FiledBy == string(c.who.User) {
		p.Why = c.words.say("complaint.filed_it")
	}
	for _, r := range one.Reassessments {
		if r.UserID == string(c.who.User) {
			p.Why = c.words.say("complaint.found_already")
		}
	}
	if c.who.May(auth.PeopleRead) {
		if p.Names, err = s.names(c); err != nil {
			return err
		}
	}
	return s.render(c, status, "complaint", p)
}

// reassess records what a person finds who took no part.
func reassess(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	post, target := c.r.PostForm, c.r.PathValue("id")
	in := redress.Finding{Decision: post.Get("decision"), Limbs: post["limb"], Purpose: post.Get("purpose"), Reasons: post.Get("reasons")}
	_, err := s.Flow.Reassess(c.ctx(), c.who, id.Complaint(target), in)
	return s.afterComplaint(c, target, in, err)
}

func tellOutcome(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target := c.r.PathValue("id")
	_, err := s.Flow.TellOutcome(c.ctx(), c.who, id.Complaint(target), c.r.PostForm.Get("how"))
	return s.afterComplaint(c, target, redress.Finding{}, err)
}

func (s *Server) afterComplaint(c *call, target string, typed redress.Finding, err error) error {
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) {
		return s.showComplaint(c, problem.Of(err).Meaning().Status, typed, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/complaints/"+target, http.StatusSeeOther)
	return nil
}
