package app_test

import (
	"io"
	"net"
	netsmtp "net/smtp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postOffice is a real mail server that keeps what it is given, or carries it on to another one.
type postOffice struct {
	addr string
	mu   sync.Mutex
	kept []letterKept
	on   map[string]string // domain of a recipient to the address of its server
}

type letterKept struct{ from, to, text string }

func newPostOffice(t *testing.T) *postOffice {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{addr: l.Addr().String()}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &postSession{p: p}, nil }))
	s.Domain = "post.example"
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return p
}

func (p *postOffice) mails() []letterKept {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letterKept(nil), p.kept...)
}

type postSession struct {
	p *postOffice
	l letterKept
}

func (s *postSession) Mail(from string, _ *smtp.MailOptions) error { s.l.from = from; return nil }
func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error   { s.l.to = to; return nil }
func (s *postSession) Reset()                                      {}
func (s *postSession) Logout() error                               { return nil }
func (s *postSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.l.text = string(text)
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.kept = append(s.p.kept, s.l)
	if server := s.p.on[s.l.to[strings.LastIndexByte(s.l.to, '@')+1:]]; server != "" {
		return netsmtp.SendMail(server, nil, s.l.from, []string{s.l.to}, text)
	}
	return nil
}
