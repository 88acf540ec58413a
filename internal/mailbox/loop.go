package mailbox

import (
	"net/mail"
	"slices"
	"strings"
)

// Loop tells whether the mail is our own, come back.
func (m Mail) Loop() bool { return m.loop }

// judge tells why a mail is taken for what no person wrote. Such a mail can still be a
// message of another program and carry an answer; it is never one to be answered.
func (c Config) judge(m *Mail) {
	ours := slices.Concat(c.Domains, c.Ours)
	head := m.head
	is := func(domain string) bool {
		return slices.ContainsFunc(ours, func(o string) bool { return strings.EqualFold(o, domain) })
	}
	_, domain, _ := strings.Cut(m.MessageID, "@")
	switch {
	case is(domain), is(domainOf(m.From)), loops(head, is):
		m.loop, m.Auto = true, "it is our own mail, come back"
	case m.Bounce != nil:
		m.Auto = "a mail server says that a mail did not arrive"
	default:
		m.Auto = automatic(head)
		if m.Auto == "" && m.Envelope == "" && m.Peer != "" {
			m.Auto = "its sender takes no answer (MAIL FROM is empty)"
		}
	}
}

// loops looks for the mark that forwarders leave where a mail has been.
func loops(head mail.Header, is func(domain string) bool) bool {
	for _, field := range slices.Concat(head["X-Loop"], head["Delivered-To"]) {
		if is(domainOf(strings.Trim(field, "<> "))) && len(head["X-Loop"]) > 0 {
			return true
		}
	}
	return false
}

// automatic reads what programs say of themselves: RFC 3834 for answers, RFC 2369 and 2919
// for lists, and the older words of vacation programs.
func automatic(head mail.Header) string {
	submitted, _, _ := strings.Cut(strings.ToLower(head.Get("Auto-Submitted")), ";")
	if submitted = strings.TrimSpace(submitted); submitted != "" && submitted != "no" {
		return "a program sent it by itself (Auto-Submitted: " + oneLine(submitted) + ")"
	}
	for _, name := range []string{"List-Id", "List-Post", "List-Unsubscribe", "List-Help", "Mailing-List"} {
		if head.Get(name) != "" {
			return "it came through a mailing list (" + name + ")"
		}
	}
	switch precedence := strings.ToLower(head.Get("Precedence")); precedence {
	case "bulk", "junk", "list", "auto_reply":
		return "a program sent it by itself (Precedence: " + precedence + ")"
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoreply-From", "X-Vacation"} {
		if head.Get(name) != "" {
			return "a program answered by itself (" + name + ")"
		}
	}
	return ""
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
