package platform

import (
	"slices"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxKey bounds an armored public key; one with many signatures of others is no use here.
const maxKey = 64 << 10

// checkMail looks at how mail with the platform is protected: the key that it is encrypted
// to, and the domains that its answers come from.
func (p *Platform) checkMail(bad func(path, message string)) {
	if p.PGPKey = strings.TrimSpace(p.PGPKey); p.PGPKey != "" {
		ring, err := openpgp.ReadArmoredKeyRing(strings.NewReader(p.PGPKey))
		switch {
		case err != nil || len(ring) != 1 || len(p.PGPKey) > maxKey:
			bad("pgp_key", "give one OpenPGP public key, armored, as gpg --armor --export writes it")
		case ring[0].PrivateKey != nil:
			bad("pgp_key", "this is a private key; give the public one, and have the platform make a new pair")
		}
	}
	var domains []string
	for _, d := range p.MailDomains {
		d, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimSpace(d)))
		if err == nil {
			_, err = publicsuffix.EffectiveTLDPlusOne(d)
		}
		if err != nil {
			bad("mail_domains", "give domains such as mail.platform.example")
			return
		}
		if !slices.Contains(domains, d) {
			domains = append(domains, d)
		}
	}
	p.MailDomains = domains
}

// SendsFrom reports whether the platform's answers come from a domain: that of its contact
// point, or one that it named besides.
func (p Platform) SendsFrom(domain string) bool {
	domain = strings.ToLower(domain)
	contact := p.ContactEmail[strings.LastIndexByte(p.ContactEmail, '@')+1:]
	return domain != "" && (strings.EqualFold(contact, domain) || slices.Contains(p.MailDomains, domain))
}
