package app

import (
	"context"
	"crypto/tls"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/problem"
)

// Inbound is how answers come in: the mail server, and what is asked of signed messages.
type Inbound struct {
	Listen      string `toml:"listen"`      // host:port of the mail server; empty: there is none. ARGINE_INBOUND_LISTEN
	Domain      string `toml:"domain"`      // of the addresses that mail is taken for; several with spaces between
	Name        string `toml:"name"`        // by which the server greets; empty: the domain
	Certificate string `toml:"certificate"` // file (PEM) for STARTTLS; empty: without encryption
	Key         string `toml:"key"`         // its private key
	MaxMiB      int64  `toml:"max_mib"`     // of one mail; 0: 25
	Tolerance   string `toml:"tolerance"`   // how far the time of a signed message may be from ours: "5m"
}

func (i Inbound) domains() []string { return strings.Fields(i.Domain) }

func (i Inbound) tolerance() (time.Duration, error) {
	if i.Tolerance == "" {
		return 0, nil
	}
	return time.ParseDuration(i.Tolerance)
}

func (i Inbound) check() error {
	if _, err := i.tolerance(); err != nil {
		return problem.New(problem.Invalid, "inbound.tolerance %q is no duration; write it as 5m or 90s", i.Tolerance)
	}
	if i.Listen != "" && len(i.domains()) == 0 {
		return problem.New(problem.Invalid, "inbound.listen is set, and inbound.domain is not; name the domain that mail is taken for")
	}
	return nil
}

// listenForMail takes the address of the mail server, where there is to be one.
func (a *App) listenForMail() (err error) {
	in := a.cfg.Inbound
	if in.Listen == "" || !a.cfg.runs("jobs") {
		return nil
	}
	if a.mail, err = net.Listen("tcp", in.Listen); err != nil {
		return problem.Wrap(err, problem.Unavailable, "the address %s for incoming mail is taken or cannot be used; choose another as inbound.listen", in.Listen)
	}
	if in.Certificate == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(in.Certificate, in.Key)
	if err != nil {
		return problem.Wrap(err, problem.Invalid, "the certificate of incoming mail cannot be used: %v; see inbound.certificate and inbound.key", err)
	}
	a.mailTLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	return nil
}

// MailAddress is where mail is taken in, "" when none is.
func (a *App) MailAddress() string {
	if a.mail == nil {
		return ""
	}
	return a.mail.Addr().String()
}

// takeMail serves the mail server until ctx ends.
func (a *App) takeMail(ctx context.Context) error {
	in, take := a.cfg.Inbound, a.flow.TakeMail
	if a.cfg.Hosting {
		take = a.host.ReceiveMail
	}
	return mailbox.Serve(ctx, mailbox.Config{Listener: a.mail, Name: in.Name, Domains: in.domains(), MaxBytes: in.MaxMiB << 20, TLS: a.mailTLS,
		Resolver: a.cfg.Resolver, Now: a.db.Now, Dir: filepath.Join(a.cfg.Data, "mail"), Log: a.log}, take)
}
