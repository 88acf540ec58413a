package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/argine/argine/internal/fetch"
)

// How the connection to the mail server is protected.
const (
	StartTLS    = "starttls" // RFC 3207; the default
	ImplicitTLS = "tls"      // from the first byte, RFC 8314; mostly port 465
)

// Mail says through which server mail leaves, and in whose name.
type Mail struct {
	Host     string         // host:port
	From     string         // address; its domain also makes the Message-IDs
	User     string         // empty: no sign-in
	Password string         //
	TLS      string         // StartTLS or ImplicitTLS; empty means StartTLS
	RootCAs  *x509.CertPool // nil: those of the system
	Helo     string         // how we greet the server; empty: the domain of From

	DKIM  *DKIM            // signs every mail; nil: none is signed
	SMIME *tls.Certificate // signs the content, RFC 8551; nil: it does not
	PGP   *openpgp.Entity  // signs the content, RFC 3156; nil: it does not. Not both.

	// AllowPlain lets mail go without TLS to a server on this very computer that does not
	// offer it. The demo and tests set it.
	AllowPlain bool
}

// mailTime is how long a whole session may take. RFC 5321, 4.5.3.2.6, asks for ten minutes
// at the end of the data alone; a job has five in all, and a mail that is cut off later
// than this is uncertain, not lost.
const mailTime = 2 * time.Minute

// SendMail sends a letter to one address.
//
// Up to the end of the data nothing has happened yet, and whatever goes wrong is known:
// 5xx to the sender, the recipient or the data means never (RFC 5321, 4.2.1), all else
// means later. When the line breaks after it, nobody here can know.
func SendMail(ctx context.Context, door *fetch.Door, cfg Mail, to string, l Letter) Result {
	raw, err := cfg.raw(to, l)
	if err != nil {
		return Result{Outcome: Rejected, Detail: err.Error()}
	}
	conn, client, err := cfg.connect(ctx, door)
	if err != nil {
		if fetch.Why(err) != "" {
			r := unsent(err)
			if r.Outcome == Rejected {
				r.Outcome = Failed // the address is that of our own server
			}
			return r
		}
		return Result{Outcome: Failed, Detail: "mail server " + cfg.Host + ": " + err.Error()}
	}
	defer conn.Close()
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return Result{Outcome: Failed, Detail: "mail server " + cfg.Host + ": " + err.Error()}
	}
	receipt, err := hand(session, cfg.sender(), to, raw)
	if err == nil {
		client.CloseWithSMTPClient(session) // what goes wrong from here on is no matter
		return Result{Outcome: Sent, Receipt: "250 " + receipt}
	}
	return unaccepted(err)
}

// errOpen is a line that broke after the whole mail was sent.
type errOpen struct{ error }

// hand speaks the lines of one mail.
func hand(session *smtp.Client, from, to string, raw []byte) (receipt string, err error) {
	recipient, err := mail.ParseAddress(to)
	if err != nil {
		return "", err
	}
	if err := session.UpdateDeadline(mailTime); err != nil {
		return "", err
	}
	if err := session.Mail(from); err != nil {
		return "", err
	}
	if err := session.Rcpt(recipient.Address); err != nil {
		return "", err
	}
	w, err := session.Data()
	if err != nil {
		return "", err
	}
	if _, err := w.Write(raw); err != nil {
		return "", err
	}
	if err = w.Close(); err != nil {
		var said *textproto.Error
		if !errors.As(err, &said) {
			err = errOpen{err}
		}
		return "", err
	}
	return w.(*smtp.DataCloser).ServerResponse(), nil
}

// unaccepted is what a mail that was not taken means.
func unaccepted(err error) Result {
	r := Result{Outcome: Failed, Detail: err.Error()}
	var said *textproto.Error
	if open := (errOpen{}); errors.As(err, &open) {
		r.Outcome = Unknown
		r.Detail = "the line broke after the whole mail was sent and before the server said whether it took it; ask the platform whether it came (" + err.Error() + ")"
	} else if errors.As(err, &said) && said.Code >= 500 && said.Code < 600 {
		r.Outcome = Rejected
	}
	return r
}

// connect opens the connection and makes a client of the library for it.
func (cfg Mail) connect(ctx context.Context, door *fetch.Door) (net.Conn, *gomail.Client, error) {
	host, portText, err := net.SplitHostPort(cfg.Host)
	if err != nil {
		return nil, nil, err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, nil, err
	}
	conn, err := door.Dial(ctx, "tcp", cfg.Host)
	if err != nil {
		return nil, nil, err
	}
	policy := gomail.TLSMandatory
	if addr, ok := conn.RemoteAddr().(*net.TCPAddr); ok && addr.IP.IsLoopback() && cfg.AllowPlain {
		policy = gomail.TLSOpportunistic
	}
	settings := &tls.Config{ServerName: host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(mailTime), gomail.WithHELO(cfg.helo()), gomail.WithTLSConfig(settings),
	}
	use := conn
	if cfg.TLS == ImplicitTLS {
		use, options = tls.Client(conn, settings), append(options, gomail.WithSSL())
	} else {
		options = append(options, gomail.WithTLSPolicy(policy))
	}
	if cfg.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(cfg.User), gomail.WithPassword(cfg.Password))
	}
	options = append(options, gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return use, nil }))
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return conn, client, nil
}

func (cfg Mail) helo() string {
	if cfg.Helo != "" {
		return cfg.Helo
	}
	if from, err := mail.ParseAddress(cfg.From); err == nil {
		return domainOf(from.Address)
	}
	return "localhost"
}

// sender is the address that mail leaves from.
func (cfg Mail) sender() string {
	if from, err := mail.ParseAddress(cfg.From); err == nil {
		return from.Address
	}
	return cfg.From
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
