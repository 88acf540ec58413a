package media

import (
	"bytes"
	"context"
	"strconv"

	"github.com/argine/argine/internal/sandbox"
	"github.com/argine/argine/sound"
)

// ReadSound makes the fingerprint of a sound, or of the first sound track of a film, with
// ffmpeg's Chromaprint in the sandbox. A sound shorter than about three seconds has none.
func ReadSound(ctx context.Context, file string) (sound.Print, error) {
	done, err := turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p := ffmpeg(ctx, "ffmpeg", file, []string{"-nostdin", "-vn", "-sn", "-dn", "-t", strconv.Itoa(int(longest.Seconds()))},
		[]string{"-map", "0:a:0", "-f", "chromaprint", "-fp_format", "raw", "pipe:1"})
	var out bytes.Buffer
	if err := sandbox.Run(ctx, p, &out); err != nil {
		return nil, err
	}
	return sound.FromRaw(out.Bytes())
}
