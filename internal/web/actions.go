package web

import (
	"net/http"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

type actionsPage struct {
	frame
	Actions []client.Action
}

// actions is the first page: the actions that a person sees, or what was sent to the
// platform of its contact.
func actions(s *Server, c *call) error {
	if !c.who.May(auth.ActionRead) && c.who.Platform != "" {
		http.Redirect(c.w, c.r, "/inbox", http.StatusSeeOther)
		return nil
	}
	list, err := s.Desk.Actions(c.ctx(), c.who)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "actions", actionsPage{s.frame(c, c.words.say("actions.title"), "actions"), list})
}

type boardPage struct {
	frame
	Board   boardView
	Leads   bool          // the person may change the settings: a coordinator of the unit that leads
	Always  bool          // assessments are blind in every action here, whatever this one says
	Form    client.Action // with the settings that are there, or that were just refused
	Refusal string
}

func board(s *Server, c *call) error {
	return s.showBoard(c, http.StatusOK, boardPage{})
}

func (s *Server) showBoard(c *call, status int, p boardPage) error {
	view, err := s.boardView(c)
	if err != nil {
		return err
	}
	a := view.Status.Action
	if p.Refusal == "" {
		p.Form = a
	}
	p.Leads, p.Always = c.who.May(auth.ActionOpen) && string(c.who.Unit) == a.UnitID, s.Desk.Blind
	p.Board, p.frame = view, s.frame(c, c.words.say("board.title", "Action", a.Name), "actions").of(a, "board")
	p.Scripts = []string{"live.js"}
	return s.render(c, status, "board", p)
}

// setAction takes the form of how an action is worked on. Who may, the verb knows: a coordinator
// of the unit that leads.
func setAction(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f, target := c.r.PostForm, id.Action(c.r.PathValue("id"))
	silence, err := minutesOf(f.Get("silence"))
	blind := f.Get("blind") == "yes"
	if err == nil {
		_, err = s.Flow.SetAction(c.ctx(), c.who, target, blind, time.Duration(silence)*time.Minute)
	}
	if refusal, ok := told(err); ok {
		return s.showBoard(c, problem.Of(err).Meaning().Status, boardPage{Form: client.Action{Blind: blind, Silence: silence}, Refusal: refusal})
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/actions/"+string(target)+"#settings", http.StatusSeeOther)
	return nil
}

// boardPiece is the changing part of the board alone; live.js asks for it every 2 seconds.
func boardPiece(s *Server, c *call) error {
	view, err := s.boardView(c)
	if err != nil {
		return err
	}
	return s.piece(c, http.StatusOK, "board", "live", view)
}

func (s *Server) boardView(c *call) (boardView, error) {
	status, err := s.Desk.Status(c.ctx(), c.who, id.Action(c.r.PathValue("id")))
	return newBoardView(status), err
}

// window is where a moment lies in the time of an action.
type window struct {
	Phase   string // before, open, closed
	Percent float64
	Left    time.Duration // until it opens or closes
}

func windowOf(a client.Action, now time.Time) window {
	switch {
	case now.Before(a.OpensAt):
		return window{Phase: "before", Left: a.OpensAt.Sub(now)}
	case !now.Before(a.ClosesAt):
		return window{Phase: "closed", Percent: 100}
	}
	return window{"open", float64(now.Sub(a.OpensAt)) / float64(a.ClosesAt.Sub(a.OpensAt)) * 100, a.ClosesAt.Sub(now)}
}
