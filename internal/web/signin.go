package web

import (
	"net/http"

	"github.com/argine/argine/internal/problem"
)

// maxForm bounds the body of a form, in bytes.
const maxForm = 256 << 10

type signInForm struct {
	frame
	Email   string
	Next    string
	Message string // why the last try failed
}

func signInPage(s *Server, c *call) error {
	next := localPath(c.r.URL.Query().Get("next"))
	if c.who.User != "" {
		http.Redirect(c.w, c.r, next, http.StatusSeeOther)
		return nil
	}
	p := signInForm{frame: s.frame(c, c.words.say("signin.title"), ""), Next: next}
	if c.r.URL.Query().Has("welcome") {
		p.Notice = c.words.say("welcome.done")
	}
	return s.render(c, http.StatusOK, "signin", p)
}

func signIn(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	email, next := c.r.PostForm.Get("email"), localPath(c.r.PostForm.Get("next"))
	secret, _, err := s.Signin.SignIn(c.ctx(), email, c.r.PostForm.Get("password"), address(c.r))
	if kind := problem.Of(err); err != nil && (kind == problem.Unauthenticated || kind == problem.TooMany) {
		p := signInForm{frame: s.frame(c, c.words.say("signin.title"), ""), Email: email, Next: next, Message: problem.Message(err)}
		return s.render(c, kind.Meaning().Status, "signin", p)
	}
	if err != nil {
		return err
	}
	s.keep(c.w, secret)
	http.Redirect(c.w, c.r, next, http.StatusSeeOther)
	return nil
}

func signOut(s *Server, c *call) error {
	if cookie, err := c.r.Cookie(s.cookieName()); err == nil {
		if err := s.Signin.SignOut(c.ctx(), cookie.Value); err != nil {
			return err
		}
	}
	s.keep(c.w, "")
	http.Redirect(c.w, c.r, "/signin", http.StatusSeeOther)
	return nil
}

type welcomeForm struct {
	frame
	Name    string
	Email   string
	Message string
}

// welcomePage shows whom a one-time link is for. Looking at it does not use it up: mail
// programs and link previews look too.
func welcomePage(s *Server, c *call) error { return s.showWelcome(c, http.StatusOK, "") }

func (s *Server) showWelcome(c *call, status int, message string) error {
	user, err := s.Signin.Invited(c.ctx(), c.r.PathValue("secret"))
	if err != nil {
		return err
	}
	p := welcomeForm{frame: s.frame(c, c.words.say("welcome.title"), ""), Name: user.Name, Email: user.Email, Message: message}
	return s.render(c, status, "welcome", p)
}

func welcome(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	password := c.r.PostForm.Get("password")
	if password != c.r.PostForm.Get("again") {
		return s.showWelcome(c, http.StatusUnprocessableEntity, c.words.say("welcome.differ"))
	}
	err := s.Signin.Accept(c.ctx(), c.r.PathValue("secret"), password)
	if problem.Is(err, problem.Invalid) {
		return s.showWelcome(c, http.StatusUnprocessableEntity, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/signin?welcome", http.StatusSeeOther)
	return nil
}

// form reads the form of a request.
func (c *call) form() error {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxForm)
	if err := c.r.ParseForm(); err != nil {
		return problem.Wrap(err, problem.Invalid, "the form could not be read; go back and send it again")
	}
	return nil
}
