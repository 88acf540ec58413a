package web

import (
	"net/http"
	"strings"

	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

type newOrderPage struct {
	frame
	Prepared   flow.PreparedOrder
	Form       formView
	Supersedes string // reference of the order that is corrected
	Old        string // its identifier
	URL        string
	Language   string
	Emergency  string
	Secret     string
	Languages  []string
	Refusal    string
}

// followsItself are the fields of Annex I that follow from the order, and are not asked for.
var followsItself = []string{"a.issued_at", "a.reference_number", "b.url", "b.reasons", "b.emergency", "c.non_disclosure", "d.cross_border", "d.copy_sent", "e.name", "e.date", "e.signature"}

// newOrder shows what an order on an item would say, to be completed.
func newOrder(s *Server, c *call) error {
	return s.showNewOrder(c, http.StatusOK, newOrderPage{Old: c.r.URL.Query().Get("corrects")}, nil)
}

func (s *Server) showNewOrder(c *call, status int, p newOrderPage, filled law.Filled) error {
	in := flow.NewOrder{Item: id.Item(c.r.PathValue("id")), Supersedes: id.Order(p.Old), Filled: filled}
	if p.Old != "" {
		old, err := s.Desk.Order(c.ctx(), c.who, id.Order(p.Old))
		if err != nil {
			return err
		}
		p.Supersedes = old.Reference
		if filled == nil {
			in.Filled, p.Emergency, p.Secret, p.URL = kept(old.Filled), old.Emergency, old.Secret, old.URL
		}
	}
	var err error
	if p.Prepared, err = s.Flow.PrepareOrder(c.ctx(), c.who, in); err != nil {
		return err
	}
	p.frame = s.frame(c, c.words.say("orders.new"), "orders")
	p.Languages = document.Languages()
	if p.Prepared.Refusal == "" {
		var faults []law.Fault
		if filled != nil {
			faults = law.TCO().AnnexI().Faults(p.Prepared.Filled)
		}
		p.Form = viewForm("o", law.TCO().AnnexI(), p.Lang, p.Prepared.Filled, faults, followsItself...)
	}
	return s.render(c, status, "order_new", p)
}

// kept are the fields that a corrected order begins with.
func kept(values map[string]string) law.Filled {
	out := law.Filled{}
	for key, value := range values {
		out[key] = value
	}
	for _, key := range append([]string{"e.file_number", "e.representative"}, followsItself...) {
		delete(out, key)
	}
	return out
}

// draftOrder drafts the order; another person approves it on its page.
func draftOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	post := c.r.PostForm
	p := newOrderPage{Old: post.Get("supersedes"), URL: post.Get("url"), Language: post.Get("language"), Emergency: strings.TrimSpace(post.Get("emergency")), Secret: strings.TrimSpace(post.Get("secret"))}
	filled := readForm(law.TCO().AnnexI(), post)
	for _, key := range followsItself {
		delete(filled, key)
	}
	made, err := s.Flow.DraftOrder(c.ctx(), c.who, flow.NewOrder{Item: id.Item(c.r.PathValue("id")), Action: id.Action(post.Get("action")), URL: p.URL, Language: p.Language, Emergency: p.Emergency,
		Secret: p.Secret, Supersedes: id.Order(p.Old), Filled: filled})
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) || problem.Is(err, problem.Invalid) {
		p.Refusal = problem.Message(err)
		return s.showNewOrder(c, problem.Of(err).Meaning().Status, p, filled)
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/orders/"+string(made), http.StatusSeeOther)
	return nil
}

type orderAnswerPage struct {
	frame
	Order   string // its identifier
	Form    formView
	Name    string // annex-2 or annex-3
	Proof   string
	Refusal string
}

// readAnswer shows Annex II or III, to be read in by a person for the host.
func readAnswer(s *Server, c *call) error {
	return s.showReadAnswer(c, http.StatusOK, c.r.URL.Query().Get("form"), nil, "", "")
}

func (s *Server) showReadAnswer(c *call, status int, name string, filled law.Filled, proof, refusal string) error {
	if name != document.AnnexIII {
		name = document.AnnexII
	}
	o, err := s.Desk.Order(c.ctx(), c.who, id.Order(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	form, _ := law.FormNamed(name, document.EditionOf(name))
	var faults []law.Fault
	if filled != nil {
		faults = form.Faults(filled)
	} else {
		filled = law.Filled{"a.addressee": o.Addressee, "a.issuing_authority": o.Authority, "a.authority_file": o.Reference, "c.host": o.Addressee, "c.member_state": o.Filled["a.host_member_state"]}
		if o.ReceivedAt != nil {
			filled["a.received_at"] = o.ReceivedAt.Format("2006-01-02T15:04:05Z07:00")
		}
	}
	p := orderAnswerPage{frame: s.frame(c, c.words.say("orders.read_in_title", "Reference", o.Reference), "orders"), Order: o.ID, Name: name, Proof: proof, Refusal: refusal}
	p.Form = viewForm("a", form, p.Lang, filled, faults)
	return s.render(c, status, "order_answer", p)
}

func readInAnswer(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	name, proof := c.r.PostForm.Get("form"), c.r.PostForm.Get("proof")
	form, ok := law.FormNamed(name, document.EditionOf(name))
	if !ok {
		return problem.New(problem.Invalid, "an order is answered by annex-2 or annex-3")
	}
	filled := readForm(form, c.r.PostForm)
	target := id.Order(c.r.PathValue("id"))
	doc := document.Document{Form: name, Edition: document.EditionOf(name), Reference: filled["a.authority_file"], Language: document.Spoken(c.words.tag.String()), Values: filled}
	err := s.Flow.ReadInAnswer(c.ctx(), c.who, target, doc, proof)
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Invalid) {
		return s.showReadAnswer(c, problem.Of(err).Meaning().Status, name, filled, proof, problem.Message(err))
	}
	return s.after(c, err)
}
