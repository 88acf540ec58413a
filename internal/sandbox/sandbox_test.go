//go:build linux

package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/argine/argine/internal/problem"
)

// perl runs a few lines as a decoder that was taken over. Perl is part of every Debian and
// can make any system call.
func perl(t *testing.T, p Program, lines string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("perl"); err != nil {
		t.Skip("perl is not installed; it stands in for a decoder that was taken over")
	}
	p.Name, p.Args = "perl", []string{"-e", "$|=1;" + lines}
	var out bytes.Buffer
	err := Run(t.Context(), p, &out)
	return out.String(), err
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func needFull(t *testing.T) {
	t.Helper()
	if !Level().Full() {
		t.Skipf("this machine gives less: %s", Level())
	}
}

func TestItReadsWhatItIsGivenAndNothingElse(t *testing.T) {
	mine, other := file(t, "mine"), file(t, "other")
	show := func(name string) string {
		return fmt.Sprintf(`open(F, "<", %q) or die "refused: $!"; print <F>;`, name)
	}
	if got, err := perl(t, Program{Read: []string{mine}}, show(mine)); got != "mine" || err != nil {
		t.Errorf("its own input: %q, %v", got, err)
	}
	if got, err := perl(t, Program{Read: []string{filepath.Dir(mine)}}, show(mine)); got != "mine" || err != nil {
		t.Errorf("from a directory: %q, %v", got, err)
	}
	needFull(t)
	for _, name := range []string{"/etc/passwd", other, "/proc/self/environ", "/proc/1/cmdline", "/usr/share"} {
		if got, err := perl(t, Program{Read: []string{mine}}, show(name)); got != "" || err == nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestItHasNoEnvironment(t *testing.T) {
	t.Setenv("ARGINE_MADE_UP_SECRET", "x")
	if got, err := perl(t, Program{}, `print join ",", map {"$_=$ENV{$_}"} keys %ENV`); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestItCallsNobody(t *testing.T) {
	if !Level().Calls {
		t.Skip("system calls are not filtered here")
	}
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	port := server.Addr().(*net.TCPAddr).Port
	for what, lines := range map[string]string{
		"connect":        fmt.Sprintf(`socket(S,2,1,0) or die "$!"; connect(S, pack("S n a4 x8", 2, %d, "\x7f\0\0\1")) or die; print "in"`, port),
		"unix socket":    `socket(S,1,1,0) or die "$!"; print "in"`,
		"pair":           `socketpair(A,B,1,1,0) or die "$!"; print "in"`,
		"fork":           `defined(fork) or die "$!"; print "in"`,
		"another":        `exec "/bin/cat", "/etc/hostname" or die "$!"`,
		"kill":           fmt.Sprintf(`kill(0, %d) or die "$!"; print "in"`, os.Getpid()),
		"write":          `open(F, ">", "/tmp/argine-must-not-be") or die "$!"; print "in"`,
		"ptrace":         sys(101, 0, 0, 0, 0),
		"process memory": sys(310, os.Getpid(), 0, 0, 0),
		"unshare":        sys(272, 0x10000000),
		"io_uring":       sys(425, 1, 0),
		"bpf":            sys(321, 0, 0, 0),
		"mount":          sys(165, 0, 0, 0, 0),
		"clone3":         sys(435, 0, 0),
		"x32 socket":     sys(0x40000000+41, 2, 1, 0),
		"limits of else": sys(302, os.Getpid(), 7, 0, 0),
		"memfd":          sys(319, 0, 0),
		// A filter that went on comparing the argument with numbers of calls would let these pass.
		"fork by flags 57":      sys(56, 0x39, 0, 0, 0),
		"fork by flags 160":     sys(56, 0xa0, 0, 0, 0),
		"open with 0x101":       sys(2, 0, 0x101, 0),
		"openat with O_RDWR":    sys(257, -100, 0, 2, 0),
		"openat with an offset": sys(257, -100, 0, 0x101, 0),
	} {
		if strings.Contains(lines, "syscall(") && runtime.GOARCH != "amd64" {
			continue // the numbers are those of amd64
		}
		if got, err := perl(t, Program{}, lines); got != "" || err == nil {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
}

// sys makes a raw call and fails unless the call was let through: an address that is 0 is
// a fault (EFAULT, 14) behind the filter and no matter for it.
func sys(number int, args ...int) string {
	text := []string{strconv.Itoa(number)}
	for _, a := range args {
		text = append(text, strconv.Itoa(a))
	}
	return `$r = syscall(` + strings.Join(text, ",") + `); die "refused: $!" if $r == -1 && ($!+0 == 1 || $!+0 == 38); print "in"`
}

func TestWhatTheCallsTestMustNotRefuse(t *testing.T) {
	if !Level().Calls || runtime.GOARCH != "amd64" {
		t.Skip("system calls are not filtered here, or have other numbers")
	}
	for what, lines := range map[string]string{"getpid": sys(39), "a missing file": sys(2, 0, 0, 0), "own limits": sys(302, 0, 7, 0, 0)} {
		if got, err := perl(t, Program{}, lines); got != "in" || err != nil {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
}

func TestLimits(t *testing.T) {
	var failed *Failed
	for _, tt := range []struct {
		what, lines string
		limits      Limits
		want        error
		kind        problem.Kind
	}{
		{"wall", `sleep 30`, Limits{Wall: 300 * time.Millisecond}, ErrTime, problem.TooLarge},
		{"processor", `1 while 1`, Limits{Wall: 20 * time.Second, CPU: time.Second}, ErrTime, problem.TooLarge},
		{"output", `print "x" x 100000 while 1`, Limits{Output: 1 << 20}, ErrOutput, problem.TooLarge},
		{"messages", `print STDERR "x" x 100000 while 1`, Limits{Output: 1 << 20}, ErrOutput, problem.TooLarge},
	} {
		start := time.Now()
		_, err := perl(t, Program{Limits: tt.limits}, tt.lines)
		if !errors.Is(err, tt.want) || !problem.Is(err, tt.kind) {
			t.Errorf("%s: %v", tt.what, err)
		}
		if spent := time.Since(start); spent > 15*time.Second {
			t.Errorf("%s: it lived for %s", tt.what, spent)
		}
	}
	if _, err := perl(t, Program{Limits: Limits{Memory: 256 << 20}}, `$x = "a" x (1 << 30); print length $x`); !errors.As(err, &failed) || !problem.Is(err, problem.Invalid) {
		t.Errorf("memory: %v", err)
	}
	if got, err := perl(t, Program{}, `$x = "a" x (1 << 28); print length $x`); got != "268435456" || err != nil {
		t.Errorf("within its memory: %q, %v", got, err)
	}
	lines := `for (1..100) { push @f, $f; open($f, "<", "/dev/null") or die "too many"; push @g, $f; undef $f }`
	if _, err := perl(t, Program{Limits: Limits{Files: 32}}, lines); !errors.As(err, &failed) || !strings.Contains(failed.Stderr, "too many") {
		t.Errorf("files: %v", err)
	}
}

func TestScratch(t *testing.T) {
	dir := t.TempDir()
	write := func(n int) string {
		return fmt.Sprintf(`open(F, ">", "out") or die "$!"; print F "x" x %d; close F or die "$!"; print "done"`, n)
	}
	if got, err := perl(t, Program{Scratch: dir}, write(10)); got != "done" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "out")); len(data) != 10 || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	if got, err := perl(t, Program{Scratch: dir, Limits: Limits{File: 1000}}, write(100_000)); got != "" || err == nil {
		t.Errorf("over the size of a file: %q, %v", got, err)
	}
}

func TestHowItEnds(t *testing.T) {
	var failed *Failed
	if _, err := perl(t, Program{}, `print STDERR "cannot read it"; exit 3`); !errors.As(err, &failed) || failed.Code != 3 || failed.Stderr != "cannot read it" {
		t.Errorf("%v", err)
	}
	if _, err := perl(t, Program{}, `kill 'SEGV', $$; syscall(234, $$, $$, 11)`); !errors.As(err, &failed) || failed.Signal == "" {
		t.Errorf("%v", err)
	}
	var said bytes.Buffer
	if _, err := perl(t, Program{Stderr: &said}, `print STDERR "a note"`); err != nil || said.String() != "a note" {
		t.Errorf("%q, %v", said.String(), err)
	}
	broken := errors.New("the reader had enough")
	start := time.Now()
	err := Run(t.Context(), Program{Name: "perl", Args: []string{"-e", `$|=1; print "x"; sleep 20`}}, writerFunc(func([]byte) (int, error) { return 0, broken }))
	if err != broken || time.Since(start) > 10*time.Second {
		t.Errorf("a reader that stops: %v after %s", err, time.Since(start))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := Run(ctx, Program{Name: "perl", Args: []string{"-e", "sleep 20"}}, &said); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrTime) {
		t.Errorf("the caller's end: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestAMissingProgramSaysWhatToInstall(t *testing.T) {
	err := Run(t.Context(), Program{Name: "argine-no-such-decoder", Package: "made-up"}, &bytes.Buffer{})
	if !errors.Is(err, ErrMissing) || !problem.Is(err, problem.Unavailable) || !strings.Contains(problem.Message(err), "apt-get install --no-install-recommends made-up") {
		t.Errorf("%v", err)
	}
	err = Run(t.Context(), Program{Name: "cat", Read: []string{"/no/such/file"}}, &bytes.Buffer{})
	if errors.Is(err, ErrMissing) || !problem.Is(err, problem.Unavailable) {
		t.Errorf("a missing input: %v", err)
	}
}

// What Level promises and the kernel does not give must stop the run.
func TestAStepThatFailsIsNotPassedOver(t *testing.T) {
	text, err := Program{Name: "cat", Read: []string{file(t, "x")}}.prepare()
	if err != nil {
		t.Fatal(err)
	}
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	o.Level.Files, o.Read = 1, []string{"/no/such/file"} // a rule that cannot be made
	changed, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	r := &run{program: Program{Name: "cat"}, stdout: &limited{to: &out, left: 100}, stderr: &limited{to: &out, left: 100}}
	err = r.explain(t.Context(), t.Context(), r.do(t.Context(), string(changed)))
	if !problem.Is(err, problem.Unavailable) || !strings.Contains(err.Error(), "restrict files") || out.Len() > 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

// A weaker machine: each part works without the other.
func TestPartsWorkAlone(t *testing.T) {
	input := file(t, "content")
	for _, level := range []Strength{{}, {Files: Level().Files}, {Calls: Level().Calls}} {
		text, err := Program{Name: "cat", Args: []string{input}, Read: []string{input}}.prepare()
		if err != nil {
			t.Fatal(err)
		}
		var o order
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		o.Level = level
		changed, _ := json.Marshal(o)
		var out bytes.Buffer
		r := &run{program: Program{Name: "cat"}, stdout: &limited{to: &out, left: 100}}
		r.stderr = &limited{to: &r.said, left: 100}
		if err := r.explain(t.Context(), t.Context(), r.do(t.Context(), string(changed))); err != nil || out.String() != "content" {
			t.Errorf("%+v: %v, %q", level, err, out.String())
		}
		if level.Full() == (level.Files == 0 || !level.Calls) || level.String() == Level().String() && Level().Full() {
			t.Errorf("%+v calls itself %s", level, level)
		}
	}
}

// As another user than root, where the tests run as root.
func TestAsAnybody(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("the other tests run as an ordinary user already")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for d := dir; d != "/" && d != os.TempDir(); d = filepath.Dir(d) {
		os.Chmod(d, 0o755)
	}
	data, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "again.test")
	if err := os.WriteFile(copied, data, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run=TestItReads|TestItCalls|TestScratch", "-test.v")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Dir = "/"
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestItReads") {
		t.Errorf("%v\n%s", err, out)
	}
}
