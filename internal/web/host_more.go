package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/complaints"
	"github.com/argine/argine/internal/host/statements"
	"github.com/argine/argine/internal/host/uploads"
	"github.com/argine/argine/internal/id"
)

type hostComplaintsPage struct {
	frame
	Complaints []complaints.Complaint
}

func hostComplaints(s *Server, c *call) error {
	list, err := s.Host.Complaints(c.ctx(), c.who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "host_complaints", hostComplaintsPage{s.frame(c, c.words.say("host.complaints"), "complaints"), list})
}

func hostComplain(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	_, err := s.Host.Complain(c.ctx(), c.who, complaints.Complaint{URL: strings.TrimSpace(f.Get("url")), Contact: strings.TrimSpace(f.Get("contact")), Language: f.Get("language"), Words: strings.TrimSpace(f.Get("words"))})
	return s.hostBack(c, "/complaints", err)
}

func hostDecideComplaint(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	_, err := s.Host.DecideComplaint(c.ctx(), c.who, id.Complaint(c.r.PathValue("id")), c.r.PostForm.Get("outcome"), strings.TrimSpace(c.r.PostForm.Get("reasons")))
	return s.hostBack(c, "/complaints", err)
}

// hostBack leads back to a list after something was done.
func (s *Server) hostBack(c *call, to string, err error) error {
	if err == nil {
		http.Redirect(c.w, c.r, to, http.StatusSeeOther)
	}
	return err
}

type hostStatementsPage struct {
	frame
	Rows  []statements.Row
	Asked id.Statement
}

// Open is the refused statement whose form stands on the page: the one that was asked for, or
// else the newest. A form has thirty fields, so there is one at a time.
func (p hostStatementsPage) Open() (first id.Statement) {
	for _, r := range p.Rows {
		if r.State != statements.Refused {
			continue
		}
		if r.ID == p.Asked {
			return r.ID
		}
		if first == "" {
			first = r.ID
		}
	}
	return first
}

func hostStatements(s *Server, c *call) error {
	rows, err := s.Host.StatementRows(c.ctx(), c.who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "host_statements", hostStatementsPage{s.frame(c, c.words.say("host.statements"), "statements"), rows, id.Statement(c.r.URL.Query().Get("correct"))})
}

type hostUploadsPage struct {
	frame
	Uploads []uploads.Upload
}

func hostUploads(s *Server, c *call) error {
	list, err := s.Host.Uploads(c.ctx(), c.who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "host_uploads", hostUploadsPage{s.frame(c, c.words.say("host.uploads"), "uploads"), list})
}

func hostDecideUpload(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	_, err := s.Host.DecideUpload(c.ctx(), c.who, id.Upload(c.r.PathValue("id")), c.r.PostForm.Get("state"), strings.TrimSpace(c.r.PostForm.Get("reason")))
	return s.hostBack(c, "/uploads", err)
}

type hostReportPage struct {
	frame
	Report host.Report
}

// hostReport shows the report of the year that ended last, or of another.
func hostReport(s *Server, c *call) error {
	year, err := strconv.Atoi(c.r.URL.Query().Get("year"))
	if err != nil || year < 2022 || year > 9999 {
		year = s.Host.DB.Now().Year() - 1
	}
	r, err := s.Host.Report(c.ctx(), c.who, year)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "host_report", hostReportPage{s.frame(c, c.words.say("host.report"), "report"), r})
}

var hostReview = onHostCase(func(s *Server, c *call, target id.Case) error {
	_, err := s.Host.AskReview(c.ctx(), c.who, target, strings.TrimSpace(c.r.PostForm.Get("to")), strings.TrimSpace(c.r.PostForm.Get("why")))
	return err
})

// hostRaw gives a message as it came, as something to save.
func hostRaw(s *Server, c *call) error {
	m, body, err := s.Host.RawMessage(c.ctx(), c.who, id.Message(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	ext := ".json"
	if m.Way == "mail" {
		ext = ".eml"
	}
	return c.save(string(m.ID)+ext, body)
}

// hostPaper gives the document that an act carries.
func hostPaper(s *Server, c *call) error {
	name, body, err := s.Host.ActPaper(c.ctx(), c.who, id.Act(c.r.PathValue("id")), c.r.PathValue("ext"))
	if err != nil {
		return err
	}
	return c.save(name, body)
}

// save answers with a file that the browser saves and does not show.
func (c *call) save(name string, body []byte) error {
	c.w.Header().Set("Content-Type", "application/octet-stream")
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := c.w.Write(body)
	return err
}
