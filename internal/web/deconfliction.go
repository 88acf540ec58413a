package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

type deconflictionPage struct {
	frame
	Open      []client.Question
	Held      []client.Question
	Interests []client.Interest
	Kinds     []string
	Item      string              // that was just answered about, where that was refused
	Form      deconflict.Interest // that was just asked for, where that was refused
	Minutes   int                 // of it, to answer
	Refusal   string
}

func deconfliction(s *Server, c *call) error {
	return s.showDeconfliction(c, http.StatusOK, deconflictionPage{})
}

func (s *Server) showDeconfliction(c *call, status int, p deconflictionPage) (err error) {
	p.frame = s.frame(c, c.words.say("deconfliction.title"), "deconfliction")
	p.Kinds = deconflict.Kinds
	if p.Open, err = s.Desk.Questions(c.ctx(), c.who, false); err != nil {
		return err
	}
	if p.Held, err = s.Desk.Questions(c.ctx(), c.who, true); err != nil {
		return err
	}
	if p.Interests, err = s.Desk.Interests(c.ctx(), c.who); err != nil {
		return err
	}
	return s.render(c, status, "deconfliction", p)
}

// utcOf reads a time as browsers give it, which the page says is UTC.
func utcOf(text string) time.Time {
	t, _ := time.Parse("2006-01-02T15:04", strings.TrimSpace(text))
	return t
}

// minutesOf reads a number of minutes, 0 where nothing was typed; a week is the most.
func minutesOf(text string) (int, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 7*24*60 {
		return 0, problem.New(problem.Invalid, "%.20q is no number of minutes up to 10080, which is a week", text)
	}
	return n, nil
}

// answerQuestion records what the person's unit says about an item.
func answerQuestion(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	r := deconflict.Reply{Item: id.Item(c.r.PathValue("id")), Answer: f.Get("answer"), Contact: f.Get("contact"), Until: utcOf(f.Get("until")),
		Order: deconflict.Order{Reference: strings.TrimSpace(f.Get("reference")), Authority: strings.TrimSpace(f.Get("authority")), IssuedAt: utcOf(f.Get("issued_at"))}}
	_, err := s.Flow.AnswerRound(c.ctx(), c.who, r)
	return s.asked(c, err, deconflictionPage{Item: string(r.Item)})
}

// asked shows the page again after something was asked for.
func (s *Server) asked(c *call, err error, p deconflictionPage) error {
	if refusal, ok := told(err); ok {
		p.Refusal = refusal
		return s.showDeconfliction(c, problem.Of(err).Meaning().Status, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/deconfliction", http.StatusSeeOther)
	return nil
}

func addInterest(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	minutes, err := minutesOf(f.Get("silence"))
	in := deconflict.Interest{Kind: f.Get("kind"), Value: f.Get("value"), Contact: f.Get("contact"), ExpiresAt: utcOf(f.Get("until")), Silence: time.Duration(minutes) * time.Minute}
	if err == nil {
		_, err = s.Flow.AddInterest(c.ctx(), c.who, in)
	}
	return s.asked(c, err, deconflictionPage{Form: in, Minutes: minutes})
}

func endInterest(s *Server, c *call) error {
	return s.asked(c, s.Flow.EndInterest(c.ctx(), c.who, id.Interest(c.r.PathValue("id"))), deconflictionPage{})
}
