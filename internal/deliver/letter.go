package deliver

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
)

// Content is what a letter tells.
type Content struct {
	Delivery id.Delivery
	Referral refer.Referral
	Items    []refer.Item
	Platform string // names of both sides
	Unit     string
	Answer   string // URL at which the platform answers
}

// Letter is what is handed over, as it leaves: a mail with its files, or the message that a
// webhook and the inbox carry.
type Letter struct {
	Delivery  id.Delivery
	Reference string
	Language  string    // that it is written in
	Date      time.Time // when it was approved
	Unit      string
	Subject   string
	Body      string         // plain text, with links that nobody opens by mistake
	Attached  []Attached     // files of the mail, with the exact links: JSON, CSV, PDF
	Message   client.Message // for programs, with the exact links
	PGPKey    string         // armored OpenPGP public key of the platform; a mail is encrypted to it
}

// Compose writes the letter of a delivery, in the language of the referral where there is a
// catalogue for it. The same content makes the same bytes, so that a repeated attempt sends
// what the first did.
func Compose(c Content) (Letter, error) {
	if err := c.check(); err != nil {
		return Letter{}, err
	}
	c.Platform, c.Unit = oneLine(c.Platform), oneLine(c.Unit)
	t := newTongue(c.Referral.Language, len(c.Items), map[string]any{
		"Reference": c.Referral.Reference, "Count": len(c.Items), "Platform": c.Platform, "Unit": c.Unit,
	})
	l := Letter{Delivery: c.Delivery, Reference: c.Referral.Reference, Language: t.lang, Date: c.Referral.ApprovedAt, Unit: c.Unit}
	l.Subject = t.sayCounted("subject")
	l.Body = c.body(t)
	if t.err != nil {
		return Letter{}, t.err
	}
	l.Message = c.message(l.Body)
	exact, err := encode(c.message(""), "  ")
	if err != nil {
		return l, err
	}
	table, err := c.csv()
	name := "referral-" + l.Reference
	l.Attached = []Attached{{name + ".json", "application/json", exact}, {name + ".csv", "text/csv; charset=utf-8", table}}
	return l, err
}

func (c Content) check() error {
	switch {
	case len(c.Items) == 0:
		return problem.New(problem.Invalid, "referral %s has no items; there is nothing to tell", c.Referral.Reference)
	case c.Referral.Track != refer.TrackReferral:
		return problem.New(problem.Invalid, "%s is on the track %q; this letter is for referrals", c.Referral.Reference, c.Referral.Track)
	case c.Referral.ApprovedAt.IsZero():
		return problem.New(problem.Refused, "referral %s is not approved; nothing leaves before a second person approves it", c.Referral.Reference)
	}
	for _, it := range c.Items {
		if u, err := url.Parse(it.URL); err != nil || u.Host == "" {
			return problem.New(problem.Invalid, "item %s has no exact link", it.Item)
		}
	}
	return nil
}

func (c Content) body(t *tongue) string {
	var b strings.Builder
	para := func(text string) { b.WriteString(text + "\n\n") }
	para(t.say("greeting"))
	para(t.sayCounted("intro"))
	para(t.say("nature"))
	para(t.say("eyes"))
	b.WriteString(t.say("answer") + "\n" + c.Answer + "\n")
	para(t.say("quote"))
	para(t.say("links"))
	para(t.say("items"))
	for i, it := range c.Items {
		fmt.Fprintf(&b, "%d. %s\n", i+1, link.Defang(it.URL))
		b.WriteString("   " + t.sayWith("grounds", map[string]any{"Limbs": strings.Join(it.Limbs, ", ")}) + "\n")
		b.WriteString("   " + t.say("reasons") + "\n" + indent(Harmless(it.Reasons), "     "))
		b.WriteString("   " + t.sayWith("identifier", map[string]any{"Item": it.Item}) + "\n\n")
	}
	b.WriteString(t.say("closing") + "\n" + c.Unit + "\n" + c.Referral.Reference + "\n")
	return b.String()
}

// Harmless defangs the links that a person wrote into the reasons.
func Harmless(text string) string {
	text = plain(text)
	var b strings.Builder
	from := 0
	for _, f := range link.Find(text) {
		b.WriteString(text[from:f.Offset])
		b.WriteString(link.Defang(f.URL))
		from = f.Offset + len(f.Raw)
	}
	b.WriteString(text[from:])
	return b.String()
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		b.WriteString(strings.TrimRight(by+strings.TrimSpace(line), " ") + "\n")
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(plain(s)), " ") }
