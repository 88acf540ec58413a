package web

import (
	"net/http"
	"strings"

	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

type hostBackPage struct {
	frame
	Waiting, Decided []host.Wanted
	Service          bool // a command or an API is set
	Refusal          string
}

// hostReinstatements shows what is to come back, and what was decided last.
func hostReinstatements(s *Server, c *call) error { return s.showHostBack(c, http.StatusOK, "") }

func (s *Server) showHostBack(c *call, status int, refusal string) (err error) {
	p := hostBackPage{frame: s.frame(c, c.words.say("back.title"), "reinstatements"), Service: s.Host.Serves(), Refusal: refusal}
	if p.Waiting, p.Decided, err = s.Host.Requests(c.ctx(), c.who); err != nil {
		return err
	}
	return s.render(c, status, "host_reinstatements", p)
}

// hostDecideBack brings content back, or keeps it down.
func hostDecideBack(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	r, err := s.Host.DecideRequest(c.ctx(), c.who, id.Request(c.r.PathValue("id")), host.BackDecision{Outcome: f.Get("outcome"), Why: f.Get("why"), ByHand: f.Get("by_hand")})
	return s.hostBackDone(c, r.Case, err)
}

func hostVouchBack(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	r, err := s.Host.VouchRequest(c.ctx(), c.who, id.Request(c.r.PathValue("id")), c.r.PostForm.Get("why"))
	return s.hostBackDone(c, r.Case, err)
}

// hostTellReturn tells a content provider whose address was not known.
func hostTellReturn(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	r, err := s.Host.TellReturn(c.ctx(), c.who, id.Return(c.r.PathValue("id")), host.Telling{Mail: strings.TrimSpace(f.Get("mail")), Language: f.Get("language"), ByHand: f.Get("by_hand")})
	return s.hostBackDone(c, r.Case, err)
}

// hostBackDone leads to the case, or back to the list where there is none; what the trade refuses is
// said above the list.
func (s *Server) hostBackDone(c *call, of id.Case, err error) error {
	if kind := problem.Of(err); err != nil && (kind == problem.Refused || kind == problem.Conflict || kind == problem.Invalid) {
		return s.showHostBack(c, kind.Meaning().Status, problem.Message(err))
	}
	to := "/reinstatements"
	if of != "" {
		to = "/cases/" + string(of)
	}
	return s.hostBack(c, to, err)
}
