package mailbox

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/smtp"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

var received = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// box is a mailbox that is served, and what it took.
type box struct {
	t    *testing.T
	addr string
	fail error // what take says

	mu   sync.Mutex
	took []Mail
	raws []string
}

func (b *box) take(_ context.Context, m Mail) error {
	var raw []byte
	if m.Size < 16<<20 {
		var err error
		if raw, err = os.ReadFile(m.Raw); err != nil {
			return err
		}
	}
	for i, a := range m.Attached { // the files go when take returns
		if a.File == "" || a.Size > 16<<20 {
			continue
		}
		f, err := a.Open()
		if err != nil {
			return err
		}
		m.Attached[i].Body, err = io.ReadAll(f)
		f.Close()
		if err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.took, b.raws = append(b.took, m), append(b.raws, string(raw))
	return b.fail
}

// serve runs a mailbox for desk.example until the test ends.
func serve(t *testing.T, cfg Config) *box {
	t.Helper()
	b := &box{t: t}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.addr = l.Addr().String()
	cfg.Listener, cfg.Dir = l, t.TempDir()
	cfg.Now = func() time.Time { return received }
	if cfg.Domains == nil {
		cfg.Domains = []string{"desk.example"}
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, cfg, b.take) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(cfg.Dir); len(left) > 0 {
			t.Errorf("%d directories were left", len(left))
		}
	})
	return b
}

// send brings a mail, and fails as the server does.
func (b *box) send(from, to, text string) error {
	return smtp.SendMail(b.addr, nil, from, []string{to}, []byte(wire(text)))
}

// wire gives a text the line endings of SMTP.
func wire(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

// only is the one mail that was taken.
func (b *box) only() Mail {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.took) != 1 {
		b.t.Fatalf("%d mails were taken", len(b.took))
	}
	return b.took[0]
}

// parse takes a mail apart that did not come by SMTP.
func parse(t testing.TB, cfg Config, text string) (m Mail) {
	t.Helper()
	cfg.Dir = t.TempDir()
	cfg.Now = func() time.Time { return received }
	if cfg.Domains == nil {
		cfg.Domains = []string{"desk.example"}
	}
	err := Read(t.Context(), cfg, strings.NewReader(text), func(_ context.Context, got Mail) error { m = got; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// certificate makes one for 127.0.0.1, and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx.desk.example"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

// nameServer is a DNS server on this computer that knows the TXT records it is given.
func nameServer(t *testing.T, records map[string]string) Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := answer(buf[:n], records); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	return r.LookupTXT
}

func answer(query []byte, records map[string]string) ([]byte, error) {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	text, ok := records[strings.TrimSuffix(q.Name.String(), ".")]
	head.Response, head.RCode = true, dnsmessage.RCodeSuccess
	if !ok {
		head.RCode = dnsmessage.RCodeNameError
	}
	b := dnsmessage.NewBuilder(nil, head)
	b.StartQuestions()
	b.Question(q)
	b.StartAnswers()
	if ok && q.Type == dnsmessage.TypeTXT {
		var pieces []string // of at most 255 bytes, RFC 1035, 3.3.14
		for len(text) > 200 {
			pieces, text = append(pieces, text[:200]), text[200:]
		}
		b.TXTResource(dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 1}, dnsmessage.TXTResource{TXT: append(pieces, text)})
	}
	return b.Finish()
}
