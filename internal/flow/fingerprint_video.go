package flow

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sync/semaphore"

	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sandbox"
	"github.com/argine/argine/vpdq"
)

// Videos are too long for memory: each passes through a file that is removed afterwards.
const (
	largestVideo = 512 << 20
	videosAtOnce = 2
)

var watching = semaphore.NewWeighted(videosAtOnce)

// video computes the fingerprints of a video file, its features too if it is to be watched.
// Where ffmpeg is not installed it has its digests still; a file that is no video is refused.
func video(ctx context.Context, r io.Reader, watch bool) (Fingerprints, error) {
	if err := watching.Acquire(ctx, 1); err != nil {
		return Fingerprints{}, err
	}
	defer watching.Release(1)
	file, err := os.CreateTemp("", "argine-video-")
	if err != nil {
		return Fingerprints{}, problem.Wrap(err, problem.Unavailable, "there is no room for the video; check the free space of %s", os.TempDir())
	}
	defer os.Remove(file.Name())
	defer file.Close()
	out, d := Fingerprints{Kind: Video}, newDigests()
	out.Size, err = io.Copy(io.MultiWriter(file, d), io.LimitReader(r, largestVideo+1))
	var disk *fs.PathError
	switch {
	case errors.As(err, &disk):
		return Fingerprints{}, problem.Wrap(err, problem.Unavailable, "the video cannot be put down; check the free space of %s", os.TempDir())
	case err != nil:
		return Fingerprints{}, err
	case out.Size == 0:
		return Fingerprints{}, problem.New(problem.Invalid, "the file is empty; send the bytes of a video")
	case out.Size > largestVideo:
		return Fingerprints{}, problem.New(problem.TooLarge, "a video file of more than %d MiB is not read; send a smaller rendering of it", largestVideo>>20)
	}
	d.into(&out)
	if !watch {
		return out, nil
	}
	film, err := Watch(ctx, file.Name(), false)
	if errors.Is(err, sandbox.ErrMissing) {
		out.Missing = err
		return out, nil
	}
	if len(film.Features) > 0 {
		out.VPDQ = string(vpdq.Format(film.Features))
	}
	return out, err
}

// Watch reads the frames of a video file: about one a second and one at each cut, or every
// one, as the reference's vPDQ does.
func Watch(ctx context.Context, name string, every bool) (media.Film, error) {
	film, err := media.ReadFilm(ctx, name, every)
	if err != nil {
		return film, err
	}
	return film, watched(film)
}

// watched refuses what is no video. One that is too long or cut off has features up to there,
// and one for which there is no program here has its digests.
func watched(film media.Film) error {
	switch film.Fault {
	case media.FaultFormat, media.FaultDamaged, media.FaultTruncated:
		if len(film.Features) == 0 {
			return problem.New(problem.Invalid, "this is no video that can be decoded, whatever its name says; MP4, WebM and what else ffmpeg knows are read")
		}
	case media.FaultTooLarge:
		return problem.New(problem.TooLarge, "the video has too many pixels; scale it down and send it again")
	case media.FaultTooSmall:
		return problem.New(problem.Invalid, "the video has too few pixels to tell one from another")
	}
	return nil
}
