package deliver

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/argine/argine/internal/fetch"
)

// mailServer is a real one that refuses where it is told to.
type mailServer struct {
	addr                   string
	mailErr, rcptErr, dErr error
	auth                   bool

	mu   sync.Mutex
	took []taken
}

type taken struct {
	from, to, user string
	tls            bool
	data           []byte
}

type mailSession struct {
	s *mailServer
	c *smtp.Conn
	taken
}

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.s.mailErr
}
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return s.s.rcptErr }
func (s *mailSession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.s.dErr != nil {
		return s.s.dErr
	}
	s.data = data
	_, s.tls = s.c.TLSConnectionState()
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.s.took = append(s.s.took, s.taken)
	return nil
}
func (s *mailSession) Reset()        {}
func (s *mailSession) Logout() error { return nil }
func (s *mailSession) AuthMechanisms() []string {
	if s.s.auth {
		return []string{sasl.Plain}
	}
	return nil
}
func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "right" {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *mailServer) serve(t *testing.T, settings *tls.Config, implicit bool) {
	t.Helper()
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &mailSession{s: s, c: c}, nil }))
	server.Domain = "mx.example"
	server.TLSConfig = settings
	server.AllowInsecureAuth = false
	server.ErrorLog = log.New(io.Discard, "", 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	if implicit {
		l = tls.NewListener(l, settings)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
}

func (s *mailServer) config() Mail {
	return Mail{Host: s.addr, From: "desk@unit.example", AllowPlain: true}
}

func TestMailIsTaken(t *testing.T) {
	var s mailServer
	s.serve(t, nil, false)
	l := compose(t, content("el", 2))
	r := SendMail(t.Context(), door(t, fetch.Config{}), s.config(), "trust@clips.example", l)
	if r.Outcome != Sent || !strings.HasPrefix(r.Receipt, "250 ") || r.Detail != "" {
		t.Fatalf("got %+v", r)
	}
	if len(s.took) != 1 || s.took[0].from != "desk@unit.example" || s.took[0].to != "trust@clips.example" {
		t.Fatalf("took %+v", s.took)
	}
	m, err := mail.ReadMessage(bytes.NewReader(s.took[0].data))
	if err != nil {
		t.Fatal(err)
	}
	var words mime.WordDecoder
	subject, _ := words.DecodeHeader(m.Header.Get("Subject"))
	from, _ := m.Header.AddressList("From")
	date, _ := m.Header.Date()
	if subject != l.Subject || from[0].Name != "Unité Nord" || from[0].Address != "desk@unit.example" || !date.Equal(approved) ||
		m.Header.Get("Message-ID") != "<dlv_01@unit.example>" || m.Header.Get("Content-Language") != "el" {
		t.Errorf("head %v", m.Header)
	}
	parts := partsOf(t, m)
	if got := strings.ReplaceAll(string(parts[""]), "\r\n", "\n"); got != l.Body {
		t.Errorf("body %q, want %q", got, l.Body)
	}
	for _, file := range l.Attached {
		if !bytes.Equal(parts[file.Name], file.Body) {
			t.Errorf("attached %s: %q", file.Name, parts[file.Name])
		}
	}
}

// partsOf decodes the parts of a mail by file name.
func partsOf(t *testing.T, m *mail.Message) map[string][]byte {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		t.Fatal(kind, err)
	}
	out := map[string][]byte{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = p
		switch strings.ToLower(p.Header.Get("Content-Transfer-Encoding")) {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, p)
		case "quoted-printable":
			body = quotedprintable.NewReader(p)
		}
		if out[p.FileName()], err = io.ReadAll(body); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatMailServersRefuse(t *testing.T) {
	refuse := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for name, c := range map[string]struct {
		server *mailServer
		to     string
		want   Outcome
		detail string
	}{
		"no such user":    {&mailServer{rcptErr: refuse(550, "no such user")}, "x@clips.example", Rejected, "no such user"},
		"try later":       {&mailServer{rcptErr: refuse(451, "greylisted")}, "x@clips.example", Failed, "greylisted"},
		"sender refused":  {&mailServer{mailErr: refuse(553, "not from you")}, "x@clips.example", Rejected, "not from you"},
		"sender later":    {&mailServer{mailErr: refuse(421, "busy")}, "x@clips.example", Failed, "busy"},
		"content refused": {&mailServer{dErr: refuse(554, "looks odd")}, "x@clips.example", Rejected, "looks odd"},
		"disk full":       {&mailServer{dErr: refuse(452, "no space")}, "x@clips.example", Failed, "no space"},
		"no address":      {&mailServer{}, "trust at clips", Rejected, "trust at clips"},
	} {
		c.server.serve(t, nil, false)
		r := SendMail(t.Context(), door(t, fetch.Config{}), c.server.config(), c.to, compose(t, content("en", 1)))
		if r.Outcome != c.want || !strings.Contains(r.Detail, c.detail) || len(c.server.took) != 0 {
			t.Errorf("%s: %+v, want %s", name, r, c.want)
		}
	}
}

// script plays a server line by line, to break the connection at a chosen place.
func script(t *testing.T, play func(conn net.Conn, r *bufio.Reader)) Mail {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		play(conn, bufio.NewReader(conn))
	}()
	return Mail{Host: l.Addr().String(), From: "desk@unit.example", AllowPlain: true}
}

// until answers commands with 250 until one begins with the word, which is left unanswered.
func until(conn net.Conn, r *bufio.Reader, word string) error {
	for {
		line, err := r.ReadString('\n')
		if err != nil || strings.HasPrefix(line, word) {
			return err
		}
		if _, err := io.WriteString(conn, "250 fine\r\n"); err != nil {
			return err
		}
	}
}

func TestLinesThatBreak(t *testing.T) {
	greet := func(conn net.Conn) { io.WriteString(conn, "220 mx.example\r\n") }
	data := func(conn net.Conn, r *bufio.Reader, bytesOf func(line string) bool) {
		greet(conn)
		if until(conn, r, "DATA") != nil {
			return
		}
		io.WriteString(conn, "354 go on\r\n")
		for {
			line, err := r.ReadString('\n')
			if err != nil || bytesOf(line) {
				return
			}
		}
	}
	cases := map[string]struct {
		play func(net.Conn, *bufio.Reader)
		want Outcome
	}{
		"cut at once":          {func(net.Conn, *bufio.Reader) {}, Failed},
		"not open":             {func(c net.Conn, r *bufio.Reader) { io.WriteString(c, "554 no service here\r\n") }, Failed},
		"cut at the recipient": {func(c net.Conn, r *bufio.Reader) { greet(c); until(c, r, "RCPT") }, Failed},
		"cut before the data":  {func(c net.Conn, r *bufio.Reader) { greet(c); until(c, r, "DATA") }, Failed},
		"cut after the data":   {func(c net.Conn, r *bufio.Reader) { data(c, r, func(l string) bool { return l == ".\r\n" }) }, Unknown},
		"nonsense after the data": {func(c net.Conn, r *bufio.Reader) {
			data(c, r, func(l string) bool { return l == ".\r\n" })
			io.WriteString(c, "what?\r\n")
		}, Unknown},
		"cut when it has taken it": {func(c net.Conn, r *bufio.Reader) {
			data(c, r, func(l string) bool { return l == ".\r\n" })
			io.WriteString(c, "250 2.0.0 queued as 7F\r\n")
		}, Sent},
	}
	for name, c := range cases {
		cfg := script(t, c.play)
		r := SendMail(t.Context(), door(t, fetch.Config{}), cfg, "trust@clips.example", compose(t, content("en", 1)))
		if r.Outcome != c.want {
			t.Errorf("%s: %+v, want %s", name, r, c.want)
		}
		if c.want == Sent && !strings.Contains(r.Receipt, "queued as 7F") {
			t.Errorf("%s: receipt %q", name, r.Receipt)
		}
	}
	gone := script(t, func(net.Conn, *bufio.Reader) {})
	_, port, _ := net.SplitHostPort(gone.Host)
	for _, host := range []string{"10.0.0.9:25", "nohost", "mail.example.:" + port + "x"} {
		gone.Host = host
		if r := SendMail(t.Context(), door(t, fetch.Config{}), gone, "trust@clips.example", compose(t, content("en", 1))); r.Outcome != Failed || r.Detail == "" {
			t.Errorf("%s: %+v", host, r)
		}
	}
}

func TestMailIsProtectedOnItsWay(t *testing.T) {
	cert, pool := certificate(t, "mail.unit.example")
	settings := &tls.Config{Certificates: []tls.Certificate{cert}}
	l := compose(t, content("en", 1))
	send := func(s *mailServer, change func(*Mail)) Result {
		_, port, _ := net.SplitHostPort(s.addr)
		cfg := Mail{Host: "mail.unit.example:" + port, From: "desk@unit.example", RootCAs: pool}
		change(&cfg)
		return SendMail(t.Context(), door(t, fetch.Config{Hosts: map[string]string{cfg.Host: s.addr}}), cfg, "trust@clips.example", l)
	}
	start := &mailServer{auth: true}
	start.serve(t, settings, false)
	signIn := func(m *Mail) { m.User, m.Password = "desk", "right" }
	if r := send(start, signIn); r.Outcome != Sent || !start.took[0].tls || start.took[0].user != "desk" {
		t.Errorf("STARTTLS with sign-in: %+v, %+v", r, start.took)
	}
	if r := send(start, func(m *Mail) { m.AllowPlain = true }); r.Outcome != Sent || !start.took[1].tls {
		t.Errorf("TLS was offered and not taken: %+v", r)
	}
	if r := send(start, func(m *Mail) { m.User, m.Password = "desk", "wrong" }); r.Outcome != Failed || strings.Contains(r.Detail, "wrong") {
		t.Errorf("wrong password: %+v", r)
	}
	if r := send(start, func(m *Mail) { m.RootCAs = x509.NewCertPool() }); r.Outcome != Failed || !strings.Contains(r.Detail, "certificate") {
		t.Errorf("a certificate of nobody: %+v", r)
	}
	first := &mailServer{}
	first.serve(t, settings, true)
	if r := send(first, func(m *Mail) { m.TLS = ImplicitTLS }); r.Outcome != Sent || !first.took[0].tls {
		t.Errorf("TLS from the first byte: %+v", r)
	}
	plain := &mailServer{}
	plain.serve(t, nil, false)
	if r := send(plain, func(*Mail) {}); r.Outcome != Failed || !strings.Contains(r.Detail, "STARTTLS") || len(plain.took) != 0 {
		t.Errorf("mail left without TLS: %+v", r)
	}
}

// certificate makes one for a name, signed by itself.
func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
