package app

import (
	"crypto/tls"
	"path/filepath"

	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/problem"
)

// outbound is how mail leaves: through which server, and signed with what.
func (a *App) outbound() (deliver.Mail, error) {
	s := a.cfg.SMTP
	m := deliver.Mail{Host: s.Host, From: s.From, User: s.User, Password: s.Password, RootCAs: a.cfg.Roots, AllowPlain: a.cfg.Fetch.AllowLoopback}
	var err error
	if s.DKIMDomain != "" {
		d := &deliver.DKIM{Domain: s.DKIMDomain, Selector: s.DKIMSelector}
		if d.Selector == "" {
			d.Selector = "argine"
		}
		if s.DKIMKey == "" {
			s.DKIMKey = filepath.Join(a.cfg.Data, "dkim.key")
		}
		if d.Key, err = deliver.DKIMKey(s.DKIMKey); err != nil {
			return m, err
		}
		m.DKIM = d
	}
	if s.Certificate != "" && s.PGPKey != "" {
		return m, problem.New(problem.Invalid, "smtp.smime_certificate and smtp.pgp_key are both set; a mail is signed with one of them")
	}
	if s.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(s.Certificate, s.Key)
		if err != nil {
			return m, problem.Wrap(err, problem.Invalid, "the S/MIME certificate cannot be used: %v; see smtp.smime_certificate and smtp.smime_key", err)
		}
		m.SMIME = &pair
	}
	if s.PGPKey != "" {
		m.PGP, err = deliver.PGPKey(s.PGPKey)
	}
	return m, err
}

// Publish is what others have to be told so that they can verify what leaves here: the public
// key of webhooks, and the DNS record of DKIM where mails are signed with it.
func (a *App) Publish() (hookKey, dnsName, dnsText string, err error) {
	if keys := a.flow.PublicKeys(); len(keys.Webhook) > 0 {
		hookKey = keys.Webhook[0]
	}
	if a.flow.Mail.DKIM != nil {
		dnsName, dnsText, err = a.flow.Mail.DKIM.Record()
	}
	return hookKey, dnsName, dnsText, err
}
