package media

import (
	"context"
	"io"
	"os"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/problem"
)

// onDisk writes a blob to a file of its own, for a decoder to read: the store keeps its own
// files to itself, and checks what it gives. The bytes go to seen too, which may be nil. The
// caller removes the file.
func onDisk(ctx context.Context, store *blob.Store, sum blob.Sum, seen io.Writer) (name string, remove func(), err error) {
	r, err := store.Get(ctx, sum)
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	f, err := os.CreateTemp("", "argine-medium-")
	if err != nil {
		return "", nil, noRoom(err)
	}
	remove = func() { os.Remove(f.Name()) }
	if seen == nil {
		seen = io.Discard
	}
	_, err = io.Copy(f, io.TeeReader(r, seen))
	if closing := f.Close(); err == nil && closing != nil {
		err = noRoom(closing)
	}
	if err != nil {
		remove()
		return "", nil, err
	}
	return f.Name(), remove, nil
}

func noRoom(err error) error {
	return problem.Wrap(err, problem.Unavailable, "no temporary file can be written; check the free space of %s", os.TempDir())
}
