package mailbox

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const answered = `From: =?iso-8859-1?Q?Andr=E9_Sample?= <Tco@Clips.Example>
To: answers+ord_1@desk.example
Subject: =?UTF-8?B?QVI6IMOWcmRlciBBUi0yMDI2LTAwMDAwMQ==?=
Date: Sat, 28 Nov 2026 09:58:00 +0100
Message-ID: <one@clips.example>
In-Reply-To: <dlv_1@desk.example>
References: <dlv_0@desk.example>
 <dlv_1@desk.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/plain; charset=iso-8859-15
Content-Transfer-Encoding: quoted-printable

C'est retir=E9, co=FBt 3 =A4.

Le 28 nov. 2026 =E0 09:12, Unit North <desk@desk.example> a =E9crit=A0:
> Please act.
--b1
Content-Type: application/json; name="../../annex-2-AR-2026-000001.json"
Content-Disposition: attachment; filename="../../annex-2-AR-2026-000001.json"
Content-Transfer-Encoding: base64

eyJmb3JtIjoi
YW5uZXgtMiJ9
--b1--
`

func TestAMailIsTaken(t *testing.T) {
	b := serve(t, Config{})
	if err := b.send("bounces@clips.example", "answers+ord_1@desk.example", answered); err != nil {
		t.Fatal(err)
	}
	m := b.only()
	if m.Envelope != "bounces@clips.example" || len(m.To) != 1 || m.To[0] != "answers+ord_1@desk.example" || m.Peer != "127.0.0.1" || m.TLS {
		t.Errorf("envelope %+v", m)
	}
	if m.From != "Tco@clips.example" || m.FromName != "André Sample" || m.Subject != "AR: Örder AR-2026-000001" || m.MessageID != "one@clips.example" || m.InReplyTo != "dlv_1@desk.example" ||
		strings.Join(m.References, " ") != "dlv_0@desk.example dlv_1@desk.example" || !m.Date.Equal(time.Date(2026, 11, 28, 8, 58, 0, 0, time.UTC)) || !m.ReceivedAt.Equal(received) {
		t.Errorf("head %+v", m)
	}
	if m.Text != "C'est retiré, coût 3 €." || !strings.HasPrefix(m.Quoted, "Le 28 nov. 2026 à 09:12") || !strings.HasSuffix(m.Quoted, "> Please act.") {
		t.Errorf("text %q, quoted %q", m.Text, m.Quoted)
	}
	if len(m.Attached) != 1 || m.Attached[0].Name != "annex-2-AR-2026-000001.json" || m.Attached[0].Type != "application/json" || string(m.Attached[0].Body) != `{"form":"annex-2"}` {
		t.Errorf("attached %+v", m.Attached)
	}
	if m.Auto != "" || m.Loop() || m.Bounce != nil || len(m.Faults) > 0 || len(m.DKIM) > 0 {
		t.Errorf("taken for %q, %+v, faults %q", m.Auto, m.Bounce, m.Faults)
	}
	if got := b.raws[0]; got != wire(answered) || m.Size != int64(len(got)) {
		t.Errorf("the bytes are not what came: %q", got)
	}
}

func TestMailComesEncrypted(t *testing.T) {
	settings, trust := certificate(t)
	b := serve(t, Config{TLS: settings})
	c, err := smtp.Dial(b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{ServerName: "127.0.0.1", RootCAs: trust}); err != nil {
		t.Fatal(err)
	}
	if err := bring(c, "a@clips.example", "x@DESK.example", strings.NewReader(wire(answered))); err != nil {
		t.Fatal(err)
	}
	if m := b.only(); !m.TLS {
		t.Error("it is not told that the mail came encrypted")
	}
}

// bring sends a mail over a session that is there.
func bring(c *smtp.Client, from, to string, text io.Reader) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, text); err != nil {
		return err
	}
	return w.Close()
}

func TestMailForOthersIsRefused(t *testing.T) {
	b := serve(t, Config{})
	for _, to := range []string{"x@other.example", "x@desk.example.evil.example", "desk.example", "postmaster"} {
		err := b.send("a@clips.example", to, answered)
		if err == nil || !strings.HasPrefix(err.Error(), "550") && !strings.HasPrefix(err.Error(), "501") {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if len(b.took) > 0 {
		t.Errorf("took %+v", b.took)
	}
}

func TestWhatIsNotKeptIsNotAccepted(t *testing.T) {
	b := serve(t, Config{})
	b.fail = errors.New("the database is away")
	err := b.send("a@clips.example", "x@desk.example", answered)
	if err == nil || !strings.HasPrefix(err.Error(), "451") || strings.Contains(err.Error(), "database") {
		t.Errorf("got %v", err)
	}
	b.fail = nil
	if err := b.send("a@clips.example", "x@desk.example", answered); err != nil || len(b.took) != 2 {
		t.Errorf("tried again: %v", err)
	}
}

// TestALineThatIsTooLongIsRefusedForGood: sent again it would be as long.
func TestALineThatIsTooLongIsRefusedForGood(t *testing.T) {
	b := serve(t, Config{})
	long := func(n int) error {
		return b.send("a@clips.example", "x@desk.example", "From: a@clips.example\n\n"+strings.Repeat("y", n)+"\n")
	}
	if err := long(10_000); err != nil || len(b.took) != 1 {
		t.Errorf("a line of 10,000 letters: %v", err)
	}
	if err := long(maxWireLine + 1); err == nil || !strings.HasPrefix(err.Error(), "554") {
		t.Errorf("a line of %d letters: %v", maxWireLine+1, err)
	}
}

func TestAMailThatBreaksOffIsNotTaken(t *testing.T) {
	b := serve(t, Config{})
	conn, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	for _, line := range []string{"", "EHLO x", "MAIL FROM:<a@clips.example>", "RCPT TO:<x@desk.example>", "DATA"} {
		if line != "" {
			fmt.Fprintf(conn, "%s\r\n", line)
		}
		for {
			reply, err := r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if len(reply) > 3 && reply[3] == ' ' {
				break
			}
		}
	}
	fmt.Fprintf(conn, "From: a@clips.example\r\n\r\nhalf")
	conn.Close()
	if err := b.send("a@clips.example", "x@desk.example", answered); err != nil {
		t.Fatal(err)
	}
	if m := b.only(); m.MessageID != "one@clips.example" {
		t.Errorf("took %+v", m)
	}
}

func TestAMailInACircleIsRefused(t *testing.T) {
	b := serve(t, Config{})
	err := b.send("a@clips.example", "x@desk.example", strings.Repeat("Received: from a by b\n", maxHops+1)+answered)
	if err == nil || !strings.HasPrefix(err.Error(), "554") {
		t.Errorf("got %v", err)
	}
}

// large is a mail with an attachment of so many bytes, made while it is read.
func large(size int64) io.Reader {
	head := "From: a@clips.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n" +
		"--b\r\nContent-Type: video/mp4; name=proof.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	line := []byte(base64.StdEncoding.EncodeToString(make([]byte, 57)) + "\r\n")
	return io.MultiReader(strings.NewReader(head), &repeated{line: line, left: size / 57}, strings.NewReader("--b--\r\n"))
}

type repeated struct {
	line []byte
	left int64
	rest []byte
}

func (r *repeated) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.rest) == 0 {
			if r.left == 0 {
				return n, io.EOF
			}
			r.rest, r.left = r.line, r.left-1
		}
		k := copy(p[n:], r.rest)
		r.rest = r.rest[k:]
		n += k
	}
	return n, nil
}

// peak is the most memory that the heap held while do ran, above what it held before.
func peak(do func()) int64 {
	heap := func() int64 {
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return int64(s.HeapInuse)
	}
	runtime.GC()
	before := heap()
	var most atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				most.Store(max(most.Load(), heap()))
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return most.Load() - before
}

const allowed = 40 << 20 // bytes of memory for a mail of any size

// attachment is the size of a large one, which is more than is allowed in memory.
func attachment() int64 {
	if raced {
		return 50 << 20
	}
	return 200 << 20
}

// A mail that is too large is refused: before it is sent where its size is told, while it is
// sent where not.
func TestALargeAttachmentIsRefused(t *testing.T) {
	b := serve(t, Config{})
	c, err := smtp.Dial(b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Hello("clips.example"); err != nil {
		t.Fatal(err)
	}
	if ok, size := c.Extension("SIZE"); !ok || size != fmt.Sprint(defaultMaxBytes) {
		t.Errorf("the size is announced as %q", size)
	}
	id, err := c.Text.Cmd("MAIL FROM:<a@clips.example> SIZE=%d", attachment())
	if err != nil {
		t.Fatal(err)
	}
	c.Text.StartResponse(id)
	if code, _, _ := c.Text.ReadResponse(250); code != 552 {
		t.Errorf("a size that is told: %d", code)
	}
	c.Text.EndResponse(id)
	used := peak(func() { err = bring(c, "a@clips.example", "x@desk.example", large(attachment())) })
	if err == nil || !strings.HasPrefix(err.Error(), "552") {
		t.Errorf("got %v", err)
	}
	if used > allowed {
		t.Errorf("it took %d MiB of memory", used>>20)
	}
	t.Logf("memory: %d MiB", used>>20)
	// The session goes on.
	if err := bring(c, "a@clips.example", "x@desk.example", strings.NewReader(wire(answered))); err != nil {
		t.Error(err)
	}
	if m := b.only(); m.MessageID != "one@clips.example" {
		t.Errorf("took %+v", m)
	}
}

// Where the limit lets it through, it goes to a file and not into memory.
func TestALargeAttachmentGoesToAFile(t *testing.T) {
	if testing.Short() {
		t.Skip("half a gigabyte through the disk")
	}
	b := serve(t, Config{MaxBytes: 400 << 20})
	c, err := smtp.Dial(b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	used := peak(func() { err = bring(c, "a@clips.example", "x@desk.example", large(attachment())) })
	if err != nil {
		t.Fatal(err)
	}
	m := b.only()
	if len(m.Attached) != 1 || m.Attached[0].Size != attachment()/57*57 || m.Attached[0].File == "" || m.Attached[0].Body != nil || m.Text != "See the file." {
		t.Errorf("got %+v", m.Attached)
	}
	if used > allowed {
		t.Errorf("it took %d MiB of memory", used>>20)
	}
	t.Logf("memory: %d MiB", used>>20)
}

func TestWhatADeadProcessLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, working+"old"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := clean(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
