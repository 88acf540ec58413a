package mailbox

import (
	"bufio"
	"io"
	"net/mail"
	"regexp"
	"strings"
)

// Bounce tells that a mail of ours did not arrive, or not yet.
type Bounce struct {
	Original   string // Message-ID of our mail, without angle brackets; "" when the bounce does not tell
	Recipient  string
	Status     string // RFC 3463: 5.1.1
	Diagnostic string // what the other server said
	Permanent  bool   // it never will; otherwise its server still tries
}

// report is what a multipart/report, or a mail of a mail server, tells.
type report struct {
	head       mail.Header // of our mail
	recipients []mail.Header
}

// status reads the fields of a delivery status: a group for the message, then one for each
// recipient (RFC 3464, 2.1).
func (w *walk) status(body io.Reader) error {
	r := bufio.NewReader(io.LimitReader(body, maxHead))
	if w.report == nil {
		w.report = &report{}
	}
	for range 1 + maxRecipients {
		group, more := readHead(r)
		if group.Get("Final-Recipient") != "" || group.Get("Action") != "" {
			w.report.recipients = append(w.report.recipients, group)
		}
		if !more {
			break
		}
	}
	io.Copy(io.Discard, body) // what is passed over may be damaged
	return nil
}

// original reads the head of the mail that a report returns.
func (w *walk) original(body io.Reader) error {
	if w.report.head == nil {
		w.report.head, _ = readHead(bufio.NewReader(body))
	}
	io.Copy(io.Discard, body)
	return nil
}

var daemon = regexp.MustCompile(`(?i)^(?:mailer-daemon|mail-daemon|maildaemon|postmaster|mdaemon|mailerdaemon)@`)

// byServer tells whether a mail is by a mail server, as old and odd ones bounce: from no one,
// in the name of its daemon, and not as an automatic answer of a person.
func byServer(m *Mail, head mail.Header) bool {
	if submitted := strings.ToLower(head.Get("Auto-Submitted")); strings.HasPrefix(submitted, "auto-generated") || submitted == "" || strings.HasPrefix(submitted, "no") {
		return head.Get("X-Failed-Recipients") != "" || daemon.MatchString(m.From) && m.Envelope == ""
	}
	return head.Get("X-Failed-Recipients") != ""
}

// bounce makes out whether the mail is one.
func (w *walk) bounce() *Bounce {
	if w.report == nil {
		return nil
	}
	b := &Bounce{Original: firstID(w.report.head.Get("Message-Id"))}
	text := w.mail.Text + "\n" + w.mail.Quoted
	if b.Original == "" {
		b.Original = firstID(isOriginal.FindString(text))
	}
	if b.Original == "" && len(w.mail.References) > 0 {
		b.Original = w.mail.References[len(w.mail.References)-1]
	}
	if b.Original == "" {
		b.Original = w.mail.InReplyTo
	}
	if len(w.report.recipients) == 0 {
		return w.unstructured(b, text)
	}
	rank := 0
	for _, r := range w.report.recipients {
		action := strings.ToLower(r.Get("Action"))
		found := map[string]int{"failed": 3, "delayed": 2}[action]
		if found <= rank {
			continue
		}
		rank = found
		b.Recipient = address(r.Get("Original-Recipient"), r.Get("Final-Recipient"))
		b.Status = statusCode.FindString(r.Get("Status"))
		b.Diagnostic = oneLine(afterType(r.Get("Diagnostic-Code")))
		b.Permanent = action == "failed" && !strings.HasPrefix(b.Status, "4")
	}
	if rank == 0 { // it tells that our mail arrived, or was handed on
		return nil
	}
	return b
}

var (
	isOriginal = regexp.MustCompile(`(?im)^[>\s]*Message-ID:\s*<[^<>\s]+>`)
	statusCode = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	replyCode  = regexp.MustCompile(`(?m)(?:^|[\s(:>])([45])\d\d[ \-#]`)
	addressee  = regexp.MustCompile(`<([^<>\s@]+@[^<>\s@]+)>`)
	waiting    = regexp.MustCompile(`(?i)\b(?:delayed|will (?:be retried|keep trying|continue)|still being retried|no action is required|warning)\b`)
)

// unstructured reads what a mail server wrote for people.
func (w *walk) unstructured(b *Bounce, text string) *Bounce {
	if w.head.Get("X-Failed-Recipients") == "" && !byServer(w.mail, w.head) && w.report.head == nil {
		return nil
	}
	b.Recipient = address(w.head.Get("X-Failed-Recipients"))
	if m := addressee.FindStringSubmatch(text); b.Recipient == "" && m != nil {
		b.Recipient = oneLine(m[1])
	}
	b.Status = statusCode.FindString(text)
	b.Permanent = !waiting.MatchString(w.mail.Subject + "\n" + text)
	if m := replyCode.FindStringSubmatch(text); m != nil {
		b.Permanent = b.Permanent && m[1] == "5"
	}
	for line := range strings.Lines(text) {
		if replyCode.MatchString(" "+line) || statusCode.MatchString(line) {
			b.Diagnostic = oneLine(line)
			break
		}
	}
	if b.Diagnostic == "" {
		b.Diagnostic = w.mail.Subject
	}
	return b
}

// afterType takes the type off a field: "smtp; 550 no such user".
func afterType(field string) string {
	if _, rest, ok := strings.Cut(field, ";"); ok {
		return strings.TrimSpace(rest)
	}
	return field
}

func address(fields ...string) string {
	for _, f := range fields {
		f = strings.Trim(afterType(f), " <>")
		if first, _, _ := strings.Cut(f, ","); first != "" {
			return oneLine(first)
		}
	}
	return ""
}
