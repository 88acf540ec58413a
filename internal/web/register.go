package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
)

type registerPage struct {
	frame
	State, Role string // that the list is narrowed to
	States      []string
	Roles       []string
	Rows        []client.Authority
	Imported    *flow.RegisterImport
	Refusal     string // why the file was not taken
}

// MadeUp reports whether what is shown is an example.
func (p registerPage) MadeUp() bool {
	for _, a := range p.Rows {
		if a.MadeUp {
			return true
		}
	}
	return false
}

func registerList(s *Server, c *call) error {
	return s.showRegister(c, http.StatusOK, registerPage{})
}

func (s *Server) showRegister(c *call, status int, p registerPage) (err error) {
	p.frame = s.frame(c, c.words.say("register.title"), "register")
	p.State, p.Role = strings.ToUpper(c.r.URL.Query().Get("state")), c.r.URL.Query().Get("role")
	p.States, p.Roles = law.MemberStates(), register.Roles
	if p.Rows, err = s.Desk.Register(c.ctx(), c.who, p.State, p.Role); err != nil {
		return err
	}
	return s.render(c, status, "register", p)
}

// upload is a file of a form, which is read as it arrives, with the fields that stand before it.
type upload struct {
	name   string
	fields url.Values
	file   io.Reader
}

// maxField bounds a field of a form that has a file.
const maxField = 4 << 10

func (c *call) uploaded() (u upload, err error) {
	missing := "the form has no file; choose one and send it again"
	u.fields = url.Values{}
	parts, err := c.r.MultipartReader()
	if err != nil {
		return u, problem.Wrap(err, problem.Invalid, "%s", missing)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return u, problem.Wrap(err, problem.Invalid, "%s", missing)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			u.name, u.file = part.FileName(), part
			return u, nil
		}
		if part.FileName() == "" && len(u.fields) < 20 {
			text, err := io.ReadAll(io.LimitReader(part, maxField))
			if err != nil {
				return u, err
			}
			u.fields.Add(part.FormName(), string(text))
		}
	}
}

func importRegister(s *Server, c *call) error {
	up, err := c.uploaded()
	if err == nil {
		var got flow.RegisterImport
		if got, err = s.Flow.ImportRegister(c.ctx(), c.who, typeOf(up.name), up.file); err == nil {
			return s.showRegister(c, http.StatusOK, registerPage{Imported: &got})
		}
	}
	if refusal, ok := told(err); ok {
		return s.showRegister(c, problem.Of(err).Meaning().Status, registerPage{Refusal: refusal})
	}
	return err
}

func verifyAuthority(s *Server, c *call) error {
	a, err := s.Flow.VerifyAuthority(c.ctx(), c.who, id.Authority(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/register#"+string(a.ID), http.StatusSeeOther)
	return nil
}
