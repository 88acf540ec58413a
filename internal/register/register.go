// Package register keeps the competent authorities of the member states, as data.
//
// Article 12 of Regulation (EU) 2021/784 has each member state name the authorities that issue
// removal orders, scrutinise those of others, oversee specific measures and impose penalties;
// the Commission keeps them in an online register (Article 12(4)). A hosting service uses it to
// tell a real order from a forged one (recital 35), an authority to send the copy of a
// cross-border order to where it belongs (Article 4(1)) and to fill in what redress there is
// (Annex I, section G). The register is published for people to read and not for programs, so
// an installation imports a file of its own, and a person makes sure of each contact.
//
// Authority, Read and Book need no database: a hosting service uses them alone. Example is a
// register in which everything is made up, for tests and demonstrations.
package register

import (
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
)

// What an authority is competent for, Article 12(1).
const (
	Issue      = "issue"      // (a) removal orders, Article 3
	Scrutinise = "scrutinise" // (b) orders of others, Article 4
	Supervise  = "supervise"  // (c) specific measures, Article 5
	Penalise   = "penalise"   // (d) penalties, Article 18
)

// Roles are all of them.
var Roles = []string{Issue, Scrutinise, Supervise, Penalise}

// Authority is one competent authority.
type Authority struct {
	ID          id.Authority `json:"-"`
	Name        string       `json:"name"`
	MemberState string       `json:"member_state"` // ISO 3166-1
	Roles       []string     `json:"roles"`
	Address     string       `json:"address,omitempty"`
	Email       string       `json:"email"` // contact point of Article 12(2)
	Telephone   string       `json:"telephone,omitempty"`
	Domains     []string     `json:"domains,omitempty"`      // that its mail and webhooks come from
	WebhookKeys []string     `json:"webhook_keys,omitempty"` // whpk_ and base64 of an Ed25519 key
	DKIMDomains []string     `json:"dkim_domains,omitempty"` // d= of its signatures; none: those of Domains
	Languages   []string     `json:"languages,omitempty"`    // that it reads, BCP 47
	Redress     Redress      `json:"redress"`
	MadeUp      bool         `json:"made_up,omitempty"` // of an example: no such authority exists
	Edition     string       `json:"edition,omitempty"` // of the register that it was read from
	VerifiedAt  time.Time    `json:"-"`                 // when somebody made sure of the contact and the keys; zero: nobody has
	VerifiedBy  id.User      `json:"-"`
}

// Redress is what a removal order says about contesting it: Annex I, section G.
type Redress struct {
	Body       string `json:"body,omitempty"`       // competent body or court
	Deadline   string `json:"deadline,omitempty"`   // days or months, and from when
	Provisions string `json:"provisions,omitempty"` // link to the national provisions
}

// Complete reports whether all of section G can be filled in.
func (r Redress) Complete() bool { return r.Body != "" && r.Deadline != "" && r.Provisions != "" }

// May reports whether the authority is competent for it.
func (a Authority) May(role string) bool { return slices.Contains(a.Roles, role) }

// Book is a register that is looked up in.
type Book []Authority

// ByState gives the authorities of a member state that are competent for it; role "" means any.
func (b Book) ByState(state, role string) (found []Authority) {
	for _, a := range b {
		if a.MemberState == state && (role == "" || a.May(role)) {
			found = append(found, a)
		}
	}
	return found
}

// ByDomain gives the authorities whose mail comes from the domain or from one that it stands
// below. A mail is signed as police.example and sent from mail.police.example: both are theirs.
func (b Book) ByDomain(domain string) (found []Authority) {
	return b.where(domain, func(a Authority) []string { return a.Domains })
}

// BySigner gives the authorities that sign their mail as the domain (DKIM, d=).
func (b Book) BySigner(domain string) (found []Authority) {
	return b.where(domain, func(a Authority) []string {
		if len(a.DKIMDomains) > 0 {
			return a.DKIMDomains
		}
		return a.Domains
	})
}

func (b Book) where(domain string, of func(Authority) []string) (found []Authority) {
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	for _, a := range b {
		if slices.ContainsFunc(of(a), func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) }) {
			found = append(found, a)
		}
	}
	return found
}

// ByKey gives the authority that signs its webhooks with the key.
func (b Book) ByKey(key string) (Authority, bool) {
	for _, a := range b {
		if slices.Contains(a.WebhookKeys, key) {
			return a, true
		}
	}
	return Authority{}, false
}

// RedressIn is what an order of the member state says about contesting it: that of its first
// issuing authority that tells all of it.
func (b Book) RedressIn(state string) (Redress, bool) {
	for _, a := range b.ByState(state, Issue) {
		if a.Redress.Complete() {
			return a.Redress, true
		}
	}
	return Redress{}, false
}
