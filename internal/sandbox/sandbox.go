// Package sandbox runs decoders of hostile bytes where they can do no harm.
//
// Films, sounds and documents come from people who wish us ill, and the programs that read
// them (ffmpeg, pdftotext) are large, old and written in C. So one is run as if it were
// taken over already: it may compute, read the one file that it is given and the libraries
// of the system, and write to its standard output. Nothing else.
//
// The own binary is started again. Before its main runs, that child takes rights away from
// itself, one kind after another, and then becomes the decoder:
//
//   - all capabilities (capabilities(7)), so that root is nobody in particular;
//   - the file system, by Landlock (landlock(7)): neither the data directory nor /etc;
//   - system calls, by a list of those that are allowed (seccomp(2)): no socket, no ptrace,
//     no child process, no io_uring, and without a Scratch directory no opening for writing;
//   - memory, processor time, file size, open files (setrlimit(2)).
//
// The parent sees to wall-clock time and to the length of the output, hands over an empty
// environment, and in the end kills the whole process group.
//
// Landlock needs Linux 5.13 and is off in some containers; [Level] tells what there is.
// What Level promises is enforced: where a step fails in spite of it, nothing is run.
package sandbox

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Program is one run of a decoder.
type Program struct {
	Name    string   // looked up in PATH
	Args    []string // without the name
	Read    []string // files and directories that it may read besides the system's libraries
	Scratch string   // directory in which it may write too, and where it runs; usually none
	Package string   // Debian's package that has it, for the message where it is missing
	Stderr  io.Writer
	Limits  Limits
}

// Limits are what one run may cost. A zero means the default in brackets.
type Limits struct {
	Wall   time.Duration // until it is killed (1 minute)
	CPU    time.Duration // processor time of all its threads, in whole seconds (Wall times 2)
	Memory int64         // address space in bytes, which is well above what is used (2 GiB)
	Output int64         // bytes on standard output, and on Stderr where that is given (64 MiB)
	File   int64         // bytes of a file in Scratch (64 MiB; without Scratch none)
	Files  int           // open files (64)
}

func (l Limits) orDefaults(scratch bool) Limits {
	if l.Wall <= 0 {
		l.Wall = time.Minute
	}
	if l.CPU <= 0 {
		l.CPU = 2 * l.Wall
	}
	if l.Memory <= 0 {
		l.Memory = 2 << 30
	}
	if l.Output <= 0 {
		l.Output = 64 << 20
	}
	if l.File <= 0 {
		l.File = 64 << 20
	}
	if !scratch {
		l.File = 0
	}
	if l.Files <= 0 {
		l.Files = 64
	}
	return l
}

var (
	// ErrMissing: the program is not installed, or this is no Linux and nothing is run.
	ErrMissing = errors.New("sandbox: no such program")
	// ErrTime: it took longer than Limits.Wall, or more than Limits.CPU.
	ErrTime = errors.New("sandbox: over the limit of time")
	// ErrOutput: it wrote more than Limits.Output.
	ErrOutput = errors.New("sandbox: over the limit of output")
)

// Failed is a program that ended by itself and not well: as a rule its input is damaged.
type Failed struct {
	Program string
	Code    int    // exit status, -1 after a signal
	Signal  string // that ended it, or ""
	Stderr  string // the end of what it said, where Program.Stderr was nil
}

func (f *Failed) Error() string {
	how := fmt.Sprintf("ended with status %d", f.Code)
	if f.Signal != "" {
		how = "was ended by the signal " + f.Signal
	}
	return strings.TrimRight(fmt.Sprintf("sandbox: %s %s: %s", f.Program, how, f.Stderr), ": \n")
}

// Strength is how much of the sandbox a machine gives, beyond limits of resources.
type Strength struct {
	Files int  // version of Landlock's interface, 0 where there is none
	Calls bool // system calls are filtered
}

// Full reports whether nothing is missing.
func (s Strength) Full() bool { return s.Files > 0 && s.Calls }

// String says for an operator what decoders can and cannot do here.
func (s Strength) String() string {
	switch {
	case s.Full():
		return fmt.Sprintf("full: decoders reach no files (Landlock %d), no network and no other process", s.Files)
	case s.Calls:
		return "partial: decoders reach no network and change no file, but read what this user may read; Landlock is missing (Linux 5.13 or newer, and lsm=landlock)"
	case s.Files > 0:
		return fmt.Sprintf("partial: decoders reach no files (Landlock %d), but system calls are not filtered, so the network may be reached", s.Files)
	}
	return "weak: only memory, time and output of decoders are limited; run Argine on Linux 5.13 or newer with Landlock and seccomp"
}
