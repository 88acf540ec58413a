package media

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sandbox"
)

// What one film or sound may cost.
const (
	longest     = 4 * time.Hour   // of it, that is decoded
	decoderWall = 2 * time.Minute // that decoding may take
	decoders    = 2               // at once
)

var decoderTurn = make(chan struct{}, decoders)

// formats are the containers that ffmpeg may recognise. The others are of no use, or refer
// to further files (playlists, concat, image sequences).
const formats = "mov,mp4,matroska,webm,avi,flv,asf,mpeg,mpegvideo,mpegts,ogg,gif,apng,ivf,h264,hevc,m4v,rm,nut,mxf,dv," +
	"mp3,aac,flac,wav,w64,aiff,au,amr,amrnb,amrwb,caf,ac3,eac3,dts,wv,ape,tta,opus"

// ffmpeg is a run of ffmpeg or ffprobe on a file.
func ffmpeg(ctx context.Context, name, file string, before, after []string) sandbox.Program {
	if whole, err := filepath.Abs(file); err == nil {
		file = whole // the decoder runs elsewhere
	}
	args := []string{"-hide_banner", "-loglevel", "error", "-format_whitelist", formats, "-protocol_whitelist", "file,pipe"}
	args = append(append(args, before...), "-i", "file:"+file)
	return sandbox.Program{Name: name, Package: "ffmpeg", Args: append(args, after...), Read: []string{file},
		Limits: sandbox.Limits{Wall: timeFor(ctx), Memory: 3 << 30, Output: 1 << 20}}
}

// timeFor is how long a decoder may run: half of what the caller has left, so that the media
// of one job share its time and the job ends by itself.
func timeFor(ctx context.Context) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return max(time.Second, min(decoderWall, time.Until(end)/2))
	}
	return decoderWall
}

// turn waits until a decoder may start.
func turn(ctx context.Context) (done func(), err error) {
	select {
	case decoderTurn <- struct{}{}:
		return func() { <-decoderTurn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// probed is what a file says of itself.
type probed struct {
	Video, Sound  bool
	Width, Height int
	Rate          float64 // frames a second, 0 when unknown
	Duration      time.Duration
}

func probe(ctx context.Context, file string) (probed, error) {
	var out bytes.Buffer
	p := ffmpeg(ctx, "ffprobe", file, nil, []string{"-of", "json", "-show_entries", "stream=codec_type,width,height,avg_frame_rate,r_frame_rate:stream_disposition=attached_pic:format=duration"})
	if err := sandbox.Run(ctx, p, &out); err != nil {
		return probed{}, err
	}
	var said struct {
		Streams []struct {
			Type        string `json:"codec_type"`
			Width       int    `json:"width"`
			Height      int    `json:"height"`
			Average     string `json:"avg_frame_rate"`
			Real        string `json:"r_frame_rate"`
			Disposition struct {
				Cover int `json:"attached_pic"`
			} `json:"disposition"`
		} `json:"streams"`
		Format struct {
			Duration string `json:"duration"`
		} `json:"format"`
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		return probed{}, problem.Wrap(err, problem.Invalid, "this file cannot be read as a film or sound")
	}
	var found probed
	for _, s := range said.Streams {
		switch {
		case s.Type == "audio":
			found.Sound = true
		case s.Type == "video" && s.Disposition.Cover == 0 && !found.Video: // the cover of a song is no film
			found.Video, found.Width, found.Height = true, s.Width, s.Height
			if found.Rate = ratio(s.Average); found.Rate == 0 {
				found.Rate = ratio(s.Real)
			}
		}
	}
	if seconds, err := strconv.ParseFloat(said.Format.Duration, 64); err == nil && seconds > 0 && seconds < 1e6 {
		found.Duration = time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
	}
	return found, nil
}

// ratio reads "30000/1001"; nonsense is 0.
func ratio(s string) float64 {
	above, below, _ := strings.Cut(s, "/")
	a, err1 := strconv.ParseFloat(above, 64)
	b, err2 := strconv.ParseFloat(below, 64)
	if r := a / b; err1 == nil && err2 == nil && r > 0 && !math.IsInf(r, 0) {
		return r
	}
	return 0
}

// decoderFault is the Fault for how a decoder ended, or the error where our own side failed.
func decoderFault(err error) (string, error) {
	switch {
	case errors.Is(err, sandbox.ErrMissing):
		return FaultNoDecoder, nil
	case errors.Is(err, sandbox.ErrTime):
		return FaultTooLong, nil
	case problem.Is(err, problem.Invalid), errors.Is(err, sandbox.ErrOutput):
		return FaultDamaged, nil
	}
	return "", err
}
