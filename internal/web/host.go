package web

import (
	"net/http"
	"time"

	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/cases"
	messages "github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

type hostDeskPage struct {
	frame
	host.Overview
}

// hostDesk is what the people of the service see first: where the hour runs.
func hostDesk(s *Server, c *call) error {
	o, err := s.Host.Overview(c.ctx(), c.who)
	if err != nil {
		return err
	}
	p := hostDeskPage{s.frame(c, c.words.say("host.desk"), "host"), o}
	p.Scripts = []string{"clock.js"}
	return s.render(c, http.StatusOK, "host_desk", p)
}

type hostCasesPage struct {
	frame
	Rows  []host.Row
	State string
	Track string
	Next  string
}

// perPage is how many cases stand on a page.
const perPage = 100

func hostCases(s *Server, c *call) error {
	q := c.r.URL.Query()
	p := hostCasesPage{frame: s.frame(c, c.words.say("host.cases"), "cases"), State: q.Get("state"), Track: q.Get("track")}
	rows, err := s.Host.Cases(c.ctx(), c.who, cases.Filter{State: p.State, Track: cases.Track(p.Track), After: id.Case(q.Get("after")), Limit: perPage})
	if err != nil {
		return err
	}
	p.Rows = rows
	if len(rows) == perPage {
		p.Next = string(rows[perPage-1].ID)
	}
	return s.render(c, http.StatusOK, "host_cases", p)
}

type hostCasePage struct {
	frame
	host.View
	Refusal string
	Annex3  host.Impossibility // ready made of what the order lacks

	HomeAddress string // of the authority that a review is asked of
}

func hostCase(s *Server, c *call) error { return s.showHostCase(c, http.StatusOK, "") }

func (s *Server) showHostCase(c *call, status int, refusal string) error {
	v, err := s.Host.Case(c.ctx(), c.who, id.Case(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	title := v.Case.Reference
	if title == "" {
		title = string(v.Case.ID)
	}
	p := hostCasePage{frame: s.frame(c, title, "cases"), View: v, Refusal: refusal, Annex3: host.ReadyMade(v.Case), HomeAddress: s.Host.ReviewAddress()}
	p.Scripts = []string{"clock.js"}
	return s.render(c, status, "host_case", p)
}

// Trust says how far the sender is proven, a person's word included.
func (p hostCasePage) Trust() string {
	if p.Case.VouchedBy != "" {
		return "vouched"
	}
	return string(p.Case.Trust)
}

// Findings are those of the message that opened the case.
func (p hostCasePage) Findings() []messages.Finding {
	if len(p.Messages) == 0 {
		return nil
	}
	return p.Messages[0].Findings
}

// Order reports whether the case is that of a removal order.
func (p hostCasePage) Order() bool { return p.Case.Track == cases.Order }

// Execute is the clock of the hour.
func (p hostCasePage) Execute() law.Clock { return p.Clock("execute") }

// hostDone leads back to the case after something was done in it; what the trade refuses is said
// on the page of the case itself.
func (s *Server) hostDone(c *call, err error) error {
	if kind := problem.Of(err); err != nil && (kind == problem.Refused || kind == problem.Conflict || kind == problem.Invalid) {
		return s.showHostCase(c, kind.Meaning().Status, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/cases/"+c.r.PathValue("id"), http.StatusSeeOther)
	return nil
}

// utc reads what a field for a moment gives; all times are UTC.
func utc(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

type hostMessagesPage struct {
	frame
	Messages []messages.Message
}

func hostMessages(s *Server, c *call) error {
	list, err := s.Host.Messages(c.ctx(), c.who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "host_messages", hostMessagesPage{s.frame(c, c.words.say("host.messages"), "messages"), list})
}
