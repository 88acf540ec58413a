package web

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// onHostCase makes a handler that does something in a case with the form that was sent.
func onHostCase(do func(s *Server, c *call, target id.Case) error) func(*Server, *call) error {
	return func(s *Server, c *call) error {
		if err := c.form(); err != nil {
			return err
		}
		return s.hostDone(c, do(s, c, id.Case(c.r.PathValue("id"))))
	}
}

var hostVouch = onHostCase(func(s *Server, c *call, target id.Case) error {
	_, err := s.Host.Vouch(c.ctx(), c.who, target, strings.TrimSpace(c.r.PostForm.Get("why")))
	return err
})

var hostDisable = onHostCase(func(s *Server, c *call, target id.Case) error {
	place, err := strconv.Atoi(c.r.PostForm.Get("place"))
	if err != nil {
		return problem.New(problem.Invalid, "choose an item")
	}
	_, err = s.Host.Disable(c.ctx(), c.who, target, host.Disabling{Place: place, Twins: c.r.PostForm["twin"], Answer: c.r.PostForm.Get("answer") == "yes"})
	return err
})

var hostFeedback = onHostCase(func(s *Server, c *call, target id.Case) error {
	_, err := s.Host.Feedback(c.ctx(), c.who, target, host.Feedback{Measure: c.r.PostForm.Get("measure"), TakenAt: utc(c.r.PostForm.Get("taken_at"))})
	return err
})

var hostImpossible = onHostCase(func(s *Server, c *call, target id.Case) error {
	f := c.r.PostForm
	_, err := s.Host.Impossible(c.ctx(), c.who, target, host.Impossibility{Grounds: f["grounds"], Reasons: f.Get("reasons"), Errors: f.Get("errors"), Wanted: f.Get("wanted")})
	return err
})

var hostCeased = onHostCase(func(s *Server, c *call, target id.Case) error {
	_, err := s.Host.GroundsCeased(c.ctx(), c.who, target)
	return err
})

// hostAnswers reads an answer for each item that one was chosen for.
var hostAnswers = onHostCase(func(s *Server, c *call, target id.Case) error {
	var list []host.ItemAnswer
	for _, text := range c.r.PostForm["place"] {
		place, err := strconv.Atoi(text)
		if err != nil {
			return problem.New(problem.Invalid, "the form is damaged; load the page again")
		}
		kind := c.r.PostForm.Get("answer." + text)
		if kind == "" {
			kind = c.r.PostForm.Get("answer")
		}
		at := utc(c.r.PostForm.Get("taken_at"))
		if kind != "" {
			list = append(list, host.ItemAnswer{Place: place, Kind: kind, Reason: strings.TrimSpace(c.r.PostForm.Get("reason")), ActedAt: at})
		}
	}
	_, err := s.Host.AnswerItems(c.ctx(), c.who, target, list, c.r.PostForm["twin"])
	return err
})

var hostInform = onHostCase(func(s *Server, c *call, target id.Case) error {
	f := c.r.PostForm
	_, err := s.Host.Inform(c.ctx(), c.who, target, host.Telling{Mail: strings.TrimSpace(f.Get("mail")), Language: f.Get("language"), ByHand: strings.TrimSpace(f.Get("by_hand"))})
	return err
})

var hostReinstate = onHostCase(func(s *Server, c *call, target id.Case) error {
	place, err := strconv.Atoi(c.r.PostForm.Get("place"))
	if err != nil {
		return problem.New(problem.Invalid, "choose an item")
	}
	_, err = s.Host.Reinstate(c.ctx(), c.who, target, place, strings.TrimSpace(c.r.PostForm.Get("by_hand")))
	return err
})

var hostTold = onHostCase(func(s *Server, c *call, target id.Case) error {
	_, err := s.Host.Tell(c.ctx(), c.who, target, law.Kind(c.r.PostForm.Get("kind")), strings.TrimSpace(c.r.PostForm.Get("how")))
	return err
})

var hostProceedings = onHostCase(func(s *Server, c *call, target id.Case) error {
	_, err := s.Host.Proceedings(c.ctx(), c.who, target, c.r.PostForm.Get("open") == "yes", strings.TrimSpace(c.r.PostForm.Get("which")))
	return err
})

// hostPreserve streams an uploaded file into the vault; nothing of it lies on the disk unsealed.
func hostPreserve(s *Server, c *call) error {
	target := id.Case(c.r.PathValue("id"))
	parts, err := c.r.MultipartReader()
	if err != nil {
		return problem.Wrap(err, problem.Invalid, "choose a file")
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return s.hostDone(c, nil)
		}
		if err != nil {
			return problem.Wrap(err, problem.Invalid, "the file did not come whole; send it again")
		}
		if part.FileName() == "" {
			continue
		}
		if _, err := s.Host.Preserve(c.ctx(), c.who, target, part.FileName(), part.Header.Get("Content-Type"), part); err != nil {
			return s.hostDone(c, err)
		}
	}
}

// hostOpenKept gives a file of the vault, as something to save and never to look at in the page.
func hostOpenKept(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	k, body, err := s.Host.OpenKept(c.ctx(), c.who, id.Kept(c.r.PathValue("id")), c.r.PostForm.Get("purpose"), strings.TrimSpace(c.r.PostForm.Get("reason")))
	if err != nil {
		return err
	}
	defer body.Close()
	c.w.Header().Set("Content-Type", "application/octet-stream")
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+string(k.ID)+`"`)
	c.w.Header().Set("Content-Length", strconv.FormatInt(k.Size, 10))
	_, err = io.Copy(c.w, body)
	return err
}

// hostResolve settles an act that failed or of which nobody knows.
func hostResolve(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	a, err := s.Host.ResolveAct(c.ctx(), c.who, id.Act(c.r.PathValue("id")), c.r.PostForm.Get("arrived") == "yes", strings.TrimSpace(c.r.PostForm.Get("who")))
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/cases/"+string(a.Case), http.StatusSeeOther)
	return nil
}
