package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
)

// The portal is what a platform's contact sees who is signed in: what was sent, the hour of an
// order running, and the forms with which it is answered.

type inboxPage struct {
	frame
	Running    []hourOf       // orders whose hour runs, the soonest to end first
	Orders     []client.Order // the others, newest first
	Notices    []client.Notice
	Referrals  []client.Referral
	Complaints []client.Complaint
	Now        time.Time
}

// inbox lists what was sent to the platform.
func inbox(s *Server, c *call) (err error) {
	p := inboxPage{frame: s.frame(c, c.words.say("inbox.title"), "inbox"), Now: s.Flow.DB.Now()}
	if p.Referrals, err = s.Desk.Inbox(c.ctx(), c.who); err != nil {
		return err
	}
	if p.Notices, err = s.Desk.NoticesTo(c.ctx(), c.who); err != nil {
		return err
	}
	if p.Complaints, err = s.Desk.Complaints(c.ctx(), c.who, ""); err != nil {
		return err
	}
	orders, err := s.Desk.Orders(c.ctx(), c.who, client.OrderFilter{})
	if err != nil {
		return err
	}
	for _, o := range orders {
		until, runs, err := s.hour(c, o)
		if err != nil {
			return err
		}
		if runs {
			p.Running = append(p.Running, hourOf{o, until})
		} else {
			p.Orders = append(p.Orders, o)
		}
	}
	slices.SortFunc(p.Running, func(a, b hourOf) int { return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.ID, b.ID)) })
	p.Scripts = []string{"clock.js"}
	if err := s.render(c, http.StatusOK, "inbox", p); err != nil {
		return err
	}
	if c.r.Method != http.MethodGet || http.NewResponseController(c.w).Flush() != nil {
		return nil
	}
	// What waited for the platform has been shown to it: that is its receipt.
	if err := s.Flow.Shown(context.WithoutCancel(c.ctx()), c.who, c.r.RemoteAddr); err != nil {
		s.Log.ErrorContext(c.ctx(), "it could not be noted that a platform was shown its inbox; it counts as not received until it looks again", "error", err)
	}
	return nil
}

// hourOf is an order whose hour runs, and when that ends.
type hourOf struct {
	client.Order
	Until time.Time
}

// hour gives the end of an order's hour, if it runs. The end that stands in the order itself is
// that of whatever clock ends first, the authority's own among them.
func (s *Server) hour(c *call, o client.Order) (until time.Time, runs bool, err error) {
	if o.ReceivedAt == nil || o.ExecutedAt != nil || o.VoidedAt != nil {
		return until, false, nil
	}
	whole, err := s.Desk.Order(c.ctx(), c.who, id.Order(o.ID))
	if err != nil {
		return until, false, err
	}
	if clock := (portalOrderPage{OrderCase: whole}).Hour(); clock != nil && clock.State == string(law.Running) && clock.Until != nil {
		return *clock.Until, true, nil
	}
	return until, false, nil
}

type portalOrderPage struct {
	frame
	client.OrderCase
	AnnexI, AnnexII, AnnexIII formView
	Open                      string // the form that was sent and refused
	Refusal                   string
}

// Hour is the clock of Article 3(3), or nil before the order was received.
func (p portalOrderPage) Hour() *client.Clock {
	for i := range p.Clocks {
		if p.Clocks[i].Name == "execute" {
			return &p.Clocks[i]
		}
	}
	return nil
}

// Paused reports whether the hour stands still because of an Annex III.
func (p portalOrderPage) Paused() bool {
	return p.Hour() != nil && p.Hour().State == string(law.Paused)
}

// Ceasing reports whether the platform can say that what made it impossible has ended.
func (p portalOrderPage) Ceasing() bool { return p.Paused() && p.Next.Name == "end_grounds" }

func portalOrder(s *Server, c *call) error {
	return s.showPortalOrder(c, http.StatusOK, document.Document{}, nil, "")
}

// showPortalOrder shows an order to its platform; sent is the answer that was just refused.
func (s *Server) showPortalOrder(c *call, status int, sent document.Document, faults []law.Fault, refusal string) error {
	o, err := s.Desk.Order(c.ctx(), c.who, id.Order(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	if c.who.Platform == "" {
		http.Redirect(c.w, c.r, "/orders/"+o.ID, http.StatusSeeOther)
		return nil
	}
	p := portalOrderPage{frame: s.frame(c, o.Reference, "inbox"), OrderCase: o, Open: sent.Form, Refusal: refusal}
	p.Scripts = []string{"clock.js"}
	edition := law.TCO()
	p.AnnexI = viewForm("annex-1", edition.AnnexI(), o.Language, o.Filled, nil)
	for _, a := range []struct {
		form law.Form
		view *formView
	}{{edition.AnnexII(), &p.AnnexII}, {edition.AnnexIII(), &p.AnnexIII}} {
		values, wrong := knownOfAnswer(c.who, o), []law.Fault(nil)
		if a.form.Name == document.AnnexII {
			values["b.taken_at"] = o.Now.UTC().Format(time.RFC3339)
		}
		if sent.Form == a.form.Name {
			values, wrong = sent.Values, faults
		}
		*a.view = viewForm(a.form.Name, a.form, formLanguage(c.r.Header.Get("Accept-Language")), only(a.form, values), wrong)
	}
	return s.render(c, status, "portal_order", p)
}

// knownOfAnswer are the fields of an answer that need no typing.
func knownOfAnswer(who auth.Principal, o client.OrderCase) law.Filled {
	values := law.Filled{
		"a.addressee": o.Addressee, "a.issuing_authority": o.Authority, "a.authority_file": o.Reference,
		"c.host": o.Addressee, "c.member_state": o.Filled["a.host_member_state"], "c.authorised_person": who.Name, "c.email": who.Email,
		"c.signature": who.Name, "c.date": o.Now.UTC().Format(time.RFC3339),
	}
	if o.ReceivedAt != nil {
		values["a.received_at"] = o.ReceivedAt.UTC().Format(time.RFC3339)
	}
	return values
}

// only leaves the values that the form has fields for.
func only(form law.Form, values law.Filled) law.Filled {
	out := law.Filled{}
	for _, f := range form.Fields() {
		if values[f.Key] != "" {
			out[f.Key] = values[f.Key]
		}
	}
	return out
}

// answerOrder takes Annex II or III from the portal.
func answerOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target := c.r.PathValue("id")
	o, err := s.Desk.Order(c.ctx(), c.who, id.Order(target))
	if err != nil {
		return err
	}
	form := law.TCO().AnnexII()
	if c.r.PostForm.Get("form") == document.AnnexIII {
		form = law.TCO().AnnexIII()
	}
	doc := document.Document{Form: form.Name, Edition: document.EditionOf(form.Name), Reference: o.Reference, Language: formLanguage(c.r.Header.Get("Accept-Language")), Values: readForm(form, c.r.PostForm)}
	if faults := form.Faults(doc.Values); len(faults) > 0 {
		return s.showPortalOrder(c, http.StatusUnprocessableEntity, doc, faults, "")
	}
	err = s.Flow.AnswerOrder(c.ctx(), c.who, flow.ByPortal, id.Order(target), doc)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) {
		return s.showPortalOrder(c, problem.Of(err).Meaning().Status, doc, nil, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/inbox/orders/"+target, http.StatusSeeOther)
	return nil
}

// ceasedOrder says that what made an order impossible has ended: the hour begins anew.
func ceasedOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target := c.r.PathValue("id")
	err := s.Flow.GroundsCeased(c.ctx(), flow.FromPerson(c.who, flow.ByPortal), id.Order(target), c.r.PostForm.Get("reasons"))
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Refused) {
		return s.showPortalOrder(c, problem.Of(err).Meaning().Status, document.Document{}, nil, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/inbox/orders/"+target, http.StatusSeeOther)
	return nil
}

// answerReferral takes what a platform's contact says of a referral: of the ticked items, or of all.
func answerReferral(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target, post := c.r.PathValue("id"), c.r.PostForm
	answer := refer.New{Kind: post.Get("kind"), Reason: post.Get("reason")}
	items := post["item"]
	if post.Get("all") == "yes" {
		r, err := s.Desk.Referral(c.ctx(), c.who, id.Referral(target))
		if err != nil {
			return err
		}
		items = nil
		for _, it := range r.Items {
			items = append(items, it.ItemID)
		}
	}
	err := answerAll(s, c, id.Referral(target), answer, items, post.Get("acted_at"))
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Refused) {
		return s.showReferral(c, problem.Of(err).Meaning().Status, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/referrals/"+target, http.StatusSeeOther)
	return nil
}

func answerAll(s *Server, c *call, r id.Referral, answer refer.New, items []string, actedAt string) (err error) {
	if len(items) == 0 {
		return problem.New(problem.Invalid, "tick the items that this is about, or answer for all of them")
	}
	if actedAt != "" {
		if answer.ActedAt, err = momentOf(actedAt); err != nil {
			return err
		}
	}
	list := make([]refer.New, len(items))
	for i, it := range items {
		list[i] = answer
		list[i].Item = id.Item(it)
	}
	results, err := s.Flow.Answer(c.ctx(), c.who, r, list)
	if err != nil {
		return err
	}
	return firstFault(results)
}
