package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/argine/argine/internal/app"
)

// process is the built program in a process of its own, on a data directory that outlives it.
type process struct {
	t    *testing.T
	args []string
	cmd  *exec.Cmd

	mu   sync.Mutex
	base string
}

var readyAt = regexp.MustCompile(`ready at (http://\S+)`)

// start runs the program, and waits until it says at which address it is.
func (r *process) start() error {
	path, err := program()
	if err != nil {
		return err
	}
	out := &firstLine{found: make(chan string, 1)}
	r.cmd = exec.Command(path, r.args...)
	r.cmd.Stdout, r.cmd.Stderr = out, os.Stderr
	if err := r.cmd.Start(); err != nil {
		return err
	}
	select {
	case base := <-out.found:
		r.mu.Lock()
		defer r.mu.Unlock()
		r.base = base
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%v does not start: %s", r.args, out.text.String())
	}
}

func (r *process) address() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.base
}

// kill ends it as a loss of power does, and runs it again.
func (r *process) kill() {
	r.end()
	if err := r.start(); err != nil {
		r.t.Error(err)
	}
}

func (r *process) end() {
	r.cmd.Process.Kill() // SIGKILL
	r.cmd.Wait()
}

// firstLine finds the address in what a program prints.
type firstLine struct {
	text  bytes.Buffer
	found chan string
	done  bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	f.text.Write(p)
	if at := readyAt.FindSubmatch(f.text.Bytes()); at != nil && !f.done {
		f.done = true
		f.found <- string(at[1])
	}
	return len(p), nil
}

// placed is the program with a data directory of its own. It does not run yet.
func placed(t *testing.T, args ...string) *process {
	return &process{t: t, args: append(args, "--listen", "127.0.0.1:0", "--data", t.TempDir())}
}

// token makes a token of its first account, before it runs for the first time.
func (r *process) token() string {
	r.t.Helper()
	_, secret, err := app.LocalToken(r.t.Context(), r.args[len(r.args)-1], "", "admin@localhost", "test", nil, time.Hour)
	if err == nil {
		err = r.start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(r.end)
	return secret
}

// post is a mail server. It holds back its answer to the next mail while its sender dies.
type post struct {
	addr string
	mu   sync.Mutex
	kept []string
	came chan struct{} // closed when the next mail is there whole
	dead chan struct{} // closed when its sender has died
}

func newPost(t *testing.T) *post {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &post{addr: l.Addr().String()}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{p}, nil }))
	s.Domain = "post.example"
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return p
}

// holding has the next mail held, and returns what kills its sender meanwhile.
func (p *post) holding(t *testing.T, kill func()) func() {
	came, dead := make(chan struct{}), make(chan struct{})
	p.mu.Lock()
	p.came, p.dead = came, dead
	p.mu.Unlock()
	return func() {
		select {
		case <-came:
		case <-time.After(patience):
			t.Error("no mail came")
		}
		kill()
		close(dead)
	}
}

// mails counts those that hold a text.
func (p *post) mails(text string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.kept {
		if bytes.Contains([]byte(m), []byte(text)) {
			n++
		}
	}
	return n
}

type session struct{ p *post }

func (s session) Mail(string, *smtp.MailOptions) error { return nil }
func (s session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s session) Reset()                               {}
func (s session) Logout() error                        { return nil }
func (s session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	s.p.kept = append(s.p.kept, string(text))
	came, dead := s.p.came, s.p.dead
	s.p.came, s.p.dead = nil, nil
	s.p.mu.Unlock()
	if came != nil {
		close(came)
		<-dead
	}
	return nil
}

// write lays a file into its data directory.
func (r *process) write(name, text string) {
	r.t.Helper()
	if err := os.WriteFile(filepath.Join(r.args[len(r.args)-1], name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}
