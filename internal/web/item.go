package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/redress"
)

type itemView struct {
	frame
	client.ItemDetail
	Names  map[string]string // of people, by identifier
	Orders []client.Order    // removal orders on it
	Events []eventView
	Law    law.Edition
}

// eventView is an event of the audit log with its detail as lines.
type eventView struct {
	client.Event
	Lines []detailLine
}

type detailLine struct{ Name, Value string }

func itemPage(s *Server, c *call) error {
	detail, err := s.Desk.Item(c.ctx(), c.who, id.Item(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	names, err := s.names(c)
	if err != nil {
		return err
	}
	p := itemView{frame: s.frame(c, link.Defang(detail.Item.URL), "actions"), ItemDetail: detail, Names: names, Law: law.TCO()}
	p.Scripts = []string{"veil.js"}
	if c.who.May(auth.OrderRead) {
		if p.Orders, err = s.Desk.Orders(c.ctx(), c.who, client.OrderFilter{Item: detail.Item.ID}); err != nil {
			return err
		}
	}
	for _, e := range detail.History {
		p.Events = append(p.Events, eventView{e, detailLines(e.Detail)})
	}
	// The page stands within an action for the way back: the first that the person sees.
	for _, given := range detail.Contributions {
		if a, err := s.Desk.Action(c.ctx(), c.who, id.Action(given.ActionID)); err == nil {
			p.frame = p.frame.of(a, "items")
			break
		}
	}
	return s.render(c, http.StatusOK, "item", p)
}

// justify records why an item on a protected host may leave all the same.
func justify(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target := c.r.PathValue("id")
	if _, err := s.Flow.Justify(c.ctx(), c.who, id.Item(target), c.r.PostForm.Get("text")); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/items/"+target, http.StatusSeeOther)
	return nil
}

// approveReinstatement agrees to ask for an item that another person reversed.
func approveReinstatement(s *Server, c *call) error {
	target := c.r.PathValue("id")
	if _, err := s.Flow.ApproveReinstatement(c.ctx(), c.who, id.Item(target)); err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/items/"+target+"#back", http.StatusSeeOther)
	return nil
}

func (s *Server) names(c *call) (map[string]string, error) {
	known, err := s.Desk.UserNames(c.ctx())
	out := make(map[string]string, len(known)+1)
	for user, name := range known {
		out[string(user)] = name
	}
	out["system"] = c.words.say("word.system")
	return out, err
}

// Orderable reports whether a removal order can be drafted on the item.
func (p itemView) Orderable() bool {
	return p.May(string(auth.OrderDraft)) && slices.Contains(flow.Orderable, item.Stage(p.Item.Stage))
}

// Person names a person; the identifier itself where nobody knows a name.
func (p itemView) Person(user string) string {
	if name, ok := p.Names[user]; ok {
		return name
	}
	return user
}

// Reversible reports whether two people have confirmed the item, which a third may reverse.
func (p itemView) Reversible() bool {
	return slices.Contains(flow.Reversible, item.Stage(p.Item.Stage)) && !slices.ContainsFunc(p.Assessments, func(a client.Assessment) bool { return a.UserID == string(p.Who.User) })
}

// Approvable reports whether the person may agree to ask for the item, which another one reversed.
func (p itemView) Approvable() bool {
	r := p.Reinstatement
	return p.May(string(auth.ItemReverse)) && r != nil && r.Proposal != nil && r.Proposal.State == redress.Proposed && r.Proposal.ProposedBy != string(p.Who.User) &&
		!slices.ContainsFunc(p.Assessments, func(a client.Assessment) bool { return a.UserID == string(p.Who.User) })
}

// Threat reports whether somebody found an imminent threat to life, Article 14(5).
func (p itemView) Threat() bool {
	return slices.ContainsFunc(p.Assessments, func(a client.Assessment) bool { return a.Tier == law.TierThreatToLife })
}

// LimbText says what a limb of Article 2(7) is about.
func (p itemView) LimbText(letter string) string {
	limb, _ := p.Law.Limb(letter)
	return limb.Text
}

// detailLines lays the detail of an event out as names and values, links defanged.
func detailLines(detail json.RawMessage) []detailLine {
	if len(detail) == 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(detail, &fields) != nil {
		return []detailLine{{"", plain(detail)}}
	}
	var out []detailLine
	for name, value := range fields {
		out = append(out, detailLine{name, plain(value)})
	}
	slices.SortFunc(out, func(a, b detailLine) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		var tight bytes.Buffer
		if json.Compact(&tight, value) != nil {
			return string(value)
		}
		text = strings.Trim(strings.ReplaceAll(tight.String(), `","`, ", "), `[]"`)
	}
	if strings.Contains(text, "://") {
		return link.Defang(text)
	}
	return text
}
