package prints

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/vpdq"
)

// Of makes the fingerprints of a medium. Its bytes lie in a directory of the caller's for as long
// as programs of others read them, in the sandbox, and are gone when it returns.
func Of(ctx context.Context, dir string, body io.Reader) (Print, error) {
	f, err := os.CreateTemp(dir, "look-*")
	if err != nil {
		return Print{}, err
	}
	name := f.Name()
	defer os.Remove(name)
	defer f.Close()
	if _, err := io.Copy(f, body); err != nil {
		return Print{}, err
	}
	if name, err = filepath.Abs(name); err != nil {
		return Print{}, err
	}
	m, film, err := media.Look(ctx, name)
	if err != nil {
		return Print{}, err
	}
	p := Print{Sum: m.SHA256, Type: m.MIME, Size: m.Size, PDQ: m.PDQ, Quality: m.Quality}
	frames := vpdq.Distinct(film, vpdq.MinQuality)
	p.Film = string(vpdq.Format(frames[:min(len(frames), mostFrames)]))
	return p, nil
}
