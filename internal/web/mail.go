package web

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

// mailStates are the lists of mail, the one that people have to do first.
var mailStates = []string{correspondence.Waiting, correspondence.Answered, correspondence.Bounced, correspondence.Repeat, correspondence.Loop, correspondence.Aside}

type mailPage struct {
	frame
	Mails  []client.Mail
	State  string
	States []string
}

// mailList lists the mail that waits for a person, or what became of the rest.
func mailList(s *Server, c *call) (err error) {
	p := mailPage{frame: s.frame(c, c.words.say("mail.title"), "mail"), State: c.r.URL.Query().Get("state"), States: mailStates}
	if p.State == "" {
		p.State = correspondence.Waiting
	}
	if p.Mails, err = s.Desk.Mails(c.ctx(), c.who, p.State); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "mails", p)
}

type oneMail struct {
	frame
	Mail     client.Mail
	Link     string // page of what it is about
	ReadIn   string // page on which an answer to an order is read in
	Referral client.Referral
	Notice   client.Notice
	Refusal  string
	Note     string // as it was typed
}

// Waits reports whether a person has to say what is in it, and this one may.
func (p oneMail) Waits() bool {
	return p.Mail.State == correspondence.Waiting && p.May(string(auth.MailFile))
}

func mailView(s *Server, c *call) error { return s.showMail(c, http.StatusOK, "") }

func (s *Server) showMail(c *call, status int, refusal string) error {
	m, err := s.Desk.Mail(c.ctx(), c.who, id.Mail(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	p := oneMail{frame: s.frame(c, c.words.say("mail.from", "From", m.From), "mail"), Mail: m, Refusal: refusal, Note: c.r.PostForm.Get("note")}
	switch kind, _, _ := strings.Cut(m.Subject, "_"); kind {
	case id.Order("").Prefix():
		p.Link, p.ReadIn = "/orders/"+m.Subject, "/orders/"+m.Subject+"/read-in"
	case id.Referral("").Prefix():
		p.Link = "/referrals/" + m.Subject
		p.Referral, err = s.Desk.Referral(c.ctx(), c.who, id.Referral(m.Subject))
	case id.Notice("").Prefix():
		p.Link = "/notices/" + m.Subject
		p.Notice, err = s.Desk.Notice(c.ctx(), c.who, id.Notice(m.Subject))
	}
	if err != nil {
		return err
	}
	return s.render(c, status, "mail", p)
}

// readMail takes what a person makes of a mail.
func readMail(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	post := c.r.PostForm
	what := post.Get("what")
	r := flow.Reading{Aside: what == "aside", Attached: what == "attached", Recorded: what == "recorded", Note: post.Get("note")}
	if what == "answers" {
		r.Answer = saidOf(post["item"], post["kind"], post["reason"], post.Get("subject"))
	}
	results, err := s.Flow.ReadMail(c.ctx(), c.who, id.Mail(c.r.PathValue("id")), r)
	for _, one := range results {
		if err == nil && one.Err != nil {
			err = one.Err
		}
	}
	if kind := problem.Of(err); err != nil && (kind == problem.Invalid || kind == problem.Conflict || kind == problem.Refused || kind == problem.NotFound) {
		return s.showMail(c, kind.Meaning().Status, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/mail", http.StatusSeeOther)
	return nil
}

// saidOf puts together what a person read about the items of a referral or a notice. Items of
// which the mail says nothing are left out.
func saidOf(items, kinds, reasons []string, subject string) *client.Message {
	m := &client.Message{Type: client.AnswerGiven, Subject: subject, Answers: &client.NewAnswers{}}
	for i, it := range items {
		if i >= len(kinds) || i >= len(reasons) || kinds[i] == "" {
			continue
		}
		m.Answers.Answers = append(m.Answers.Answers, client.NewAnswer{ItemID: it, Kind: kinds[i], Reason: reasons[i]})
		m.Decisions = append(m.Decisions, client.NoticeDecision{ItemID: it, Decision: kinds[i], Reason: reasons[i]})
	}
	return m
}

// mailFile gives a file of a mail to be saved, never to be shown: it may be anything.
func mailFile(s *Server, c *call) error {
	place, err := strconv.Atoi(c.r.PathValue("place"))
	if err != nil || place < 0 {
		return problem.New(problem.NotFound, "a mail has files at 1, 2, …; 0 is the mail itself")
	}
	name, size, file, err := s.Desk.MailFile(c.ctx(), c.who, id.Mail(c.r.PathValue("id")), place)
	if err != nil {
		return err
	}
	defer file.Close()
	h := c.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	c.w.WriteHeader(http.StatusOK)
	if _, err := io.Copy(c.w, file); err != nil {
		panic(http.ErrAbortHandler) // nobody must take the part for the whole
	}
	return nil
}
