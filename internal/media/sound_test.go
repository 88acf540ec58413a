package media

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/argine/argine/sound"
)

// tune writes a made-up melody as a WAV file of so many seconds: chords of decaying notes
// with their harmonics, and a little noise.
func tune(t testing.TB, seed uint64, seconds int) string {
	t.Helper()
	const rate = 11025
	rng := rand.New(rand.NewPCG(seed, 5))
	samples := make([]float64, rate*seconds)
	for at := 0; at < len(samples); at += rate/6 + rng.IntN(rate/4) {
		for range 1 + rng.IntN(3) {
			pitch := 110 * math.Pow(2, float64(rng.IntN(36))/12)
			long := rate/4 + rng.IntN(rate/3)
			for h := 1.0; h <= 4 && pitch*h < rate/2; h++ {
				turn, is := math.Sincos(2 * math.Pi * pitch * h / rate)
				re, im, fading := (0.1+0.1*rng.Float64())/h, 0.0, math.Exp(-3/float64(long))
				turn, is = turn*fading, is*fading
				for i := at; i < min(at+long, len(samples)); i++ {
					samples[i] += im
					re, im = re*is-im*turn, re*turn+im*is
				}
			}
		}
	}
	head := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	head = binary.LittleEndian.AppendUint32(head, rate)
	head = binary.LittleEndian.AppendUint32(head, 2*rate)
	head = append(head, "\x02\x00\x10\x00data"...)
	out := binary.LittleEndian.AppendUint32(head, uint32(2*len(samples)))
	binary.LittleEndian.PutUint32(out[4:], uint32(36+2*len(samples)))
	for _, s := range samples {
		s += 0.004 * (rng.Float64() - 0.5)
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(20000*max(-1.5, min(1.5, s)))))
	}
	file := filepath.Join(t.TempDir(), "tune.wav")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func heard(t testing.TB, file string) sound.Print {
	t.Helper()
	print, err := ReadSound(t.Context(), file)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return print
}

// Ten seconds of ten minutes, from an odd place, in four codecs at low rates.
func TestTenSecondsAreFoundInTenMinutes(t *testing.T) {
	needFFmpeg(t)
	whole := tune(t, 1, 600)
	bank := heard(t, whole)
	if n := 600 / sound.WordSeconds; math.Abs(float64(len(bank))-n) > 30 {
		t.Fatalf("%d words in ten minutes, not about %.0f", len(bank), n)
	}
	for name, codec := range map[string][]string{
		"x.mp3": {"-c:a", "libmp3lame", "-b:a", "48k"}, "x.m4a": {"-c:a", "aac", "-b:a", "48k"},
		"x.opus": {"-c:a", "libopus", "-b:a", "24k"}, "x.mp4": {"-c:a", "aac", "-b:a", "32k", "-f", "mp4"},
	} {
		got := sound.Compare(heard(t, made(t, name, append([]string{"-ss", "417.31", "-t", "10", "-i", whole}, codec...)...)), bank)
		if len(got.Spans) != 1 || got.QueryPercent < 90 {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		s := got.Spans[0]
		t.Logf("%s: at %.1f to %.1f s, %.1f %% of the bits differ", name, s.Bank.From, s.Bank.To, 100*s.ErrorRate)
		if math.Abs(s.Bank.From-s.Query.From-417.31) > 0.3 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	other := heard(t, tune(t, 2, 60))
	if got := sound.Compare(other, bank); len(got.Spans) > 0 {
		t.Errorf("another tune: %+v", got)
	}
}

func TestWhatIsTheSameEverywhereMatchesNothing(t *testing.T) {
	needFFmpeg(t)
	prints := map[string]sound.Print{}
	for name, source := range map[string]string{
		"silence": "anullsrc", "tone": "sine=440", "other tone": "sine=900", "white": "anoisesrc=c=white:seed=1", "white too": "anoisesrc=c=white:seed=2",
		"pink": "anoisesrc=c=pink:seed=3", "pink too": "anoisesrc=c=pink:seed=4", "brown": "anoisesrc=c=brown:a=0.5:seed=5", "brown too": "anoisesrc=c=brown:a=0.5:seed=6",
		"hum": "aevalsrc='0.3*sin(2*PI*50*t)+0.1*sin(2*PI*150*t)+0.01*random(0)'",
	} {
		prints[name] = heard(t, made(t, "x.wav", "-f", "lavfi", "-t", "30", "-i", source))
	}
	for a, p := range prints {
		for b, q := range prints {
			if a >= b {
				continue
			}
			if got := sound.Compare(p, q); len(got.Spans) > 0 {
				t.Errorf("%s in %s: %+v", a, b, got)
			}
		}
	}
	if w := prints["silence"].Windows(1); len(w) > 0 || len(prints["silence"]) == 0 {
		t.Errorf("silence: %d windows of %d words", len(w), len(prints["silence"]))
	}
}
