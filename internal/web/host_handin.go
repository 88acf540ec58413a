package web

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

type hostHandInForm struct {
	frame
	Senders []string
	Fields  []law.Field // of Annex I, to type a paper in
	Values  law.Filled
	Message string
}

func hostHandInPage(s *Server, c *call) error { return s.showHandIn(c, http.StatusOK, nil, "") }

func (s *Server) showHandIn(c *call, status int, values law.Filled, message string) error {
	p := hostHandInForm{frame: s.frame(c, c.words.say("host.hand_in"), "hand-in"), Fields: law.TCO().AnnexI().Fields(), Values: values, Message: message}
	for _, sender := range s.Host.Settings.Senders {
		p.Senders = append(p.Senders, sender.Name)
	}
	return s.render(c, status, "host_hand_in", p)
}

// maxHandedIn bounds a file that is handed in.
const maxHandedIn = 32 << 20

// hostHandIn takes what came by other means: a file of JSON, or a paper that a person types in.
func hostHandIn(s *Server, c *call) error {
	if kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		return problem.New(problem.Invalid, "send the form of the page")
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxHandedIn)
	if err := c.r.ParseMultipartForm(maxHandedIn); err != nil { // all in memory: nothing of it on the disk
		return problem.Wrap(err, problem.TooLarge, "the file is too large, or did not come whole")
	}
	in := host.Handed{Sender: c.r.FormValue("sender"), ReceivedAt: utc(c.r.FormValue("received_at")), How: c.r.FormValue("how")}
	values := law.Filled{}
	if file, _, err := c.r.FormFile("file"); err == nil {
		defer file.Close()
		if in.File, err = io.ReadAll(file); err != nil {
			return err
		}
	} else {
		for _, f := range law.TCO().AnnexI().Fields() {
			if v := strings.Join(c.r.Form[f.Key], ","); strings.TrimSpace(v) != "" {
				values[f.Key] = typed(f, strings.TrimSpace(v))
			}
		}
		d := document.Document{Form: document.AnnexI, Edition: document.EditionOf(document.AnnexI), Reference: values["a.reference_number"], Language: c.r.FormValue("language"), Values: values}
		if in.File, err = host.FormMessage(d); err != nil {
			return err
		}
	}
	r, err := s.Host.ReceiveUpload(c.ctx(), c.who, in)
	if problem.Is(err, problem.Invalid) {
		return s.showHandIn(c, http.StatusUnprocessableEntity, values, problem.Message(err))
	}
	if err != nil {
		return err
	}
	to := "/messages"
	if r.Case != "" {
		to = "/cases/" + string(r.Case)
	}
	http.Redirect(c.w, c.r, to, http.StatusSeeOther)
	return nil
}

// typed gives what a field of the page holds the shape that the form has.
func typed(f law.Field, value string) string {
	if f.Shape == law.Moment {
		if t := utc(value); !t.IsZero() {
			return t.Format("2006-01-02T15:04:05Z")
		}
	}
	return value
}
