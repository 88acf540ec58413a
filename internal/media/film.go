package media

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sandbox"
	"github.com/argine/argine/pdq"
	"github.com/argine/argine/vpdq"
)

// Film is what is read from a film or a sound.
type Film struct {
	Width, Height int // 0 of a sound
	Duration      time.Duration
	Sound         bool           // it has a sound track
	Features      []vpdq.Feature // none of a sound
	Fault         string         // FaultTooLong or FaultTruncated where Features end before the film does; another where there are none
}

const (
	mostFrames      = 20_000  // of a film sampled by the second
	mostEveryFrames = 500_000 // with every frame
	framePixels     = 8 << 20 // above, frames are reduced before they are hashed
)

// sampled picks a frame when a second has passed since the last one; at a cut, so that from
// there on an extract and the film that it was taken from are sampled at the same frames;
// and in films whose clock stands still or runs back, which stock programs do not make, in
// spite of the clock.
const sampled = "select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.999)+gt(scene,0.4)*gte(t-prev_selected_t,0.2)+lt(t,prev_selected_t)+gte(n-prev_selected_n,240)',"

// ReadFilm reads the frames of a film with ffmpeg in the sandbox and hashes them as they
// come: about one a second and one at each cut, or every one, which gives the features of
// the reference's vPDQ. Frames are never all in memory.
//
// The hashes are of the grey values, which ffmpeg computes from the film's own luminance.
// The reference goes by way of RGB at the same size; on its test films the two differ in 2
// bits of 256 in the mean, and in 16 at most.
func ReadFilm(ctx context.Context, file string, every bool) (Film, error) {
	done, err := turn(ctx)
	if err != nil {
		return Film{}, err
	}
	defer done()
	about, err := probe(ctx, file)
	if err != nil {
		return Film{}, err
	}
	film := Film{Width: about.Width, Height: about.Height, Duration: about.Duration, Sound: about.Sound}
	switch {
	case !about.Video && !about.Sound:
		film.Fault = FaultFormat
		return film, nil
	case !about.Video:
		return film, nil
	case about.Width < pdq.MinSide || about.Height < pdq.MinSide:
		film.Fault = FaultTooSmall
		return film, nil
	case about.Width > mostPixels/about.Height:
		film.Fault = FaultTooLarge
		return film, nil
	}
	fault, err := film.read(ctx, file, about, every)
	if about.Duration > longest {
		fault = FaultTooLong
	}
	film.Fault = fault
	return film, err
}

// read fills in the features. What came before a decoder was stopped counts.
func (film *Film) read(ctx context.Context, file string, about probed, every bool) (fault string, err error) {
	width, height := reduced(about.Width, about.Height)
	filter, most := sampled, mostFrames
	if every {
		filter, most = "", mostEveryFrames
	}
	filter += fmt.Sprintf(`scale=%d:%d:flags=area,format=gray,metadata=mode=add:key=argine:value=1,metadata=mode=print:file=pipe\\:2:direct=1`, width, height)
	p := ffmpeg(ctx, "ffmpeg", file, []string{"-nostdin", "-noautorotate", "-threads", "2", "-t", strconv.Itoa(int(longest.Seconds()))},
		[]string{"-map", "0:V:0", "-fps_mode", "passthrough", "-filter_threads", "1", "-vf", filter, "-f", "image2pipe", "-c:v", "pgm", "pipe:1"})
	var at times
	p.Stderr, p.Limits.Output = &at, math.MaxInt64 // the number of frames is the limit
	frames, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := greyFrames(frames, width, height, func(n int, frame *image.Gray) error {
			if n == most {
				return errEnough
			}
			hash, quality := hashFrame(frame)
			film.Features = append(film.Features, vpdq.Feature{Hash: hash, Quality: quality, Frame: n})
			return nil
		})
		frames.CloseWithError(err)
		ended <- err
	}()
	err = sandbox.Run(ctx, p, out)
	out.Close()
	if broken := <-ended; broken == errEnough {
		fault, err = FaultTooLong, nil
	}
	film.tellTime(at.seconds, about.Rate, every)
	var failed *sandbox.Failed
	if errors.As(err, &failed) {
		failed.Stderr = strings.TrimSpace(at.other.String())
	}
	if problem.Is(err, problem.Invalid) && len(film.Features) > 0 {
		return FaultTruncated, nil // it can be read up to some point
	}
	if err != nil && len(film.Features) > 0 {
		if f, ours := decoderFault(err); ours == nil {
			return f, nil
		}
	}
	return fault, err
}

// tellTime gives the features their times. With every frame these are their numbers by the
// frame rate, as in the reference.
func (film *Film) tellTime(seconds []float64, rate float64, every bool) {
	film.Features = film.Features[:min(len(film.Features), len(seconds))]
	for i := range film.Features {
		f := &film.Features[i]
		if f.Second = seconds[i]; rate == 0 {
			continue
		}
		if every {
			f.Second = float64(f.Frame) / rate
		} else {
			f.Frame = int(math.Round(f.Second * rate))
		}
	}
}

// reduced is the size at which frames are hashed.
func reduced(width, height int) (int, int) {
	if width*height <= framePixels {
		return width, height
	}
	by := math.Sqrt(framePixels / float64(width*height))
	return max(pdq.MinSide, int(by*float64(width))), max(pdq.MinSide, int(by*float64(height)))
}
