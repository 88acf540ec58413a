package inbox

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/register"
)

// Known is what messages are held against.
type Known struct {
	Senders   []Sender
	Register  register.Book
	Tolerance time.Duration // how far a webhook's time may be off; 0: client.WebhookTolerance
}

// Sender finds a sender by name.
func (k Known) Sender(name string) (Sender, bool) {
	at := slices.IndexFunc(k.Senders, func(s Sender) bool { return s.Name == name })
	if at < 0 {
		return Sender{}, false
	}
	return k.Senders[at], true
}

// authority is the entry of a sender in the register.
func (k Known) authority(name string) (register.Authority, bool) {
	at := slices.IndexFunc(k.Register, func(a register.Authority) bool { return strings.EqualFold(a.Name, name) })
	if name == "" || at < 0 {
		return register.Authority{}, false
	}
	return k.Register[at], true
}

// Proof is what the way in which a message came tells of its sender.
type Proof struct {
	Sender    Sender
	Authority register.Authority // zero: the sender is none that the register has
	Findings  []Finding
	ID        string    // of the message
	SentAt    time.Time // as signed
	stranger  string    // domain of a mail that no authority and no sender has
}

// ByWebhook checks the signatures of a webhook: with the secret that both sides share, with the
// keys of the settings, and with those that the register has for the authority.
func (k Known) ByWebhook(name string, h http.Header, body []byte, now time.Time) Proof {
	p := Proof{ID: h.Get(client.WebhookID)}
	sender, known := k.Sender(name)
	if !known {
		// Whoever the path names, a key of the register is proof of an authority.
		sender = Sender{}
	}
	p.Sender = sender
	p.Authority, _ = k.authority(sender.Authority)
	keys := slices.Concat(sender.PublicKeys, p.Authority.WebhookKeys)
	if !known {
		for _, a := range k.Register {
			keys = append(keys, a.WebhookKeys...)
		}
	}
	proof, err := client.WebhookVerifier{Secret: sender.Secret, Public: keys, Tolerance: k.Tolerance}.Verify(h, body, now)
	p.SentAt = proof.At
	switch {
	case errors.Is(err, client.ErrWebhookHeaders):
		return p.found(Bad, "unsigned", "")
	case errors.Is(err, client.ErrWebhookTime):
		return p.found(Bad, "stale", proof.At.UTC().Format(time.RFC3339))
	case err != nil:
		return p.found(Bad, "broken_signature", "")
	case proof.Key != "":
		p = p.found(Good, "signed_by_key", proof.Key)
		if a, ok := k.Register.ByKey(proof.Key); ok && p.Authority.Name == "" {
			p.Authority = a
		}
	default:
		p = p.found(Good, "signed_by_secret", sender.Name)
	}
	return k.registered(p)
}

// ByPull is a message that was fetched from the sender's own Argine: the address was set by a
// person, and the connection proves it.
func (k Known) ByPull(sender Sender, messageID string, at time.Time) Proof {
	p := Proof{Sender: sender, ID: messageID, SentAt: at}
	p.Authority, _ = k.authority(sender.Authority)
	state, code := Good, "fetched"
	if !strings.HasPrefix(sender.URL, "https://") {
		state, code = Open, "fetched_plain"
	}
	if loopback(sender.URL) {
		state, code = Good, "fetched"
	}
	return k.registered(p.found(state, code, sender.URL))
}

// ByUpload is what a person hands in: nothing of it proves who sent it.
func (k Known) ByUpload(name, messageID string) Proof {
	p := Proof{ID: messageID}
	p.Sender, _ = k.Sender(name)
	p.Authority, _ = k.authority(p.Sender.Authority)
	return k.registered(p.found(Open, "handed_in", ""))
}

// Signature is a DKIM signature of a mail, checked by who took it in (RFC 6376).
type Signature struct {
	Domain   string
	Verified bool
	Why      string
}

// ByMail holds the domain that signed a mail against the register. from is the address that the
// mail shows.
func (k Known) ByMail(from, messageID string, signatures []Signature) Proof {
	p := Proof{ID: messageID}
	domain := strings.ToLower(from[strings.LastIndexByte(from, '@')+1:])
	for _, s := range signatures {
		if !s.Verified || !covers(s.Domain, domain) {
			continue
		}
		p = p.found(Good, "mail_signed", s.Domain)
		for _, sender := range k.Senders {
			if slices.ContainsFunc(sender.Domains, func(d string) bool { return covers(d, s.Domain) }) {
				p.Sender = sender
			}
		}
		if found := k.Register.BySigner(s.Domain); len(found) > 0 {
			p.Authority = found[0]
			p = p.found(Good, "domain_registered", s.Domain)
		} else if p.Sender.Name == "" {
			p.stranger = s.Domain
			return p.found(Open, "domain_unknown", s.Domain)
		}
		return k.registered(p)
	}
	// A name of the register without a signature of its domain is what a forger writes.
	if len(k.Register.ByDomain(domain)) > 0 {
		p = p.found(Bad, "mail_unsigned_authority", domain)
	} else {
		p.stranger = domain
		p = p.found(Open, "domain_unknown", domain)
	}
	for _, s := range signatures {
		p = p.found(Open, "mail_signature", s.Domain+": "+s.Why)
	}
	return p
}

// covers reports whether a domain is that of another or stands above it.
func covers(above, domain string) bool {
	above, domain = strings.ToLower(above), strings.ToLower(domain)
	return domain == above || strings.HasSuffix(domain, "."+above)
}

func loopback(url string) bool {
	return strings.HasPrefix(url, "http://127.") || strings.HasPrefix(url, "http://[::1]")
}

// registered says what the register has of the sender.
func (k Known) registered(p Proof) Proof {
	switch {
	case p.Authority.Name != "" && p.Authority.MadeUp:
		return p.found(Good, "registered_example", p.Authority.Name)
	case p.Authority.Name != "":
		return p.found(Good, "registered", p.Authority.Name)
	case p.Sender.Authority != "":
		return p.found(Open, "not_in_register", p.Sender.Authority)
	}
	return p
}

func (p Proof) found(state, code, arg string) Proof {
	p.Findings = append(slices.Clip(p.Findings), Finding{state, code, arg})
	return p
}
