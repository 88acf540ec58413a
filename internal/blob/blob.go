// Package blob keeps bytes under the name of their own SHA-256: captures, media, reports.
//
// Content addressing gives three things that evidence needs. The same bytes are kept once,
// however many units hand them in. Nothing is ever changed in place, so writing needs no
// locks and a process that is killed leaves either the whole file or none. And damage, by a
// disk or by a person, shows itself: what is read is hashed again.
//
// A blob of sum abcdef… lies in DIR/ab/cd/abcdef…; a blob on its way in lies in
// DIR/incoming and is moved by rename, which POSIX makes atomic. Several processes may share
// a directory.
package blob

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/argine/argine/internal/problem"
)

// Store is a directory of blobs. Safe for use by many goroutines.
type Store struct {
	// Sync makes a Put last through a power cut before it returns, not only through a killed
	// process. Open sets it; clear it before first use where the data can be made again.
	Sync bool

	dir string
}

// Info is what is known of a blob without reading it.
type Info struct {
	Sum  Sum
	Size int64     // bytes
	Time time.Time // when it was first put
}

const incoming = "incoming"

// leftover is the age at which a file in incoming is taken for that of a killed process.
const leftover = 24 * time.Hour

// Open opens the store in dir and makes the directory if there is none.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "the directory for files cannot be made; check that its parent is there and writable")
	}
	entries, err := os.ReadDir(filepath.Join(dir, incoming))
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "the directory for files cannot be read; check its permissions")
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > leftover {
			os.Remove(filepath.Join(dir, incoming, e.Name()))
		}
	}
	return &Store{Sync: true, dir: dir}, nil
}

// path returns where a blob lies: in one of 256 directories. File systems of today look names
// up in a directory of a hundred thousand as fast as in a small one, and making directories
// costs more than making files.
func (s *Store) path(sum Sum) string {
	name := sum.String()
	return filepath.Join(s.dir, name[:2], name)
}

// Stat returns what is known of a blob, or problem.NotFound.
func (s *Store) Stat(ctx context.Context, sum Sum) (Info, error) {
	if err := ctx.Err(); err != nil {
		return Info{}, err
	}
	info, err := os.Stat(s.path(sum))
	if err != nil {
		return Info{}, readFailed(err, sum)
	}
	return Info{sum, info.Size(), info.ModTime()}, nil
}

// Has reports whether the blob is there. It does not look at its bytes.
func (s *Store) Has(ctx context.Context, sum Sum) (bool, error) {
	_, err := s.Stat(ctx, sum)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// Delete removes a blob; that there is none is no error. The caller must know that nobody
// needs it, nor is putting the same bytes at this moment.
func (s *Store) Delete(ctx context.Context, sum Sum) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := os.Remove(s.path(sum))
	if err == nil && s.Sync {
		err = syncDir(filepath.Dir(s.path(sum)))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return problem.Wrap(err, problem.Unavailable, "file %s cannot be removed; check the permissions of the data directory", sum)
	}
	return nil
}

// Walk calls visit for each blob in the order of sums, until it returns an error. Blobs that
// are put or deleted meanwhile may be visited or not. Files that are not blobs are passed over.
func (s *Store) Walk(ctx context.Context, visit func(Info) error) error {
	return filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return problem.Wrap(err, problem.Unavailable, "the directory for files cannot be read; check its permissions")
		case e.IsDir() && path == filepath.Join(s.dir, incoming):
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		sum, err := Parse(e.Name())
		if err != nil || path != s.path(sum) {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil // deleted since
		}
		return visit(Info{sum, info.Size(), info.ModTime()})
	})
}

func readFailed(err error, sum Sum) error {
	if errors.Is(err, fs.ErrNotExist) {
		return problem.Wrap(err, problem.NotFound, "there is no file %s in the store", sum)
	}
	return problem.Wrap(err, problem.Unavailable, "file %s cannot be read; check the disk and the permissions of the data directory", sum)
}
