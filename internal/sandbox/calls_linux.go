package sandbox

import (
	"fmt"
	"os"
	"unsafe"

	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// allowed are the system calls of a program that computes, with threads, on files that it
// reads. It is a list of what may be and not of what may not, because kernels grow new calls.
var allowed = []string{
	"read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev", "pwritev2",
	"close", "close_range", "lseek", "fadvise64", "readahead", "dup", "dup2", "dup3", "pipe", "pipe2", "fcntl",
	"stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2",
	"readlink", "readlinkat", "getdents", "getdents64", "getcwd", "umask",
	"poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd", "eventfd2",
	"mmap", "munmap", "mprotect", "mremap", "madvise", "mlock", "mlock2", "munlock", "msync", "mincore", "brk", "membarrier",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "rt_sigpending", "rt_sigsuspend", "sigaltstack", "restart_syscall",
	"futex", "set_robust_list", "get_robust_list", "set_tid_address", "rseq", "arch_prctl", "gettid", "getpid", "getppid", "getpgrp", "getpgid", "getsid",
	"getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
	"clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage", "getcpu", "sysinfo", "uname", "getrandom",
	"sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
	"getrlimit", "setrlimit", // without capabilities limits only go down
	"wait4", "waitid", "exit", "exit_group",
	"execve", // for us, with the filter in force; Landlock then leaves only the program itself to execute
}

// scratchCalls change names and lengths of files: allowed where there is a Scratch directory.
var scratchCalls = []string{"open", "openat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "ftruncate", "fallocate", "fsync", "fdatasync"}

// writing are the flags of open(2) with which a file is not only read.
const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC

// clause allows a call by the lower half of one argument, all that the kernel looks at in
// these. A call may have several.
type clause struct {
	name string
	arg  uint32
	test bpf.JumpTest
	val  uint32
}

func clauses(scratch bool) []clause {
	list := []clause{
		{"clone", 0, bpf.JumpBitsSet, unix.CLONE_THREAD},      // threads, but no processes
		{"tgkill", 0, bpf.JumpEqual, uint32(os.Getpid())},     // abort(3); the number stays that of the program
		{"prlimit64", 0, bpf.JumpEqual, 0},                    // its own limits only
		{"prctl", 0, bpf.JumpEqual, uint32(unix.PR_SET_NAME)}, // names of threads
		{"prctl", 0, bpf.JumpEqual, uint32(unix.PR_GET_NAME)},
	}
	if !scratch {
		list = append(list, clause{"open", 1, bpf.JumpBitsNotSet, writing}, clause{"openat", 2, bpf.JumpBitsNotSet, writing})
	}
	return list
}

// Offsets in struct seccomp_data (linux/seccomp.h): the call, the architecture, and the
// lower halves of the arguments on a little-endian machine.
const (
	offCall    = 0
	offMachine = 4
	offArgs    = 16
)

const (
	ret      = unix.SECCOMP_RET_ERRNO
	x32Calls = 0x40000000 // numbers of the x32 way to call on amd64, which the filter must not be evaded by
)

// filter is the program that the kernel runs at each system call. Every test ends in an
// answer or passes over exactly that answer.
func filter(machine *arch.Info, scratch bool) []bpf.Instruction {
	f := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offMachine, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(machine.ID), SkipTrue: 1},
		bpf.RetConstant{Val: ret | uint32(unix.EPERM)}, // such as 32-bit calls on amd64
		bpf.LoadAbsolute{Off: offCall, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: x32Calls, SkipTrue: 1},
		bpf.RetConstant{Val: ret | uint32(unix.ENOSYS)},
	}
	when := func(name string, then ...bpf.Instruction) {
		if number, known := machine.SyscallNames[name]; known { // some are of one architecture only
			f = append(f, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(number), SkipTrue: uint8(len(then))})
			f = append(f, then...)
		}
	}
	yes, no := bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}, bpf.RetConstant{Val: ret | uint32(unix.EPERM)}
	for _, name := range allowed {
		when(name, yes)
	}
	if scratch {
		for _, name := range scratchCalls {
			when(name, yes)
		}
	}
	for _, c := range clauses(scratch) {
		when(c.name, bpf.LoadAbsolute{Off: offArgs + 8*c.arg, Size: 4}, bpf.JumpIf{Cond: c.test, Val: c.val, SkipFalse: 1}, yes, bpf.LoadAbsolute{Off: offCall, Size: 4})
	}
	// clone3(2) hides its flags in memory. Told that there is none, the C library takes clone(2).
	when("clone3", bpf.RetConstant{Val: ret | uint32(unix.ENOSYS)})
	return append(f, no)
}

// confineCalls puts the filter in force for this thread.
func (o order) confineCalls() error {
	machine, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	raw, err := bpf.Assemble(filter(machine, o.Scratch != ""))
	if err != nil {
		return err
	}
	code := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		code[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	program := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program))); e != 0 {
		return fmt.Errorf("seccomp: %w", e)
	}
	return nil
}
