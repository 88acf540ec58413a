package register

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/language"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// KeyPrefix begins a public key of Standard Webhooks.
const KeyPrefix = "whpk_"

// longest bounds a text, in characters; Annex I has no room for more.
const longest = 500

// Check brings an authority to one form and reports every fault at once.
func (a Authority) Check() (Authority, error) {
	var wrong []problem.Field
	bad := func(path, message string) { wrong = append(wrong, problem.Field{Path: path, Message: message}) }
	for path, text := range map[string]*string{"name": &a.Name, "address": &a.Address, "telephone": &a.Telephone, "edition": &a.Edition,
		"redress_body": &a.Redress.Body, "redress_deadline": &a.Redress.Deadline, "redress_provisions": &a.Redress.Provisions} {
		*text = strings.TrimSpace(*text)
		if utf8.RuneCountInString(*text) > longest || !utf8.ValidString(*text) || strings.ContainsRune(*text, 0) {
			bad(path, "give plain text of at most 500 characters")
		}
	}
	if a.Name == "" {
		bad("name", "give the name of the authority")
	}
	if a.MemberState = strings.ToUpper(strings.TrimSpace(a.MemberState)); a.MemberState == "EL" {
		a.MemberState = "GR"
	}
	if !law.IsMemberState(a.MemberState) {
		bad("member_state", "give the two letters of a member state of the Union, such as IE")
	}
	a.Email = strings.TrimSpace(a.Email)
	if addr, err := mail.ParseAddress(a.Email); err != nil || addr.Address != a.Email {
		bad("email", "give the address of the contact point, without a name: tco@authority.example")
	}
	if p := a.Redress.Provisions; p != "" {
		if u, err := url.Parse(p); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
			bad("redress_provisions", "give the link to the national provisions, beginning with https://")
		}
	}
	a.checkLists(bad)
	if wrong == nil {
		return a, nil
	}
	slices.SortFunc(wrong, func(x, y problem.Field) int { return strings.Compare(x.Path, y.Path) })
	return a, &problem.Error{Kind: problem.Invalid, Message: "the authority cannot be taken like this; correct what is listed", Fields: wrong}
}

func (a *Authority) checkLists(bad func(path, message string)) {
	a.Roles = tidy(a.Roles, strings.ToLower)
	if len(a.Roles) == 0 || slices.ContainsFunc(a.Roles, func(r string) bool { return !slices.Contains(Roles, r) }) {
		bad("roles", "name what it is competent for (Article 12(1)): "+strings.Join(Roles, ", "))
	}
	slices.SortFunc(a.Roles, func(x, y string) int { return slices.Index(Roles, x) - slices.Index(Roles, y) })
	a.Domains, a.DKIMDomains = tidy(a.Domains, hostOf), tidy(a.DKIMDomains, hostOf)
	if !allOf(a.Domains, isDomain) {
		bad("domains", "name hosts such as authority.example; a whole top-level domain is none")
	}
	if !allOf(a.DKIMDomains, isDomain) {
		bad("dkim_domains", "name hosts such as authority.example; a whole top-level domain is none")
	}
	a.WebhookKeys = tidy(a.WebhookKeys, strings.TrimSpace)
	if !allOf(a.WebhookKeys, func(k string) bool { _, err := PublicKey(k); return err == nil }) {
		bad("webhook_keys", "give whpk_ and the 32 bytes of an Ed25519 key in base64")
	}
	var spoken []string
	for _, l := range tidy(a.Languages, strings.TrimSpace) {
		tag, err := language.Parse(l)
		if err != nil || tag == language.Und {
			bad("languages", "give language tags such as de or pt")
			break
		}
		spoken = append(spoken, tag.String())
	}
	a.Languages = spoken
}

// PublicKey reads a key of the register.
func PublicKey(key string) (ed25519.PublicKey, error) {
	encoded, ok := strings.CutPrefix(key, KeyPrefix)
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, problem.New(problem.Invalid, "%.60q is no public key; give whpk_ and the 32 bytes of an Ed25519 key in base64", key)
	}
	return raw, nil
}

// tidy drops empty and repeated members of a list. It gives nil for an empty one.
func tidy(list []string, form func(string) string) (out []string) {
	for _, s := range list {
		if s = form(strings.TrimSpace(s)); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func allOf(list []string, good func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !good(s) })
}

func hostOf(s string) string { return strings.Trim(strings.ToLower(s), ".") }

// isDomain refuses what mail of strangers comes from too: a public suffix.
func isDomain(s string) bool {
	if !strings.Contains(s, ".") || len(s) > 253 || strings.ContainsAny(s, "/:@ \t*?#%\\") {
		return false
	}
	_, err := publicsuffix.EffectiveTLDPlusOne(s)
	return err == nil
}
