package media

import (
	"bufio"
	"bytes"
	"errors"
	"image"
	"io"
	"strconv"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// errEnough ends a film that has more frames than are taken.
var errEnough = errors.New("media: more frames than are taken")

var errNotPGM = problem.New(problem.Invalid, "the decoder gave something else than pictures")

// greyFrames reads pictures in PGM's binary form one after another, as ffmpeg writes them,
// and calls each with them and their number. The picture is valid during the call. They are
// of width × height at most.
func greyFrames(r io.Reader, width, height int, each func(n int, frame *image.Gray) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	var frame *image.Gray
	for n := 0; ; n++ {
		if _, err := in.Peek(1); err == io.EOF {
			return nil
		}
		w, h, err := pgmHead(in)
		if err != nil {
			return err
		}
		if w > width || h > height || w <= 0 || h <= 0 {
			return problem.New(problem.Invalid, "the decoder gave a frame of %d×%d where at most %d×%d was asked for", w, h, width, height)
		}
		if frame == nil || frame.Rect.Dx() != w || frame.Rect.Dy() != h {
			frame = image.NewGray(image.Rect(0, 0, w, h))
		}
		if _, err := io.ReadFull(in, frame.Pix); err != nil {
			return nil // cut off in the middle: the run's own error says why
		}
		if err := each(n, frame); err != nil {
			return err
		}
	}
}

// pgmHead reads "P5 width height 255" with one white space after each.
func pgmHead(in *bufio.Reader) (width, height int, err error) {
	var fields [4]string
	for i := range fields {
		field := make([]byte, 0, 8)
		for {
			c, err := in.ReadByte()
			if err != nil {
				return 0, 0, errNotPGM
			}
			if c == ' ' || c == '\n' {
				break
			}
			if field = append(field, c); len(field) > 8 {
				return 0, 0, errNotPGM
			}
		}
		fields[i] = string(field)
	}
	width, err1 := strconv.Atoi(fields[1])
	height, err2 := strconv.Atoi(fields[2])
	if fields[0] != "P5" || fields[3] != "255" || err1 != nil || err2 != nil {
		return 0, 0, errNotPGM
	}
	return width, height, nil
}

// times collects from what ffmpeg's filter "metadata" prints the time of each frame:
// "frame:3    pts:1024    pts_time:0.08". Other lines are kept for the error that they tell.
type times struct {
	seconds []float64
	other   bytes.Buffer
	line    []byte
}

func (t *times) Write(p []byte) (int, error) {
	t.line = append(t.line, p...)
	for {
		end := bytes.IndexByte(t.line, '\n')
		if end < 0 {
			break
		}
		t.take(t.line[:end])
		t.line = t.line[end+1:]
	}
	if len(t.line) > 4096 {
		t.line = nil
	}
	return len(p), nil
}

func (t *times) take(line []byte) {
	if !bytes.HasPrefix(line, []byte("frame:")) {
		if t.other.Len() < 2048 && !bytes.HasPrefix(line, []byte("argine=")) && !bytes.HasPrefix(line, []byte("lavfi.")) {
			t.other.Write(append(line, '\n'))
		}
		return
	}
	at := 0.0 // a frame without a time
	if _, text, ok := bytes.Cut(line, []byte("pts_time:")); ok {
		if s, err := strconv.ParseFloat(string(bytes.TrimSpace(text)), 64); err == nil && s > 0 {
			at = s
		}
	}
	t.seconds = append(t.seconds, at)
}

// hashFrame hashes a frame of a film as it is, without the reduction to 512 pixels.
func hashFrame(frame *image.Gray) (pdq.Hash, int) {
	h := hashers.Get().(*pdq.Hasher)
	defer hashers.Put(h)
	return h.FromImage(frame)
}
