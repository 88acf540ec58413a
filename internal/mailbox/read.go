package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/emersion/go-smtp"
)

// Read takes a mail apart that did not come by SMTP: a file that a person uploads. take gets
// it as from Serve.
func Read(ctx context.Context, cfg Config, r io.Reader, take func(context.Context, Mail) error) error {
	cfg = cfg.withDefaults()
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return err
	}
	return read(ctx, cfg, Mail{}, &crlf{r: bufio.NewReader(&atMost{r, cfg.MaxBytes})}, take)
}

// atMost fails where a mail is too large, as the SMTP server does.
type atMost struct {
	r    io.Reader
	left int64
}

func (a *atMost) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if a.left -= int64(n); a.left < 0 {
		return 0, smtp.ErrDataTooLarge
	}
	return n, err
}

// crlf gives every line the ending that it has on the wire and that its signatures are over.
type crlf struct {
	r    *bufio.Reader
	last byte
	held bool // a line feed is to follow
}

func (c *crlf) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if c.held {
			p[n], c.held, c.last = '\n', false, '\n'
			n++
			continue
		}
		b, err := c.r.ReadByte()
		if err != nil {
			return n, err
		}
		if b == '\n' && c.last != '\r' {
			b, c.held = '\r', true
		}
		p[n], c.last = b, b
		n++
	}
	return n, nil
}

// read spools a mail to a directory of its own, takes it apart and hands it on.
func read(ctx context.Context, cfg Config, m Mail, r io.Reader, take func(context.Context, Mail) error) error {
	dir, err := os.MkdirTemp(cfg.Dir, working)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m.Raw, m.ReceivedAt = filepath.Join(dir, "raw"), cfg.Now()
	raw, err := os.OpenFile(m.Raw, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer raw.Close()
	if m.Size, err = io.Copy(raw, r); err != nil {
		return err
	}
	if err := m.parse(raw, dir); err != nil {
		return err
	}
	if m.DKIM, err = cfg.verify(ctx, &m, raw); err != nil {
		return err
	}
	cfg.judge(&m)
	return take(ctx, m)
}

// parse fills in what the mail says. What cannot be read is told in Faults, and the rest is
// kept: a person can look at it.
func (m *Mail) parse(raw io.ReadSeeker, dir string) error {
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return err
	}
	body := bufio.NewReader(raw)
	head, whole := readHead(body)
	if !whole {
		m.fault("the head of the mail is damaged or too long")
	}
	if len(head["Received"]) > maxHops {
		return errHops
	}
	m.head, m.wholeHead = head, whole
	m.readHead(head)
	if m.Peer == "" { // it did not come by SMTP; the server that took it has noted the envelope
		m.Envelope = strings.Trim(head.Get("Return-Path"), "<> ")
	}
	w := &walk{mail: m, dir: dir, head: head}
	if byServer(m, head) {
		w.report = &report{}
	}
	err := w.part(textproto.MIMEHeader(head), body, 0)
	m.Text, m.Quoted = w.texts()
	m.Bounce = w.bounce()
	return err
}

func (m *Mail) fault(text string) { m.Faults = append(m.Faults, text) }

// readHead reads the head of a mail or of a message in it, as far as it can be read.
func readHead(r *bufio.Reader) (head mail.Header, whole bool) {
	var text bytes.Buffer
	for {
		line, err := r.ReadSlice('\n')
		if text.Len()+len(line) > maxHead {
			return parseHead(text.Bytes()), false
		}
		text.Write(line)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil || len(bytes.TrimRight(line, "\r\n")) == 0 {
			return parseHead(text.Bytes()), err == nil
		}
	}
}

// parseHead reads header fields and passes over lines that are none.
func parseHead(text []byte) mail.Header {
	head := mail.Header{}
	var name string
	var value strings.Builder
	put := func() {
		if name != "" {
			head[name] = append(head[name], value.String())
		}
		name = ""
		value.Reset()
	}
	for line := range bytes.Lines(text) {
		s := strings.TrimRight(string(line), "\r\n")
		if len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
			value.WriteString(" " + strings.TrimSpace(s))
			continue
		}
		put()
		key, rest, ok := strings.Cut(s, ":")
		if ok && key != "" && !strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
			name = textproto.CanonicalMIMEHeaderKey(key)
			value.WriteString(strings.TrimSpace(rest))
		}
	}
	put()
	return head
}

func (m *Mail) readHead(head mail.Header) {
	m.Subject = words(head.Get("Subject"))
	m.MessageID = firstID(head.Get("Message-Id"))
	m.InReplyTo = firstID(head.Get("In-Reply-To"))
	m.References = ids(head.Get("References"))
	m.Date, _ = head.Date()
	if len(head["From"]) != 1 {
		m.fault("the mail has not exactly one line From; who wrote it cannot be said")
		return
	}
	parser := mail.AddressParser{WordDecoder: decoder}
	authors, err := parser.ParseList(head.Get("From"))
	if err != nil || len(authors) != 1 {
		m.fault("the line From does not name one author")
		return
	}
	m.From, m.FromName = lowerDomain(authors[0].Address), oneLine(authors[0].Name)
}

var isID = regexp.MustCompile(`<([^<>\s]{1,500})>`)

// ids finds Message-IDs, without their angle brackets.
func ids(text string) (list []string) {
	for _, m := range isID.FindAllStringSubmatch(text, 100) {
		list = append(list, strings.ToValidUTF8(m[1], ""))
	}
	return list
}

func firstID(text string) string {
	if list := ids(text); len(list) > 0 {
		return list[0]
	}
	return ""
}

// lowerDomain writes the domain of an address small; what stands before the @ belongs to it.
func lowerDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	return address[:at+1] + strings.ToLower(address[at+1:])
}

var decoder = &mime.WordDecoder{CharsetReader: charsetReader}

// words decodes RFC 2047.
func words(text string) string {
	if decoded, err := decoder.DecodeHeader(text); err == nil {
		text = decoded
	}
	return oneLine(text)
}

const maxLine = 1000 // characters of a subject or a name

// oneLine makes a text fit for one line of a screen: no control characters, and no marks that
// turn the direction of writing around.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(plain(text)), " ")
	if runes := []rune(text); len(runes) > maxLine {
		text = string(runes[:maxLine])
	}
	return text
}

func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
