package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync"
	"syscall"

	seccomp "github.com/elastic/go-seccomp-bpf"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// statusFile is the descriptor on which the child says why it did not become the program.
const statusFile = 3

// Level tells what this machine gives. It asks the kernel once.
var Level = sync.OnceValue(func() Strength {
	var s Strength
	if v, err := ll.LandlockGetABIVersion(); err == nil && v > 0 {
		s.Files = v
	}
	s.Calls = (runtime.GOARCH == "amd64" || runtime.GOARCH == "arm64") && seccomp.Supported() // 32-bit machines call by other names
	return s
})

// In the child that Run starts, this never returns: the process becomes the decoder. It is
// done before main and not by a call from there, because a program that forgot the call,
// such as a test, would do all its own work once more, and start children in turn.
func init() {
	if len(os.Args) != 2 || os.Args[0] != childName {
		return
	}
	// Rights belong to threads. The one that gives them up is the one that lives on.
	runtime.LockOSThread()
	err := become(os.Args[1])
	fmt.Fprint(os.NewFile(statusFile, "status"), err)
	os.Exit(125)
}

// become confines this thread and turns the process into the program. It returns only
// where that failed.
func become(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	unix.CloseRange(statusFile, math.MaxInt32, unix.CLOSE_RANGE_CLOEXEC) // before 5.11 missing; Go's own are marked
	unix.CloseOnExec(statusFile)
	if err := dropCapabilities(); err != nil {
		return err
	}
	if o.Level.Files > 0 {
		if err := o.confineFiles(); err != nil {
			return fmt.Errorf("restrict files: %w", err)
		}
	}
	if o.Level.Calls {
		if err := o.confineCalls(); err != nil {
			return fmt.Errorf("restrict system calls: %w", err)
		}
	}
	if err := o.Limits.set(); err != nil {
		return err
	}
	return fmt.Errorf("run %s: %w", o.Path, syscall.Exec(o.Path, o.Args, nil))
}

// dropCapabilities leaves the thread without any and without a way to them: no_new_privs
// (prctl(2)) keeps even root's next program from more than it has now, which is nothing.
func dropCapabilities() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if err := unix.Capset(&head, &none[0]); err != nil {
		return fmt.Errorf("drop capabilities: %w", err)
	}
	return nil
}

// set puts the limits in force, address space last: from there on this process itself,
// whose runtime reserves more, can hardly allocate.
func (l Limits) set() error {
	cpu := uint64(math.Ceil(l.CPU.Seconds()))
	for _, limit := range []struct {
		resource  int
		soft, max uint64
	}{
		{unix.RLIMIT_CORE, 0, 0},
		{unix.RLIMIT_NOFILE, uint64(l.Files), uint64(l.Files)},
		{unix.RLIMIT_FSIZE, uint64(l.File), uint64(l.File)},
		{unix.RLIMIT_CPU, cpu, cpu + 1},
		{unix.RLIMIT_AS, uint64(l.Memory), uint64(l.Memory)},
	} {
		value := unix.Rlimit{Cur: limit.soft, Max: limit.max}
		if err := unix.Setrlimit(limit.resource, &value); err != nil {
			return fmt.Errorf("limit resource %d to %d: %w", limit.resource, limit.soft, err)
		}
	}
	return nil
}
