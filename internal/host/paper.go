package host

import (
	"encoding/json"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// paper is what a message holds, read as far as it can be. What cannot be read of an order is a
// fault of the order, for Annex III, and no reason to turn it away: the hour may be running.
type paper struct {
	track  cases.Track // empty: it opens no case
	doc    document.Document
	text   []byte // doc as it came
	faults []law.Fault
	items  []cases.Item
}

// tracks are the messages that open a case, and the form that each brings.
var tracks = map[string]struct {
	track cases.Track
	form  string
}{
	client.OrderIssued:     {cases.Order, document.AnnexI},
	client.ReferralCreated: {cases.Referral, document.Referral},
	client.NoticeCreated:   {cases.Notice, document.Notice},
	client.ActOrderIssued:  {cases.ActOrder, document.ActOrder},
}

// typeOf is the type of message that brings a form, for what came without one.
func typeOf(form string) string {
	for kind, t := range tracks {
		if t.form == form {
			return kind
		}
	}
	return map[string]string{document.Information: client.OrderInformation, document.Clarification: client.OrderClarified,
		document.Withdrawal: client.OrderWithdrawn, document.Review: orderReviewed, document.NonDisclosure: client.OrderSecrecy,
		document.Reinstatement: client.ReinstatementAsked}[form]
}

// about are the references of what was handed over before and a message is about.
func (p paper) about(m inbox.Message) []string {
	switch {
	case p.doc.Form == document.Reinstatement: // its own reference is that of a complaint
		return strings.Split(p.doc.Values["a.references"], ", ")
	case p.doc.Values["a.order_reference"] != "":
		return []string{p.doc.Values["a.order_reference"]}
	}
	return []string{m.Reference}
}

// orderReviewed is the decision of the home authority on an order, Article 4.
const orderReviewed = "order.reviewed"

func (h *Host) readPaper(m client.Message) (p paper) {
	t := tracks[m.Type]
	p.track = t.track
	if len(m.Document) > 0 {
		p.readDocument(m.Document, t.form)
	} else if p.track == cases.Order {
		p.faults = []law.Fault{{Key: "document", Article: "3(4)", Why: "there is no filled form of Annex I"}}
	}
	switch {
	case m.Referral != nil:
		for _, it := range m.Referral.Items {
			p.items = append(p.items, cases.Item{ItemID: it.ItemID, URL: it.URL, Limbs: it.Limbs, Reasons: it.Reasons})
		}
	case len(p.doc.Items) > 0:
		for _, it := range p.doc.Items {
			p.items = append(p.items, cases.Item{ItemID: it.ItemID, URL: it.URL, Limbs: it.Limbs, Reasons: it.Reasons})
		}
	default:
		p.items = ofValues(p.doc)
	}
	for i := range p.items {
		if c, err := h.book.Canonical(p.items[i].URL); err == nil {
			p.items[i].Canonical = c.URL
		}
	}
	if p.track == cases.Order {
		p.ownFaults(h.Settings)
	}
	return p
}

func (p *paper) readDocument(text []byte, form string) {
	p.text = text
	doc, err := document.Parse(text)
	p.doc = doc
	if doc.Form == "" || form != "" && doc.Form != form {
		p.doc.Form, p.doc.Values = form, law.Filled{}
		p.readLoosely(text)
		p.faults = []law.Fault{{Key: "document", Article: "3(4)", Why: "it is not the filled form: " + problem.Message(err)}}
	}
	if f, ok := law.FormNamed(p.doc.Form, document.EditionOf(p.doc.Form)); ok && err != nil {
		p.faults = append(p.faults, f.Faults(p.doc.Values)...)
		if len(p.faults) == 0 {
			p.faults = []law.Fault{{Key: "document", Why: problem.Message(err)}}
		}
	}
}

// readLoosely takes what values can be taken of a document that is not as it should be, so that
// a person sees as much of it as there is.
func (p *paper) readLoosely(text []byte) {
	var loose struct {
		Reference string                     `json:"reference"`
		Language  string                     `json:"language"`
		Values    map[string]json.RawMessage `json:"values"`
	}
	json.Unmarshal(text, &loose)
	p.doc.Reference, p.doc.Language = loose.Reference, loose.Language
	for key, raw := range loose.Values {
		var value string
		if json.Unmarshal(raw, &value) == nil && value != "" {
			p.doc.Values[key] = value
		}
	}
}

// ofValues are the links of a form that has them as a value.
func ofValues(d document.Document) (items []cases.Item) {
	reasons := d.Values["b.additional_information"] + d.Values["explanation"]
	for _, url := range strings.Fields(d.Values["b.url"] + "\n" + d.Values["urls"]) {
		items = append(items, cases.Item{URL: url, Limbs: strings.FieldsFunc(d.Values["b.reasons"], func(r rune) bool { return r == ',' }), Reasons: reasons})
	}
	return items
}

// ownFaults are those that only the addressee can know of.
func (p *paper) ownFaults(s Settings) {
	spoken := false
	for _, l := range s.Languages {
		spoken = spoken || strings.EqualFold(document.Spoken(l), p.doc.Language)
	}
	if p.doc.Language != "" && !spoken {
		p.faults = append(p.faults, law.Fault{Key: "language", Article: "15(2)", Why: "it is in a language that the contact point has not designated: " + p.doc.Language})
	}
	if state := p.doc.Values["a.host_member_state"]; state != "" && state != s.MemberState {
		p.faults = append(p.faults, law.Fault{Key: "a.host_member_state", Article: "4(1)", Why: "the service is established, or has its legal representative, in " + s.MemberState})
	}
	for _, it := range p.items {
		if it.Canonical == "" {
			p.faults = append(p.faults, law.Fault{Key: "b.url", Article: "3(4)(c)", Why: "it is no exact link"})
		}
	}
}

// claim is what the paper says of who sent it.
func (p paper) claim() inbox.Claim {
	v := p.doc.Values
	return inbox.Claim{Order: p.track == cases.Order, Authority: v["e.name"], MemberState: v["a.issuing_member_state"], Email: v["e.email"],
		File: v["e.file_number"], Reference: p.reference(client.Message{})}
}

// reference is what both sides call the matter in writing.
func (p paper) reference(m client.Message) string {
	for _, r := range []string{p.doc.Values["a.reference_number"], m.Reference, p.doc.Reference} {
		if r != "" {
			return r
		}
	}
	return ""
}
