package deliver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
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
	msg, err := cfg.message(to, l)
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
	err = client.SendWithSMTPClient(session, msg)
	if msg.IsDelivered() {
		client.CloseWithSMTPClient(session) // what goes wrong from here on is no matter
		return Result{Outcome: Sent, Receipt: "250 " + msg.ServerResponse()}
	}
	return unaccepted(err)
}

// unaccepted is what a mail that was not taken means.
func unaccepted(err error) Result {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return Result{Outcome: Failed, Detail: err.Error()}
	}
	r := Result{Outcome: Failed, Detail: e.Error()}
	switch {
	case e.Reason == gomail.ErrSMTPDataClose && e.ErrorCode() == 0:
		r.Outcome = Unknown
		r.Detail = "the line broke after the whole mail was sent and before the server said whether it took it; ask the platform whether it came (" + e.Error() + ")"
	case e.ErrorCode() >= 500 && e.ErrorCode() < 600:
		r.Outcome = Rejected
	}
	return r
}

// message builds the mail.
func (cfg Mail) message(to string, l Letter) (*gomail.Msg, error) {
	from, err := mail.ParseAddress(cfg.From)
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the sender's address %q is none; correct it in the settings", cfg.From)
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(l.Unit, from.Address); err != nil {
		return nil, err
	}
	recipient, err := mail.ParseAddress(to)
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the platform's contact address %q is none; correct it", to)
	}
	m.ToMailAddress(recipient)
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(string(l.Delivery) + "@" + domainOf(from.Address))
	m.SetDateWithValue(l.Date)
	m.SetGenHeader("Content-Language", l.Language)
	m.SetBodyString(gomail.TypeTextPlain, l.Body)
	for _, file := range l.Attached {
		m.AttachReadSeeker(file.Name, bytes.NewReader(file.Body), gomail.WithFileContentType(gomail.ContentType(file.Type)))
	}
	return m, nil
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

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
