package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/argine/argine/internal/problem"
)

// Put keeps all that r gives and returns its name and its size in bytes. When it returns
// without error the blob is whole and in its place. The caller limits r.
func (s *Store) Put(ctx context.Context, r io.Reader) (Sum, int64, error) {
	temp, err := os.CreateTemp(filepath.Join(s.dir, incoming), "put-")
	if err != nil {
		return Sum{}, 0, writeFailed(err)
	}
	defer os.Remove(temp.Name()) // does nothing once it is renamed
	defer temp.Close()
	hash := sha256.New()
	source := &cancelReader{ctx: ctx, r: r}
	size, err := io.Copy(io.MultiWriter(temp, hash), source)
	if source.err != nil {
		return Sum{}, 0, source.err // of the caller's own reader: not for us to classify
	}
	if err != nil {
		return Sum{}, 0, writeFailed(err)
	}
	sum := Sum(hash.Sum(nil))
	return sum, size, s.settle(temp, sum)
}

// PutBytes keeps b.
func (s *Store) PutBytes(ctx context.Context, b []byte) (Sum, error) {
	sum := SumOf(b)
	if s.whole(sum) {
		return sum, s.syncPlace(sum)
	}
	_, _, err := s.Put(ctx, bytes.NewReader(b))
	if err != nil {
		return Sum{}, err
	}
	return sum, nil
}

// settle moves a written file to its place. A whole blob that is there already stays; a
// damaged one is replaced, so that handing evidence in again repairs it.
func (s *Store) settle(temp *os.File, sum Sum) error {
	if s.whole(sum) {
		return s.syncPlace(sum)
	}
	if s.Sync {
		if err := temp.Sync(); err != nil {
			return writeFailed(err)
		}
	}
	if err := temp.Close(); err != nil {
		return writeFailed(err)
	}
	to := s.path(sum)
	if err := os.Rename(temp.Name(), to); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return writeFailed(err)
		}
		if err := os.Rename(temp.Name(), to); err != nil {
			return writeFailed(err)
		}
	} else if err != nil {
		return writeFailed(err)
	}
	return s.syncPlace(sum)
}

// whole reports whether the blob is there and undamaged.
func (s *Store) whole(sum Sum) bool {
	f, err := os.Open(s.path(sum))
	if err != nil {
		return false
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return err == nil && Sum(hash.Sum(nil)) == sum
}

// syncPlace makes the name of a blob last: its entry in the directory, and those of the two
// directories above, which this or another process may have made a moment ago.
func (s *Store) syncPlace(sum Sum) error {
	if !s.Sync {
		return nil
	}
	inner := filepath.Dir(s.path(sum))
	for _, dir := range []string{inner, filepath.Dir(inner), s.dir} {
		if err := syncDir(dir); err != nil {
			return writeFailed(err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

func writeFailed(err error) error {
	return problem.Wrap(err, problem.Unavailable, "a file cannot be written to the store; check the free space and the permissions of the data directory")
}

// cancelReader stops at the end of ctx and remembers whether the source failed.
type cancelReader struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (c *cancelReader) Read(p []byte) (int, error) {
	if c.err = c.ctx.Err(); c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}
