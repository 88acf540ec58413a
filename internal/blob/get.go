package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"os"

	"github.com/argine/argine/internal/problem"
)

// Get opens a blob for reading, or returns problem.NotFound. The reader checks what it
// gives: where the file is damaged, the read that would return io.EOF returns
// problem.Tampered instead. Who stops before the end has checked nothing.
func (s *Store) Get(ctx context.Context, sum Sum) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.Open(s.path(sum))
	if err != nil {
		return nil, readFailed(err, sum)
	}
	return &checkedReader{ctx: ctx, f: f, sum: sum, hash: sha256.New()}, nil
}

// Bytes returns a whole blob, checked, if it is not over limit bytes; problem.TooLarge if it is.
func (s *Store) Bytes(ctx context.Context, sum Sum, limit int64) ([]byte, error) {
	info, err := s.Stat(ctx, sum)
	if err != nil {
		return nil, err
	}
	if info.Size > limit {
		return nil, problem.New(problem.TooLarge, "file %s has %d bytes; at most %d are read at once here", sum, info.Size, limit)
	}
	r, err := s.Get(ctx, sum)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out bytes.Buffer
	out.Grow(int(info.Size) + bytes.MinRead)
	if _, err := out.ReadFrom(r); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

type checkedReader struct {
	ctx  context.Context
	f    *os.File
	sum  Sum
	hash hash.Hash
}

func (r *checkedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.f.Read(p)
	r.hash.Write(p[:n])
	switch {
	case err == io.EOF && Sum(r.hash.Sum(nil)) != r.sum:
		return n, problem.New(problem.Tampered, "file %s is damaged: its bytes are not those that were put; restore it from a backup, or put the original again", r.sum)
	case err != nil && err != io.EOF:
		return n, readFailed(err, r.sum)
	}
	return n, err
}

func (r *checkedReader) Close() error { return r.f.Close() }
