package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tryAgain is the exit code with which a command says that it may work later (sysexits.h, EX_TEMPFAIL).
const tryAgain = 75

// maxSaid bounds what is kept of what a command says, in bytes.
const maxSaid = 64 << 10

// command runs the operator's own program. It is not confined as programs are that read what
// strangers sent: the operator wrote or chose it, and its work is on the service itself. It
// gets no shell, so that nothing in a URL is ever a command, and only the environment that is
// named here; it ends with its whole process group when its time is over.
func (s *Service) command(ctx context.Context, t Task) Outcome {
	dir, err := os.MkdirTemp(s.temp, "keep-")
	if err != nil {
		return Outcome{Again: true, Detail: "no directory can be made for copies: " + err.Error()}
	}
	clear := func() { os.RemoveAll(dir) }
	input, err := json.Marshal(t)
	if err != nil {
		clear()
		return Outcome{Detail: err.Error()}
	}
	given, err := handBack(t.Back)
	if err != nil {
		clear()
		return Outcome{Again: true, Detail: "what was kept could not be handed back: " + err.Error()}
	}
	defer given.close()
	cmd := exec.CommandContext(ctx, s.cfg.Command[0], s.cfg.Command[1:]...)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Env = append(inherited(), "ARGINE_ACTION="+t.Action, "ARGINE_ACT="+t.ID, "ARGINE_CASE="+t.Case, "ARGINE_URL="+t.URL,
		"ARGINE_REFERENCE="+t.Reference, "ARGINE_AUTHORITY="+t.Authority, "ARGINE_KEEP="+dir)
	cmd.Env, cmd.ExtraFiles = append(cmd.Env, given.env...), given.files
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	said, complained := &bounded{}, &bounded{}
	cmd.Stdout, cmd.Stderr = said, complained
	if err = cmd.Start(); err == nil {
		given.pour()
		err = cmd.Wait()
	}
	out := Outcome{Close: clear, Copies: copies(dir)}
	var note string
	out.Report, note = report(said.Bytes())
	out.Detail = strings.TrimSpace(note + "\n" + strings.ToValidUTF8(complained.String(), "\uFFFD"))
	s.ended(ctx, &out, err, given.broken.Load())
	return out
}

// ended notes what it means how the command ended; broken is why it did not get back all that was kept.
func (s *Service) ended(ctx context.Context, out *Outcome, err error, broken *string) {
	var exit *exec.ExitError
	switch {
	case err == nil && broken != nil:
		out.Again, out.Detail = true, "what was kept could not be handed back to its end: "+*broken+". "+out.Detail
	case err == nil:
		out.Done = true
	case ctx.Err() != nil:
		out.Again, out.Detail = true, "the command did not end within "+s.limit.String()+" and was stopped. "+out.Detail
	case errors.As(err, &exit):
		out.Again = exit.ExitCode() == tryAgain
		out.Detail = "the command ended with exit code " + strconv.Itoa(exit.ExitCode()) + ". " + out.Detail
	default:
		out.Detail = "the command could not be run: " + err.Error()
	}
}

// inherited is the part of our environment that a command may need to find its way.
func inherited() (env []string) {
	for _, name := range []string{"PATH", "HOME", "LANG", "TZ", "TMPDIR", "USER"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// copies are the plain files that a command laid down. Links are not followed: they could lead
// to what is none of the content.
func copies(dir string) (list []Copy) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		list = append(list, Copy{Name: e.Name(), Type: mime.TypeByExtension(filepath.Ext(e.Name())), Open: func() (io.ReadCloser, error) { return os.Open(path) }})
	}
	return list
}

// bounded keeps the beginning of what is written to it.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if room := maxSaid - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
