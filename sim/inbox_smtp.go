package sim

import (
	"encoding/base64"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

var (
	errNoSuchUser = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user here"}
	errNoLetter   = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "no referral attached that we can read"}
	errDisk       = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "no space left"}
)

const mailName = "mx.example"

func (n *Internet) newMailServer() *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{net: n, platform: -1}, nil }))
	s.Domain, s.TLSConfig = mailName, n.ca.config()
	s.MaxMessageBytes = maxLetter
	s.MaxRecipients = 4
	s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	s.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// mailSession is one connection to the mail server of all platforms.
type mailSession struct {
	net      *Internet
	platform int
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *mailSession) Reset()                               { s.platform = -1 }
func (s *mailSession) Logout() error                        { return nil }

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	user, domain, _ := strings.Cut(bare(to), "@")
	i, ok := s.net.world.smtpDomain(domain)
	if !ok || lowerASCII(user) != "trust" || s.net.world.platforms[i].bounces {
		return errNoSuchUser
	}
	s.platform = i
	return nil
}

// Data keeps the message before it says that it has it. The same Message-ID again is taken
// again, as mail servers do, and counted.
func (s *mailSession) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return errNoLetter
	}
	l, ok := findLetter(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body, 0)
	io.Copy(io.Discard, r)
	id := bare(message.Header.Get("Message-ID"))
	if !ok || id == "" {
		return errNoLetter
	}
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	if err := s.net.record(s.net.accepted(s.platform, id, l)); err != nil {
		return errDisk
	}
	return nil
}

// findLetter looks through the parts of a message for the JSON with the referral.
func findLetter(contentType, encoding string, body io.Reader, depth int) (letter, bool) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || depth > 4 {
		return letter{}, false
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return letter{}, false
			}
			if l, ok := findLetter(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth+1); ok {
				return l, true
			}
		}
	}
	if !strings.HasSuffix(kind, "json") && !strings.HasSuffix(params["name"], ".json") {
		return letter{}, false
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return letter{}, false
	}
	l, err := readLetter(text)
	return l, err == nil
}
