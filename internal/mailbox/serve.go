package mailbox

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"

	"github.com/argine/argine/internal/problem"
)

var (
	errElsewhere = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "we take no mail for this domain"}
	errLater     = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "we cannot keep the mail now; try again later"}
	errTooLarge  = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "the mail is larger than we take; send less, or answer by webhook or in the portal"}
	errLine      = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "a line of the mail is too long; send it in lines of at most 998 characters"}
	errHops      = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 4, 6}, Message: "the mail has been through too many servers; it goes in a circle"}
)

// Serve takes mail in until ctx ends. What take returns an error for is not accepted, and
// the sender's server tries again.
func Serve(ctx context.Context, cfg Config, take func(context.Context, Mail) error) error {
	cfg = cfg.withDefaults()
	if err := clean(cfg.Dir); err != nil {
		return err
	}
	l := cfg.Listener
	if l == nil {
		var err error
		if l, err = net.Listen("tcp", cfg.Listen); err != nil {
			return problem.Wrap(err, problem.Unavailable, "the address %s for incoming mail is taken or cannot be used; choose another with inbound.listen", cfg.Listen)
		}
	}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, cfg: cfg, take: take, conn: c}, nil
	}))
	s.Domain, s.TLSConfig = cfg.Name, cfg.TLS
	s.MaxMessageBytes, s.MaxRecipients, s.MaxLineLength = cfg.MaxBytes, maxRecipients, maxWireLine
	s.ReadTimeout, s.WriteTimeout = sessionTime, sessionTime
	s.EnableSMTPUTF8 = true
	s.ErrorLog = log.New(io.Discard, "", 0)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
			stopped, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTime)
			defer cancel()
			if s.Shutdown(stopped) != nil {
				s.Close()
			}
		case <-ended:
		}
	}()
	err := s.Serve(netutil.LimitListener(l, maxSessions))
	if ctx.Err() != nil || errors.Is(err, smtp.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

const working = "mail-" // prefix of the directories of mails that are being worked on

// clean removes what a process that died left. Its mails were not accepted.
func clean(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return problem.Wrap(err, problem.Unavailable, "the directory %s for incoming mail cannot be made; check the permissions of the data directory", dir)
	}
	left, err := filepath.Glob(filepath.Join(dir, working+"*"))
	for _, path := range left {
		os.RemoveAll(path)
	}
	return err
}

// session is one connection.
type session struct {
	ctx  context.Context
	cfg  Config
	take func(context.Context, Mail) error
	conn *smtp.Conn
	from string
	to   []string
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	at := strings.LastIndexByte(to, '@')
	if at < 0 || !slices.ContainsFunc(s.cfg.Domains, func(d string) bool { return strings.EqualFold(d, to[at+1:]) }) {
		return errElsewhere
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	_, encrypted := s.conn.TLSConnectionState()
	peer, _, _ := net.SplitHostPort(s.conn.Conn().RemoteAddr().String())
	envelope := Mail{Envelope: s.from, To: s.to, Peer: peer, TLS: encrypted}
	err := read(s.ctx, s.cfg, envelope, r, s.take)
	var said *smtp.SMTPError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, smtp.ErrDataTooLarge):
		return errTooLarge
	case errors.Is(err, smtp.ErrTooLongLine): // it will be as long the next time
		return errLine
	case errors.As(err, &said):
		return said
	}
	s.cfg.Log.Error("a mail could not be kept; its sender will try again", "from", s.from, "error", err)
	return errLater
}
