package media

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/vpdq"
)

// sniffed is how much of a file tells what it is.
const sniffed = 512

// Look makes the fingerprints of a file on the disk that is in no blob store and is not to be:
// what a hosting service hands over of its own content. What cannot be read keeps its digests,
// and says why.
func Look(ctx context.Context, name string) (m Medium, film []vpdq.Feature, err error) {
	f, err := os.Open(name)
	if err != nil {
		return m, nil, err
	}
	defer f.Close()
	head := make([]byte, sniffed)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return m, nil, err
	}
	m.MIME = capture.TypeOf(head[:n])
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return m, nil, err
	}
	d := newDigester()
	if m.Size, err = io.Copy(d, f); err != nil {
		return m, nil, err
	}
	d.into(&m)
	filmed := isFilm(m.MIME)
	if strings.HasPrefix(m.MIME, "image/") {
		if m.Size > largestFile {
			m.Fault = FaultTooLarge
			return m, nil, nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return m, nil, err
		}
		if err := m.picture(ctx, data); err != nil {
			return m, nil, err
		}
		filmed = animated(data)
	}
	if !filmed {
		return m, nil, nil
	}
	read, err := ReadFilm(ctx, name, false)
	if err != nil {
		m.Fault, err = decoderFault(err)
		return m, nil, err
	}
	return m, read.Features, nil
}
