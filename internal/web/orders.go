package web

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
)

type ordersPage struct {
	frame
	Orders  []client.Order
	Which   string // what the list is narrowed to: attention, draft, copy, or all
	Now     time.Time
	Refusal string
}

// orders lists removal orders and copies, those that wait for somebody first.
func orders(s *Server, c *call) error { return s.showOrders(c, http.StatusOK, "") }

func (s *Server) showOrders(c *call, status int, refusal string) error {
	which := c.r.URL.Query().Get("which")
	f := client.OrderFilter{Attention: which == "attention"}
	if which == "draft" {
		f.State = order.StateDraft
	}
	list, err := s.Desk.Orders(c.ctx(), c.who, f)
	if err != nil {
		return err
	}
	if which == order.Copy {
		list = slices.DeleteFunc(list, func(o client.Order) bool { return o.Origin != order.Copy })
	}
	p := ordersPage{frame: s.frame(c, c.words.say("orders.title"), "orders"), Orders: list, Which: which, Now: s.Flow.DB.Now(), Refusal: refusal}
	p.Scripts = []string{"clock.js"}
	return s.render(c, status, "orders", p)
}

type orderPage struct {
	frame
	client.OrderCase
	Form      formView
	Names     map[string]string
	Refusal   string
	Steps     []client.OrderStep // that wait for a second person
	Proposals []string           // kinds of steps that can be proposed now
	Events    []string           // kinds of events that a person can record
}

// Person names a person; the identifier itself where nobody knows a name.
func (p orderPage) Person(user string) string {
	if name, ok := p.Names[user]; ok {
		return name
	}
	return user
}

// Own reports whether the person drafted it, who is then not the one to approve it.
func (p orderPage) Own() bool { return p.DraftedBy == string(p.Who.User) }

// Mine reports whether the person proposed a step, who is then not the one to agree.
func (p orderPage) Mine(step client.OrderStep) bool { return step.ProposedBy == string(p.Who.User) }

// Hour is the clock of Article 3(3), or nil before the order was received.
func (p orderPage) Hour() *client.Clock {
	for i := range p.Clocks {
		if p.Clocks[i].Name == "execute" {
			return &p.Clocks[i]
		}
	}
	return nil
}

// Scrutiny is the clock of Article 4 that the home authority acts under, on a copy.
func (p orderPage) Scrutiny() *client.Clock {
	var found *client.Clock
	for i := range p.Clocks {
		if n := p.Clocks[i].Name; p.Origin == order.Copy && (n == "scrutinise" || n == "decide_review") {
			found = &p.Clocks[i]
		}
	}
	return found
}

func orderView(s *Server, c *call) error { return s.showOrder(c, http.StatusOK, "") }

func (s *Server) showOrder(c *call, status int, refusal string) error {
	o, err := s.Desk.Order(c.ctx(), c.who, id.Order(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	section := "orders"
	if c.who.Platform != "" {
		section = "inbox"
	}
	p := orderPage{frame: s.frame(c, o.Reference, section), OrderCase: o, Refusal: refusal}
	p.Scripts = []string{"clock.js"}
	p.Form = viewForm("form", law.TCO().AnnexI(), p.Lang, law.Filled(o.Filled), nil)
	if c.who.Platform == "" {
		if p.Names, err = s.names(c); err != nil {
			return err
		}
		for _, step := range o.Steps {
			if step.State == order.StepOpen {
				p.Steps = append(p.Steps, step)
			}
		}
		p.Proposals, p.Events = proposable(o), recordable(o)
		p.Proposals = slices.DeleteFunc(p.Proposals, func(kind string) bool {
			return slices.ContainsFunc(p.Steps, func(step client.OrderStep) bool { return step.Kind == kind })
		})
	}
	return s.render(c, status, "order", p)
}

// proposable are the steps that the case has room for. Whether the Regulation has, the stage
// itself judges when one is proposed.
func proposable(o client.OrderCase) (kinds []string) {
	if o.ApprovedAt == nil || o.VoidedAt != nil {
		return nil
	}
	has := func(kind law.Kind) bool {
		return slices.ContainsFunc(o.Timeline, func(e client.OrderEvent) bool { return e.Kind == string(kind) })
	}
	if o.Origin == order.Copy {
		switch {
		case has(law.Scrutinised) || has(law.Infringing):
			return nil
		case has(law.Intended):
			return []string{string(law.Infringing), string(law.Scrutinised)}
		}
		return []string{string(law.Intended), string(law.Scrutinised)}
	}
	if o.Duty == "clarify" {
		kinds = append(kinds, string(law.Clarified))
	}
	for _, clock := range o.Clocks {
		if clock.Name == "non_disclosure" && clock.State == string(law.Running) && !has(law.NonDisclosedLonger) {
			kinds = append(kinds, string(law.NonDisclosedLonger))
		}
	}
	return append(kinds, string(law.Withdrawn))
}

// recordable are the events that the person may know of from others.
func recordable(o client.OrderCase) []string {
	if o.ApprovedAt == nil {
		return nil
	}
	kinds := []law.Kind{law.Received, law.GroundsCeased, law.ProviderInformed, law.ProviderAsked, law.ProviderAnswered, law.ReviewAsked, law.Appealed, law.AppealLost, law.AppealWon, law.Final, law.DisclosureFreed, law.ProceedingsOpened,
		law.ProceedingsClosed, law.Reinstated, law.KeptDown, law.Erased}
	if o.Origin == order.Copy {
		kinds = append(kinds, law.Executed, law.FedBack, law.Withdrawn)
	} else if o.CrossBorder {
		kinds = append(kinds, law.CopyReceived, law.Intended, law.Infringing, law.Scrutinised, law.DecisionTold, law.FinalTold)
	}
	return textsOf(kinds)
}

// after leads back to the order, or shows on its page why what was tried is refused.
func (s *Server) after(c *call, err error) error {
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) || problem.Is(err, problem.Invalid) || problem.Is(err, problem.Forbidden) {
		return s.showOrder(c, problem.Of(err).Meaning().Status, fully(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/orders/"+c.r.PathValue("id"), http.StatusSeeOther)
	return nil
}

func approveOrder(s *Server, c *call) error {
	_, err := s.Flow.ApproveOrder(c.ctx(), c.who, id.Order(c.r.PathValue("id")))
	return s.after(c, err)
}

func discardOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	_, err := s.Flow.DiscardOrder(c.ctx(), c.who, id.Order(c.r.PathValue("id")), c.r.PostForm.Get("reasons"))
	return s.after(c, err)
}

func proposeStep(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	var more law.Filled
	if infringed := c.r.PostForm["infringed"]; len(infringed) > 0 {
		more = law.Filled{"b.infringed": strings.Join(infringed, ",")}
	}
	_, err := s.Flow.ProposeStep(c.ctx(), c.who, id.Order(c.r.PathValue("id")), law.Kind(c.r.PostForm.Get("kind")), c.r.PostForm.Get("reasons"), more)
	return s.after(c, err)
}

// decideStep agrees to a step or drops it.
func decideStep(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	do := s.Flow.AgreeStep
	if c.r.PostForm.Get("drop") == "yes" {
		do = s.Flow.DropStep
	}
	_, err := do(c.ctx(), c.who, id.Order(c.r.PathValue("id")), law.Kind(c.r.PathValue("kind")))
	return s.after(c, err)
}

func recordOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	post := c.r.PostForm
	in := flow.NewOrderEvent{Kind: law.Kind(post.Get("kind")), Reasons: strings.TrimSpace(post.Get("reasons")), Party: post.Get("party"), Contact: strings.TrimSpace(post.Get("contact"))}
	if text := post.Get("at"); text != "" {
		at, err := momentOf(text)
		if err != nil {
			return s.after(c, err)
		}
		in.At = at
	}
	_, err := s.Flow.RecordOrderEvent(c.ctx(), c.who, id.Order(c.r.PathValue("id")), in)
	return s.after(c, err)
}

// resolveOrder settles a delivery of an order of which nobody knows whether it arrived.
func resolveOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	_, err := s.Flow.Resolve(c.ctx(), c.who, id.Delivery(c.r.PostForm.Get("delivery")), c.r.PostForm.Get("received") == "yes", c.r.PostForm.Get("detail"))
	return s.after(c, err)
}

// resendOrder has what did not arrive handed over once more.
func resendOrder(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	_, err := s.Flow.SendOrderAgain(c.ctx(), c.who, id.Delivery(c.r.PostForm.Get("delivery")))
	return s.after(c, err)
}

// orderFile hands the order out as it is handed over: JSON, HTML or PDF.
func orderFile(s *Server, c *call) error {
	doc, err := s.Desk.OrderDocument(c.ctx(), c.who, id.Order(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	format := c.r.PathValue("format")
	var body []byte
	kind := map[string]string{"json": "application/json", "html": "text/html; charset=utf-8", "pdf": "application/pdf"}[format]
	switch format {
	case "json":
		body, err = doc.JSON()
	case "html":
		body, err = doc.HTML()
	case "pdf":
		body, err = s.Flow.PDF(c.ctx(), doc)
	default:
		return problem.New(problem.NotFound, "an order is to be had as json, html and pdf")
	}
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+doc.Name(format)+`"`)
	_, err = c.w.Write(body)
	return err
}

// uploadCopy takes in the copy of another authority's order from a file.
func uploadCopy(s *Server, c *call) error {
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxCopy)
	file, _, err := c.r.FormFile("document")
	if err != nil {
		return s.showOrders(c, http.StatusUnprocessableEntity, c.words.say("orders.no_file"))
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	made := id.Order("")
	doc, err := document.Parse(text)
	if err == nil {
		proof := strings.TrimSpace(c.r.FormValue("proof"))
		if proof == "" {
			proof = c.words.say("orders.nobody_sure")
		}
		made, err = s.Flow.UploadCopy(c.ctx(), c.who, flow.FromAuthority{Authority: id.Authority(c.r.FormValue("authority")), Channel: flow.ByPerson, Proof: proof}, doc)
	}
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Invalid) || problem.Is(err, problem.NotFound) {
		return s.showOrders(c, problem.Of(err).Meaning().Status, fully(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/orders/"+string(made), http.StatusSeeOther)
	return nil
}

// maxCopy bounds an uploaded order; it is one form.
const maxCopy = 2 << 20

// informHost sends a hosting service the information of Article 3(2).
func informHost(s *Server, c *call) error {
	target := c.r.PathValue("id")
	if _, err := s.Flow.InformHost(c.ctx(), c.who, id.Platform(target)); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/platforms/"+target, http.StatusSeeOther)
	return nil
}

// expose records a decision on the exposure of a hosting service.
func expose(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	post := c.r.PostForm
	at, err := momentOf(post.Get("decided_at"))
	if err != nil {
		return err
	}
	target := c.r.PathValue("id")
	if _, err := s.Flow.Expose(c.ctx(), c.who, order.Exposure{Platform: id.Platform(target), Authority: post.Get("authority"), Decision: post.Get("decision"), Reasons: post.Get("reasons"), DecidedAt: at}); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/platforms/"+target, http.StatusSeeOther)
	return nil
}
