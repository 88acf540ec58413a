package deliver

import (
	"bytes"
	"net/mail"

	gomail "github.com/wneessen/go-mail"

	"github.com/argine/argine/internal/problem"
)

// raw is the mail as it goes over the line: written, protected as the settings and the
// platform ask, and signed by our domain.
func (cfg Mail) raw(to string, l Letter) ([]byte, error) {
	m, err := cfg.message(to, l)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, err
	}
	raw := crlf(b.Bytes())
	if l.PGPKey != "" || cfg.PGP != nil {
		if raw, err = cfg.pgp(raw, l); err != nil {
			return nil, err
		}
	}
	if cfg.DKIM != nil {
		return cfg.DKIM.sign(raw)
	}
	return raw, nil
}

// crlf gives every line the ending that it has on the wire, before signatures are made over it.
func crlf(text []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
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
	if cfg.SMIME != nil {
		if err := m.SignWithTLSCertificate(cfg.SMIME); err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "the mail cannot be signed with the S/MIME certificate; see smtp.smime_certificate")
		}
	}
	return m, nil
}
