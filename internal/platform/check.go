package platform

import (
	"encoding/base64"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// check brings what people type to one form and reports every fault at once.
func (p Platform) check() (Platform, error) {
	var wrong []problem.Field
	bad := func(path, message string) { wrong = append(wrong, problem.Field{Path: path, Message: message}) }
	p.Name, p.Country = strings.TrimSpace(p.Name), strings.ToUpper(strings.TrimSpace(p.Country))
	if p.Name == "" || utf8.RuneCountInString(p.Name) > 200 {
		bad("name", "give a name of 1 to 200 characters")
	}
	if len(p.Country) != 2 || strings.Trim(p.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		bad("country", "give the two letters of ISO 3166-1, such as IE")
	}
	if tag, err := language.Parse(strings.TrimSpace(p.Language)); err != nil || tag == language.Und {
		bad("language", "give a language tag such as de or pt-BR")
	} else {
		p.Language = tag.String()
	}
	switch p.Transport {
	case SMTP:
		p.checkEmail(bad)
	case Webhook:
		p.checkWebhook(bad)
	case Pull, Portal:
		if p.ContactEmail != "" {
			p.checkEmail(bad)
		}
	default:
		bad("transport", "is none of smtp, webhook, pull, portal")
	}
	p.checkSecret(bad)
	p.checkMail(bad)
	p.checkRest(bad)
	if err := p.Rules.Validate(); err != nil {
		wrong = append(wrong, fieldsOf(err)...)
	}
	if len(wrong) == 0 {
		return p, nil
	}
	err := problem.New(problem.Invalid, "the platform cannot be added like this; correct what is listed")
	err.Fields = wrong
	return p, err
}

// checkRest looks at what the law of the Union and the people at the platform need.
func (p *Platform) checkRest(bad func(path, message string)) {
	r := &p.Representative
	r.Name, r.Address, r.MemberState = strings.TrimSpace(r.Name), strings.TrimSpace(r.Address), strings.ToUpper(strings.TrimSpace(r.MemberState))
	switch {
	case r.Name == "" && (r.MemberState != "" || r.Address != ""):
		bad("representative", "give the name of the legal representative")
	case r.Name != "" && !law.IsMemberState(r.MemberState):
		bad("representative_state", "a legal representative is in a member state of the Union (Article 17); give its two letters")
	case utf8.RuneCountInString(r.Name) > 500 || utf8.RuneCountInString(r.Address) > 500:
		bad("representative", "give name and address in at most 500 characters each")
	}
	if _, err := ParseHours(p.Hours, p.TimeZone); err != nil {
		bad("hours", problem.Message(err))
	} else if p.Hours = strings.TrimSpace(p.Hours); p.Hours == "" {
		p.TimeZone = ""
	}
	var more []string
	for _, l := range p.Languages {
		tag, err := language.Parse(strings.TrimSpace(l))
		if err != nil || tag == language.Und {
			bad("languages", "give language tags such as de or pt-BR")
			return
		}
		if l = tag.String(); l != p.Language && !slices.Contains(more, l) {
			more = append(more, l)
		}
	}
	p.Languages = more
}

func (p *Platform) checkEmail(bad func(path, message string)) {
	p.ContactEmail = strings.TrimSpace(p.ContactEmail)
	addr, err := mail.ParseAddress(p.ContactEmail)
	if err != nil || addr.Address != p.ContactEmail {
		bad("contact_email", "give the address of the contact point, without a name: tco@platform.example")
	}
}

// minSecret and maxSecret are the bytes of a key in the Standard Webhooks specification.
const minSecret, maxSecret = 24, 64

func (p *Platform) checkWebhook(bad func(path, message string)) {
	p.WebhookURL = strings.TrimSpace(p.WebhookURL)
	u, err := url.Parse(p.WebhookURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		bad("webhook_url", "give the whole link, beginning with https:// and without a password in it")
	}
	if p.ContactEmail != "" {
		p.checkEmail(bad) // kept as a second way
	}
}

// checkSecret looks at what webhooks to the platform, and its own answers, are signed with.
func (p *Platform) checkSecret(bad func(path, message string)) {
	if p.WebhookSecret == "" && p.Transport != Webhook {
		return
	}
	encoded, ok := strings.CutPrefix(p.WebhookSecret, "whsec_")
	secret, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(secret) < minSecret || len(secret) > maxSecret {
		bad("webhook_secret", "give whsec_ and 24 to 64 random bytes in base64; one is made by: echo whsec_$(openssl rand -base64 32)")
	}
}

// fieldsOf puts the faults of the rules under their member.
func fieldsOf(err error) []problem.Field {
	p, ok := err.(*problem.Error)
	if !ok || len(p.Fields) == 0 {
		return []problem.Field{{Path: "rules", Message: err.Error()}}
	}
	fields := make([]problem.Field, len(p.Fields))
	for i, f := range p.Fields {
		fields[i] = problem.Field{Path: "rules." + f.Path, Message: f.Message}
	}
	return fields
}
