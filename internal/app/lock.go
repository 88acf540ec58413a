package app

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/argine/argine/internal/problem"
)

// lock makes sure that one process at a time works on a data directory: its jobs carry the
// directory's name, and a second process would take them for its own orphans.
func lock(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the data directory cannot be written; check its owner, or choose another with --data")
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, problem.Wrap(err, problem.Conflict, "another Argine is running on this data directory; stop it first, or choose another with --data")
	}
	return func() { file.Close() }, nil
}

// nodeName is the name of this data directory among those on one database.
func nodeName(data string) (string, error) {
	path := filepath.Join(data, "node")
	name, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		name = []byte("argine-" + strings.ToLower(rand.Text()[:10]) + "\n")
		err = os.WriteFile(path, name, 0o600)
	}
	return strings.TrimSpace(string(name)), err
}
