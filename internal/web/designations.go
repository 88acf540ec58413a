package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/problem"
)

type designationsPage struct {
	frame
	Question string
	List     string
	Lists    []client.DesignationList
	Found    []client.DesignatedEntity
	Cut      bool // more were found than are shown
	Sources  []string
	Imported *flow.DesignationImport
	Refusal  string // why the file was not taken
}

// InForce is the version of a list that is in force, nil when none is.
func (p designationsPage) InForce(l client.DesignationList) *client.DesignationVersion {
	for _, v := range l.Versions {
		if v.Number == l.Current {
			return &v
		}
	}
	return nil
}

// maxFound is how many entries the page shows.
const maxFound = 100

func designations(s *Server, c *call) error {
	return s.showDesignations(c, http.StatusOK, designationsPage{})
}

func (s *Server) showDesignations(c *call, status int, p designationsPage) (err error) {
	p.frame = s.frame(c, c.words.say("designations.title"), "designations")
	p.Question, p.List, p.Sources = strings.TrimSpace(c.r.URL.Query().Get("q")), c.r.URL.Query().Get("list"), designation.Sources
	if p.Lists, err = s.Desk.DesignationLists(c.ctx(), c.who); err != nil {
		return err
	}
	if p.Question != "" || p.List != "" {
		if p.Found, err = s.Desk.Designations(c.ctx(), c.who, p.Question, p.List, maxFound+1); err != nil {
			return err
		}
		if p.Cut = len(p.Found) > maxFound; p.Cut {
			p.Found = p.Found[:maxFound]
		}
	}
	return s.render(c, status, "designations", p)
}

// importDesignations takes a file, with what is said of it in the fields before it.
func importDesignations(s *Server, c *call) error {
	up, err := c.uploaded()
	if err == nil {
		q := up.fields
		in := flow.NewList{Source: q.Get("source"), Name: q.Get("name"), Anyway: q.Get("anyway") == "yes"}
		in.Header.Label = q.Get("label")
		if day, bad := time.Parse(time.DateOnly, q.Get("dated")); bad == nil {
			in.Header.Dated = day
		}
		var got flow.DesignationImport
		if got, err = s.Flow.ImportDesignations(c.ctx(), c.who, in, up.file); err == nil {
			return s.showDesignations(c, http.StatusOK, designationsPage{Imported: &got})
		}
	}
	if refusal, ok := told(err); ok {
		return s.showDesignations(c, problem.Of(err).Meaning().Status, designationsPage{Refusal: refusal})
	}
	return err
}
