package sandbox

import (
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// libraries are where dynamically linked programs find their parts. Programs lie there too,
// and can be read but not executed.
var libraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"}

const (
	readFile = landlock.AccessFSSet(ll.AccessFSReadFile)
	readDir  = readFile | ll.AccessFSReadDir
	execute  = readFile | ll.AccessFSExecute
	scratch  = readDir | ll.AccessFSWriteFile | ll.AccessFSTruncate | ll.AccessFSMakeReg | ll.AccessFSRemoveFile
)

// confineFiles leaves the program its own file, libraries, what it was given to read, and
// two harmless devices. Where the kernel's Landlock knows sockets and signals too, those to
// the outside are cut off as well.
func (o order) confineFiles() error {
	rules := []landlock.Rule{
		landlock.PathAccess(readDir, libraries...).IgnoreIfMissing(),
		landlock.PathAccess(readFile, "/etc/ld.so.cache", "/dev/urandom").IgnoreIfMissing(),
		landlock.PathAccess(readFile|ll.AccessFSWriteFile, "/dev/null").IgnoreIfMissing(),
		landlock.PathAccess(execute, o.Path),
	}
	if o.Loader != "" {
		rules = append(rules, landlock.PathAccess(execute, o.Loader))
	}
	for _, name := range o.Read {
		access := readFile
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			access = readDir
		}
		rules = append(rules, landlock.PathAccess(access, name))
	}
	if o.Scratch != "" {
		rules = append(rules, landlock.PathAccess(scratch, o.Scratch))
	}
	// BestEffort chooses among the versions of Landlock; that there is one, Level has seen.
	return landlock.V11.BestEffort().Restrict(rules...)
}
