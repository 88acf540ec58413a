package media

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sandbox"
	"github.com/argine/argine/vpdq"
)

func needFFmpeg(t testing.TB) {
	t.Helper()
	for _, name := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("ffmpeg is not installed: apt-get install --no-install-recommends ffmpeg")
		}
	}
}

// made has ffmpeg make a file.
func made(t testing.TB, name string, args ...string) string { return madeOf(t, nil, name, args...) }

// madeOf has it read what is piped to it.
func madeOf(t testing.TB, in io.Reader, name string, args ...string) string {
	t.Helper()
	needFFmpeg(t)
	file := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-y"}, args...), file)...)
	cmd.Stdin = in
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %q: %v\n%s", args, err, out)
	}
	return file
}

const filmRate = 15 // frames a second of the made-up films

// scenes is a film of made-up scenes of four seconds, in each of which the camera moves
// slowly over a pattern: frames of 160×120, and what ffmpeg must be told of them.
func scenes(seeds ...uint64) (io.Reader, []string) {
	var out bytes.Buffer
	for _, seed := range seeds {
		p := pattern(seed, 200, 150)
		for i := range 4 * filmRate {
			for y := range 120 {
				from := p.PixOffset(i/2, y+i/3)
				out.Write(p.Pix[from : from+4*160])
			}
		}
	}
	return &out, []string{"-f", "rawvideo", "-pix_fmt", "rgba", "-s", "160x120", "-r", fmt.Sprint(filmRate), "-i", "pipe:0", "-pix_fmt", "yuv420p"}
}

func madeScenes(t testing.TB, name string, seeds []uint64, args ...string) string {
	in, head := scenes(seeds...)
	return madeOf(t, in, name, append(head, args...)...)
}

func TestEveryFrameIsThatOfTheReference(t *testing.T) {
	needFFmpeg(t)
	names, _ := filepath.Glob("../../../shared/data/vpdq/*.mp4")
	if len(names) == 0 {
		t.Skip("the reference data is not beside the repository (../shared/data/vpdq)")
	}
	for _, name := range names {
		text, err := os.ReadFile(strings.TrimSuffix(name, ".mp4") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		want, err := vpdq.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if underRace { // hashing takes ten times as long: the first two seconds must do
			name = made(t, filepath.Base(name), "-i", name, "-t", "2", "-c", "copy", "-an")
			want = want[:50]
		}
		film, err := ReadFilm(t.Context(), name, true)
		if underRace {
			film.Features = film.Features[:min(50, len(film.Features))]
		}
		if err != nil || film.Fault != "" || len(film.Features) != len(want) {
			t.Fatalf("%s: %d frames, want %d; %q, %v", name, len(film.Features), len(want), film.Fault, err)
		}
		good, near, bits, worst := 0, 0, 0, 0
		for i, w := range want {
			got := film.Features[i]
			if got.Frame != w.Frame || math.Abs(got.Second-w.Second) > 0.0006 {
				t.Errorf("%s: frame %d at %.3f s, want %d at %.3f s", name, got.Frame, got.Second, w.Frame, w.Second)
			}
			if w.Quality < vpdq.MinQuality {
				continue
			}
			good++
			d := got.Hash.Distance(w.Hash)
			bits, worst = bits+d, max(worst, d)
			if d <= vpdq.Radius && math.Abs(float64(got.Quality-w.Quality)) <= 2 {
				near++
			}
		}
		t.Logf("%s: %d of %d frames within %d bits, mean %.2f, at most %d", filepath.Base(name), near, good, vpdq.Radius, float64(bits)/float64(good), worst)
		if 100*near < 95*good || good == 0 {
			t.Errorf("%s: only %d of %d frames are near the reference's", name, near, good)
		}
	}
}

// An extract of three seconds, recoded and made smaller, in a compilation of twenty minutes of
// other scenes.
func TestAnExtractIsFoundInACompilation(t *testing.T) {
	original := madeScenes(t, "original.mp4", []uint64{21, 22, 23}, "-c:v", "mpeg4", "-q:v", "3")
	extract := made(t, "extract.mp4", "-ss", "4.37", "-t", "3", "-i", original, "-s", "128x96", "-c:v", "mpeg4", "-q:v", "9")
	others := madeScenes(t, "others.avi", []uint64{1, 2, 3, 4, 5}, "-c:v", "mpeg4", "-q:v", "5")
	const at, length = 611, 1200 // seconds
	around := func(seconds int) []string {
		return []string{"-stream_loop", "-1", "-t", fmt.Sprint(seconds), "-i", others}
	}
	compilation := made(t, "compilation.avi", slices.Concat(around(at), []string{"-i", extract}, around(length-at-3), []string{
		"-filter_complex", "[1:v]scale=160:120[x];[0:v][x][2:v]concat=n=3:v=1,setsar=1,format=yuv420p", "-c:v", "mpeg4", "-q:v", "5"})...)
	read := func(name string) []vpdq.Feature {
		film, err := ReadFilm(t.Context(), name, false)
		if err != nil || film.Fault != "" || len(film.Features) == 0 {
			t.Fatalf("%s: %+v, %v", name, film, err)
		}
		return film.Features
	}
	q, bank := read(extract), read(compilation)
	if last := bank[len(bank)-1].Second; last < length-2 {
		t.Errorf("the compilation was read for %v seconds", last)
	}
	got := vpdq.Compare(q, bank, vpdq.Defaults())
	if got.QueryPercent != 100 || got.BankPercent > 40 || len(got.Spans) == 0 {
		t.Fatalf("%+v", got)
	}
	if s := got.Spans[0]; s.Query.From > 0.5 || s.Query.To < 1.9 || math.Abs(s.Bank.From-at) > 0.5 || math.Abs(s.Bank.To-at-2) > 0.5 {
		t.Errorf("%+v", got.Spans)
	}
	if other := vpdq.Compare(q, read(madeScenes(t, "other.mp4", []uint64{31, 32, 33}, "-c:v", "mpeg4")), vpdq.Defaults()); other.QueryPercent > 0 {
		t.Errorf("another film: %+v", other)
	}
}

func TestAFilmIsSampledByTheSecondAndAtCuts(t *testing.T) {
	in, head := scenes(1, 2, 4)
	file := madeOf(t, in, "cuts.mkv", append(head, "-vf", "trim=start=0.4,setpts=PTS-STARTPTS", "-c:v", "mpeg4", "-q:v", "4")...)
	film, err := ReadFilm(t.Context(), file, false)
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for _, f := range film.Features {
		at = append(at, fmt.Sprintf("%.1f", f.Second))
		if want := int(math.Round(filmRate * f.Second)); f.Frame != want {
			t.Errorf("frame %d at %v s", f.Frame, f.Second)
		}
	}
	if got := strings.Join(at, " "); got != "0.0 1.0 2.0 3.0 3.6 4.6 5.6 6.6 7.6 8.6 9.6 10.6" { // cuts at 3.6 and 7.6
		t.Errorf("samples at %s", got)
	}
	if film.Width != 160 || film.Height != 120 || film.Sound || math.Abs(film.Duration.Seconds()-11.6) > 0.2 {
		t.Errorf("%+v", film)
	}
}

func TestFilmsBecomeMedia(t *testing.T) {
	needFFmpeg(t)
	store := newStore(t)
	extract := func(mime, name string) Medium {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Extract(t.Context(), store, []capture.Found{found(t, store, mime, data)}, blob.Sum{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Media[0]
	}
	features := func(m Medium) []vpdq.Feature {
		data, err := store.Bytes(t.Context(), m.Video, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		list, err := vpdq.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	in, head := scenes(1, 2)
	both := madeOf(t, in, "both.mp4", slices.Concat(head[:len(head)-2], []string{"-i", tune(t, 1, 8)}, head[len(head)-2:], []string{"-c:v", "mpeg4", "-c:a", "aac"})...)
	m := extract("video/mp4", both)
	if m.Fault != "" || m.Width != 160 || m.Height != 120 || m.DurationMS < 7900 || m.DurationMS > 8200 || m.Sound.IsZero() || len(features(m)) < 8 || len(m.SHA512) != 128 {
		t.Errorf("%+v", m)
	}
	silent := extract("video/mp4", made(t, "silent.mp4", "-i", both, "-f", "lavfi", "-i", "anullsrc", "-map", "0:v", "-map", "1:a", "-t", "6", "-c:v", "mpeg4"))
	if silent.Fault != "" || !silent.Sound.IsZero() || silent.Video.IsZero() {
		t.Errorf("silent: %+v", silent)
	}
	song := extract("audio/mpeg", made(t, "song.mp3", "-i", tune(t, 2, 12)))
	if song.Fault != "" || song.Sound.IsZero() || !song.Video.IsZero() || song.Width != 0 || song.DurationMS < 11_900 {
		t.Errorf("sound: %+v", song)
	}
	whole, err := os.ReadFile(madeScenes(t, "cut.ts", []uint64{1, 2}, "-r", "25", "-c:v", "mpeg2video"))
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(t.TempDir(), "half.ts")
	if err := os.WriteFile(half, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if m := extract("video/mpeg", half); m.Video.IsZero() || len(features(m)) > 7 {
		t.Errorf("half a file: %+v", m)
	}
	animation := extract("image/gif", madeScenes(t, "anim.gif", []uint64{1}, "-r", "5"))
	if animation.PDQ == "" || animation.Video.IsZero() || animation.Fault != "" || len(features(animation)) < 3 {
		t.Errorf("animation: %+v", animation)
	}
	var one bytes.Buffer
	if err := gif.Encode(&one, pattern(3, 64, 64), nil); err != nil {
		t.Fatal(err)
	}
	still := filepath.Join(t.TempDir(), "still.gif")
	if err := os.WriteFile(still, one.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if m := extract("image/gif", still); !m.Video.IsZero() || m.PDQ == "" {
		t.Errorf("a still GIF: %+v", m)
	}
}

func TestWhatFFmpegMustNotDo(t *testing.T) {
	needFFmpeg(t)
	secret := made(t, "secret.mp4", "-f", "lavfi", "-i", "testsrc=d=2", "-c:v", "mpeg4")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"list.m3u8":   "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + secret + "\n#EXT-X-ENDLIST\n",
		"list.concat": "ffconcat version 1.0\nfile '" + secret + "'\n",
		"net.m3u8":    "#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n",
		"empty":       "",
		"noise":       strings.Repeat("\x00\x01\x02", 4000),
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		film, err := ReadFilm(t.Context(), file, false)
		if len(film.Features) > 0 || (err != nil && !problem.Is(err, problem.Invalid)) || (err == nil && film.Fault == "" && film.Width > 0) {
			t.Errorf("%s: %+v, %v", name, film, err)
		}
	}
}

func TestAFilmMayNotTakeLong(t *testing.T) {
	short := madeScenes(t, "short.mp4", []uint64{1}, "-c:v", "mpeg4", "-q:v", "2")
	file := made(t, "long.mp4", "-stream_loop", "999", "-i", short, "-c", "copy")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	start := time.Now()
	film, err := ReadFilm(ctx, file, true)
	// Half of what is left is for each decoder: the film got through, or was cut off.
	if err != nil || (film.Fault != FaultTooLong && len(film.Features) != 60_000) || time.Since(start) > 8*time.Second {
		t.Errorf("%d frames, %q, %v after %s", len(film.Features), film.Fault, err, time.Since(start))
	}
	if len(decoderTurn) != 0 {
		t.Error("a turn was not given back")
	}
}

func TestWithoutFFmpegItIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	store := newStore(t)
	f := found(t, store, "video/mp4", []byte("made up"))
	got, err := Extract(t.Context(), store, []capture.Found{f}, blob.Sum{})
	if err != nil || got.Media[0].Fault != FaultNoDecoder || got.Media[0].SHA1 == "" {
		t.Errorf("%+v, %v", got, err)
	}
	file := filepath.Join(t.TempDir(), "f.mp4")
	if err := os.WriteFile(file, []byte("made up"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = ReadFilm(t.Context(), file, false)
	if !problem.Is(err, problem.Unavailable) || !strings.Contains(problem.Message(err), "apt-get install --no-install-recommends ffmpeg") {
		t.Errorf("%v", err)
	}
	if _, err := ReadSound(t.Context(), file); !problem.Is(err, problem.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestAnimated(t *testing.T) {
	frame := func() *image.Paletted {
		p := image.NewPaletted(image.Rect(0, 0, 9, 7), palette.WebSafe)
		p.Set(3, 3, color.White)
		return p
	}
	of := func(n int) []byte {
		g := &gif.GIF{}
		for range n {
			g.Image, g.Delay = append(g.Image, frame()), append(g.Delay, 10)
		}
		var out bytes.Buffer
		if err := gif.EncodeAll(&out, g); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	two := of(2)
	for name, tt := range map[string]struct {
		data []byte
		want bool
	}{"one": {of(1), false}, "two": {two, true}, "five": {of(5), true}, "cut off": {two[:len(of(1))-3], false}, "png": {asPNG(t, frame()), false}, "nothing": {nil, false}} {
		if got := animated(tt.data); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzAnimated(f *testing.F) {
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00,;"))
	f.Fuzz(func(t *testing.T, data []byte) { animated(data) })
}

func TestGreyFrames(t *testing.T) {
	read := func(text string, width, height int) (seen []string, err error) {
		err = greyFrames(strings.NewReader(text), width, height, func(n int, p *image.Gray) error {
			seen = append(seen, fmt.Sprint(n, p.Rect.Dx(), p.Rect.Dy(), string(p.Pix)))
			return nil
		})
		return seen, err
	}
	two := "P5\n3 2\n255\nabcdefP5\n2 2\n255\nghij"
	if got, err := read(two, 3, 2); fmt.Sprint(got) != "[0 3 2abcdef 1 2 2ghij]" || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := read(two[:len(two)-1], 3, 2); len(got) != 1 || err != nil {
		t.Errorf("cut off: %v, %v", got, err)
	}
	for _, text := range []string{"P6\n3 2\n255\nabcdef", "P5\n3 -2\n255\n", "P5\n3 2\n65535\n", "P5\n4 2\n255\nabcdefgh", "P5\n99999999999 2\n255\n", "P5\n3"} {
		if got, err := read(text, 3, 2); err == nil || len(got) > 0 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	enough := errEnough
	if err := greyFrames(strings.NewReader(two), 3, 2, func(int, *image.Gray) error { return enough }); err != enough {
		t.Errorf("%v", err)
	}
}

func FuzzGreyFrames(f *testing.F) {
	f.Add([]byte("P5\n3 2\n255\nabcdefP5\n2 2\n255\nghij"))
	f.Fuzz(func(t *testing.T, data []byte) {
		greyFrames(bytes.NewReader(data), 100, 100, func(int, *image.Gray) error { return nil })
	})
}

func TestTimes(t *testing.T) {
	var at times
	for _, part := range []string{"frame:0    pts:0       pts_", "time:0\nargine=1\nframe:1    pts:NOPTS   pts_time:NOPTS\nlavfi.scene_score=0.1\n", "frame:2    pts:5       pts_time:1.25\nsomething is wrong\nframe:3"} {
		io.WriteString(&at, part)
	}
	if fmt.Sprint(at.seconds) != "[0 0 1.25]" || at.other.String() != "something is wrong\n" {
		t.Errorf("%v, %q", at.seconds, at.other.String())
	}
}

// BenchmarkReadFilm is ten minutes of made-up film of 640×360 at 25 frames a second.
func BenchmarkReadFilm(b *testing.B) {
	file := made(b, "long.mp4", "-f", "lavfi", "-i", "testsrc2=d=600:size=640x360:rate=25", "-c:v", "mpeg4", "-q:v", "5")
	b.Logf("sandbox: %s", sandbox.Level())
	for b.Loop() {
		film, err := ReadFilm(b.Context(), file, false)
		if err != nil || len(film.Features) < 600 {
			b.Fatal(len(film.Features), film.Fault, err)
		}
	}
	b.ReportMetric(15_000*float64(b.N)/b.Elapsed().Seconds(), "frames/s")
}
