package web

import (
	"net/http"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
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
	Board boardView
}

func board(s *Server, c *call) error {
	view, err := s.boardView(c)
	if err != nil {
		return err
	}
	p := boardPage{frame: s.frame(c, c.words.say("board.title", "Action", view.Status.Action.Name), "actions").of(view.Status.Action, "board"), Board: view}
	p.Scripts = []string{"live.js"}
	return s.render(c, http.StatusOK, "board", p)
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
