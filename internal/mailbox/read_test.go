package mailbox

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestHTMLIsReadAsText(t *testing.T) {
	m := parse(t, Config{}, `From: a@clips.example
Content-Type: text/html; charset=windows-1252

<html><head><title>no</title><style>p{}</style></head><body><p>We&nbsp;have <b>removed</b>
it: `+"\x80"+` 3.</p><div>Regards<br>Clips</div><script>alert(1)</script>
<div>On 28 Nov 2026, Unit North wrote:</div><blockquote><p>Please act.</p></blockquote></body></html>
`)
	if m.Text != "We have removed it: € 3.\n\nRegards\nClips" || !strings.Contains(m.Quoted, "Please act.") || strings.Contains(m.Text+m.Quoted, "alert") {
		t.Errorf("text %q, quoted %q", m.Text, m.Quoted)
	}
}

func TestOfTwoFormsThePlainOneIsTaken(t *testing.T) {
	m := parse(t, Config{}, "From: a@clips.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n")
	if m.Text != "plain" || len(m.Attached) != 0 {
		t.Errorf("text %q, attached %v", m.Text, m.Attached)
	}
}

// A reply in another language and writing direction, with the original quoted.
func TestAReplyInAnotherLanguage(t *testing.T) {
	m := parse(t, Config{}, `From: tco@clips.example
Subject: =?windows-1256?B?0c86IMfj0SBBUi0yMDI2LTAwMDAwMQ==?=
Content-Type: text/plain; charset=windows-1256
Content-Transfer-Encoding: 8bit

`+"\xca\xe3\xca \xc7\xe1\xc5\xd2\xc7\xe1\xc9."+`

On Sat, 28 Nov 2026 at 09:12, Unit North <desk@desk.example> wrote:
> Reference AR-2026-000001
`)
	if m.Text != "تمت الإزالة." || m.Subject != "رد: امر AR-2026-000001" || !strings.Contains(m.Quoted, "AR-2026-000001") {
		t.Errorf("subject %q, text %q, quoted %q", m.Subject, m.Text, m.Quoted)
	}
}

func TestHostileMail(t *testing.T) {
	deep := "From: a@clips.example\nContent-Type: multipart/mixed; boundary=b0\n\n"
	for i := range 50 {
		deep += fmt.Sprintf("--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	for name, c := range map[string]struct {
		text  string
		fault string
	}{
		"deep":           {deep, "more parts"},
		"many parts":     {"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: image/png\n\nx\n", 2*maxParts), "more parts"},
		"a long head":    {"From: a@b.example\n" + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\n", 200) + "\ntext\n", "head"},
		"no end":         {"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext", "ends in the middle"},
		"no author":      {"Subject: x\n\ntext\n", "From"},
		"two authors":    {"From: a@b.example, c@d.example\n\ntext\n", "author"},
		"two lines From": {"From: a@b.example\nFrom: c@d.example\n\ntext\n", "From"},
		"bad base64":     {"From: a@b.example\nContent-Type: application/x; name=f\nContent-Transfer-Encoding: base64\n\nQUJD=A\n", "damaged"},
		"a long text":    {"From: a@b.example\n\n" + strings.Repeat("x\n", maxText), "longer"},
	} {
		m := parse(t, Config{}, c.text)
		if !strings.Contains(strings.Join(m.Faults, "; "), c.fault) || len(m.Faults) == 0 || len(m.Attached) > maxParts || len(m.Text) > maxText {
			t.Errorf("%s: faults %q, %d attached", name, m.Faults, len(m.Attached))
		}
	}
}

func TestNamesOfFiles(t *testing.T) {
	for given, want := range map[string]string{
		`"../../etc/passwd"`: "passwd", `"C:\\x\\a.json"`: "a.json", `"a\u202egpj.exe"`: "agpj.exe", `"a<b>|c?.txt"`: "a_b__c_.txt", `".."`: "part-2", `"=?utf-8?Q?=C3=A9.pdf?="`: "é.pdf",
		`"` + strings.Repeat("x", 300) + `.json"`: strings.Repeat("x", 145) + ".json",
	} {
		given = strings.ReplaceAll(given, `\u202e`, "\u202e")
		m := parse(t, Config{}, "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="+given+"\n\nx\n--b--\n")
		if len(m.Attached) != 1 || m.Attached[0].Name != want {
			t.Errorf("%s: %+v, want %q", given, m.Attached, want)
		}
	}
}

func TestAnUploadThatIsTooLargeIsRefused(t *testing.T) {
	err := Read(t.Context(), Config{Dir: t.TempDir(), MaxBytes: 100}, strings.NewReader(strings.Repeat("x", 101)), func(context.Context, Mail) error { t.Error("taken"); return nil })
	if err == nil {
		t.Error("no error")
	}
}

// Whatever comes, it is taken apart without a failure, and what comes out fits a screen and a disk.
func FuzzRead(f *testing.F) {
	f.Add([]byte(answered))
	files, _ := filepath.Glob("testdata/bounces/*.eml")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-16\n\n<p\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m := parse(t, Config{Resolver: func(context.Context, string) ([]string, error) { return nil, nil }}, string(text))
		for _, s := range []string{m.Subject, m.FromName, m.Auto, m.Text, m.Quoted} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u202e' }) {
				t.Errorf("%q is not fit to be shown", s)
			}
		}
		var size int64
		for _, a := range m.Attached {
			size += a.Size
			if a.Name == "" || strings.ContainsAny(a.Name, "/\\\x00\n") {
				t.Errorf("an attachment is named %q", a.Name)
			}
		}
		if size > 2*int64(len(text)) || len(m.Text)+len(m.Quoted) > 4*maxText {
			t.Errorf("%d bytes came to %d of attachments and %d of text", len(text), size, len(m.Text))
		}
		if _, ok := m.Proof(); ok {
			t.Error("proven without a key")
		}
	})
}
