package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/argine/argine/internal/problem"
)

// childName is how the child knows itself: its argument zero.
const childName = "argine-sandbox"

// Run runs a program and gives its standard output to out. It returns nil when the program
// ended well; errors of kinds Unavailable (ErrMissing: nothing to run), TooLarge (ErrTime,
// ErrOutput) and Invalid (*Failed: the input is damaged); or the error of ctx or of out.
// What out had got before an error was the program's own output.
func Run(ctx context.Context, p Program, out io.Writer) error {
	text, err := p.prepare()
	if err != nil {
		return err
	}
	limits := p.Limits.orDefaults(p.Scratch != "")
	timed, cancel := context.WithTimeout(ctx, limits.Wall)
	defer cancel()
	r := &run{program: p, stdout: &limited{to: out, left: limits.Output, over: cancel}}
	r.stderr = &limited{to: &r.said, left: limits.Output, over: cancel}
	if p.Stderr != nil {
		r.stderr.to = p.Stderr
	}
	err = r.do(timed, text)
	return r.explain(ctx, timed, err)
}

type run struct {
	program        Program
	stdout, stderr *limited
	said           tail
	refused        []byte // why the child could not be confined
}

// do starts the child, waits for its end and sees that nothing of it stays.
func (r *run) do(ctx context.Context, text string) error {
	status, statusEnd, err := os.Pipe()
	if err != nil {
		return err
	}
	defer status.Close()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", text)
	cmd.Args[0] = childName
	cmd.Env = []string{}
	cmd.Dir = "/"
	if r.program.Scratch != "" {
		cmd.Dir = r.program.Scratch
	}
	cmd.Stdout, cmd.Stderr = r.stdout, r.stderr
	cmd.ExtraFiles = []*os.File{statusEnd} // descriptor 3 of the child
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Start()
	statusEnd.Close()
	if err != nil {
		return err
	}
	r.refused, _ = io.ReadAll(io.LimitReader(status, 4096)) // ends when the child becomes the program
	err = cmd.Wait()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	return err
}

// explain says in the words of package problem how a run ended.
func (r *run) explain(caller, timed context.Context, err error) error {
	name := r.program.Name
	var exit *exec.ExitError
	switch {
	case len(r.refused) > 0:
		return problem.Wrap(errors.New(string(r.refused)), problem.Unavailable, "%s was not run, because it could not be confined; the log has the reason", name)
	case r.stdout.err != nil:
		return r.stdout.err // of the caller's own writer
	case r.stderr.err != nil:
		return r.stderr.err
	case r.stdout.left < 0 || r.stderr.left < 0:
		return problem.Wrap(ErrOutput, problem.TooLarge, "%s gave more output than is taken", name)
	case caller.Err() != nil:
		return caller.Err()
	case errors.Is(timed.Err(), context.DeadlineExceeded):
		return problem.Wrap(ErrTime, problem.TooLarge, "%s took longer than is waited for", name)
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return problem.Wrap(err, problem.Unavailable, "%s cannot be run", name)
	}
	failed := &Failed{Program: name, Code: exit.ExitCode(), Stderr: strings.TrimSpace(string(r.said))}
	if state, ok := exit.Sys().(syscall.WaitStatus); ok && state.Signaled() {
		failed.Signal = state.Signal().String()
		if state.Signal() == syscall.SIGXCPU {
			return problem.Wrap(ErrTime, problem.TooLarge, "%s took more processor time than it may", name)
		}
	}
	return problem.Wrap(failed, problem.Invalid, "%s cannot read this file; it is damaged, or of a kind that is not read", name)
}

// limited passes on what it gets until its limit, and then ends the run.
type limited struct {
	to   io.Writer
	left int64 // below 0 when there was too much
	over func()
	err  error // of to
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		l.over()
		return 0, ErrOutput
	}
	n, err := l.to.Write(p)
	if err != nil {
		l.err = err
		l.over()
	}
	return n, err
}

// tail keeps the end of what is written to it.
type tail []byte

const tailBytes = 2048

func (t *tail) Write(p []byte) (int, error) {
	*t = append(*t, p[max(0, len(p)-tailBytes):]...)
	if extra := len(*t) - tailBytes; extra > 0 {
		*t = bytes.Clone((*t)[extra:])
	}
	return len(p), nil
}
