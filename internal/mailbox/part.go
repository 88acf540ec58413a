package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
)

// walk goes through the parts of a mail.
type walk struct {
	mail   *Mail
	dir    string
	head   mail.Header // of the mail
	parts  int
	memory int64  // bytes of attachments in memory
	plain  []byte // text/plain parts
	html   []byte // text/html parts
	report *report
}

// part takes one part: what it is made of, if it is of several; else its text, or a file.
// An error is one of this machine; what is wrong with the mail is a fault of it.
func (w *walk) part(head textproto.MIMEHeader, body io.Reader, depth int) error {
	if w.parts++; w.parts > maxParts || depth > maxDepth {
		if w.parts == maxParts+1 || depth == maxDepth+1 {
			w.mail.fault("the mail has more parts than are looked at")
		}
		return nil
	}
	kind, params, err := mime.ParseMediaType(head.Get("Content-Type"))
	if err != nil && (kind == "" || !errors.Is(err, mime.ErrInvalidMediaParameter)) {
		kind = "text/plain" // RFC 2045, 5.2
		if head.Get("Content-Type") != "" {
			kind = "application/octet-stream"
		}
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		return w.several(kind, params, body, depth)
	}
	body = decoded(head.Get("Content-Transfer-Encoding"), body)
	disposition, named, _ := mime.ParseMediaType(head.Get("Content-Disposition"))
	name := fileName(named["filename"], params["name"])
	switch {
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		return w.status(body)
	case w.report != nil && (kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/global" || kind == "message/global-headers"):
		return w.original(body)
	case disposition == "attachment" || name != "":
	case kind == "text/plain":
		return w.text(&w.plain, params["charset"], body)
	case kind == "text/html":
		return w.text(&w.html, params["charset"], body)
	}
	if name == "" {
		name = fmt.Sprintf("part-%d%s", w.parts, extension(kind))
	}
	return w.file(name, kind, body)
}

func (w *walk) several(kind string, params map[string]string, body io.Reader, depth int) error {
	if kind == "multipart/report" && (params["report-type"] == "delivery-status" || params["report-type"] == "") && depth == 0 {
		w.report = &report{}
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			w.mail.fault("the mail ends in the middle, or its parts are damaged")
			return nil
		}
		if err := w.part(p.Header, p, depth+1); err != nil {
			return err
		}
	}
}

// decoded undoes a transfer encoding. Base64 is read as leniently as mail readers do.
func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, &alphabet{body})
	}
	return body
}

// alphabet lets through what is base64.
type alphabet struct{ r io.Reader }

func (a *alphabet) Read(p []byte) (int, error) {
	for {
		n, err := a.r.Read(p)
		kept := 0
		for _, c := range p[:n] {
			if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' {
				p[kept] = c
				kept++
			}
		}
		if kept > 0 || err != nil || len(p) == 0 {
			return kept, err
		}
	}
}

// text adds a part to the text of the mail, as far as there is room.
func (w *walk) text(to *[]byte, charset string, body io.Reader) error {
	room := int64(maxText - len(*to))
	read, err := io.ReadAll(io.LimitReader(inUTF8(charset, body), room+1))
	if int64(len(read)) > room {
		read = read[:room]
		w.mail.fault("the text is longer than is kept; the whole is in the mail as it came")
	}
	if err != nil {
		w.mail.fault("a text is damaged: " + oneLine(err.Error()))
	}
	if len(*to) > 0 && len(read) > 0 {
		*to = append(*to, '\n')
	}
	*to = append(*to, read...)
	return nil
}

// file keeps an attachment: a small one in memory, while there is room, a large one in a file.
func (w *walk) file(name, kind string, body io.Reader) error {
	a := Attachment{Name: name, Type: kind}
	var small bytes.Buffer
	n, err := io.Copy(&small, io.LimitReader(body, min(inMemory, maxMemory-w.memory)+1))
	a.Size = n
	if n <= min(inMemory, maxMemory-w.memory) {
		a.Body = small.Bytes()
		w.memory += n
	} else if err == nil {
		path := filepath.Join(w.dir, fmt.Sprintf("part-%d", w.parts))
		var failed, damaged error
		if a.Size, failed, damaged = spill(path, io.MultiReader(&small, body)); failed != nil {
			return failed
		}
		a.File, err = path, damaged
	}
	if err != nil {
		w.mail.fault("the attachment " + name + " is damaged: " + oneLine(err.Error()))
	}
	w.mail.Attached = append(w.mail.Attached, a)
	return nil
}

// spill writes to a file, and tells a failure of the disk from one of the mail.
func spill(path string, from io.Reader) (n int64, failed, damaged error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err, nil
	}
	defer f.Close()
	source := &noting{r: from}
	n, err = io.Copy(f, source)
	if source.err != nil {
		return n, nil, source.err
	}
	return n, err, nil
}

type noting struct {
	r   io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	k, err := n.r.Read(p)
	if err != nil && err != io.EOF {
		n.err = err
	}
	return k, err
}

// fileName is the first of the names that is one, without what a path or a shell could make of it.
func fileName(names ...string) string {
	for _, name := range names {
		name = words(name)
		name = name[strings.LastIndexAny(name, `/\`)+1:]
		name = strings.Map(func(r rune) rune {
			if strings.ContainsRune(`<>:"|?*`, r) {
				return '_'
			}
			return r
		}, name)
		name = strings.Trim(name, ". ")
		if runes := []rune(name); len(runes) > 150 {
			name = string(runes[len(runes)-150:])
		}
		if name != "" {
			return name
		}
	}
	return ""
}

func extension(kind string) string {
	switch kind {
	case "application/json":
		return ".json"
	case "application/pdf":
		return ".pdf"
	case "message/rfc822":
		return ".eml"
	case "text/csv":
		return ".csv"
	}
	return ""
}
