package inbox

import (
	"slices"
	"strings"

	"github.com/argine/argine/internal/register"
)

// Claim is what a message says of itself.
type Claim struct {
	Order       bool   // it is a removal order, which only a competent authority may issue
	Authority   string // that issues it
	MemberState string
	Email       string // contact of the issuing authority
	File        string // its file number
	Reference   string
	Before      string // another authority under whose name the reference came before
}

// Judge adds to the proof of a message what follows from what it says, and comes to a verdict.
// now and then an authority is renamed, and a name is written in many ways; so a difference of
// names is open, and only a difference of what was proven is bad.
func (p Proof) Judge(c Claim) (Trust, []Finding) {
	if c.Order {
		p = p.competence(c)
	}
	if c.Order && c.File == "" && c.Reference == "" {
		p = p.found(Open, "no_file_reference", "")
	}
	if c.Before != "" {
		p = p.found(Bad, "reference_of_other", c.Before)
	}
	return trustOf(p.Findings), p.Findings
}

func (p Proof) competence(c Claim) Proof {
	a := p.Authority
	switch {
	case a.Name == "" && p.stranger != "":
		return p.found(Bad, "wrong_domain", p.stranger)
	case a.Name == "" && p.Sender.Authority == "":
		return p.found(Open, "no_authority", c.Authority)
	case a.Name == "":
		return p // said already
	case !a.May(register.Issue):
		p = p.found(Bad, "may_not_issue", a.Name)
	default:
		p = p.found(Good, "may_issue", a.Name)
	}
	if c.MemberState != "" && c.MemberState != a.MemberState {
		p = p.found(Bad, "other_member_state", c.MemberState)
	}
	if c.Authority != "" && !strings.EqualFold(strings.TrimSpace(c.Authority), a.Name) {
		p = p.found(Open, "other_name", c.Authority)
	}
	if domain := c.Email[strings.LastIndexByte(c.Email, '@')+1:]; domain != "" && len(a.Domains) > 0 &&
		!slices.ContainsFunc(a.Domains, func(d string) bool { return covers(d, domain) }) {
		p = p.found(Bad, "answer_elsewhere", domain)
	}
	return p
}
