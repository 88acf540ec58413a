package media

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// pattern is a harmless picture with enough in it to be told from others.
func pattern(seed uint64, width, height int) *image.RGBA {
	rng := rand.New(rand.NewPCG(seed, 7))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for range 40 {
		x, y, c := rng.IntN(width), rng.IntN(height), color.RGBA{uint8(rng.Uint32()), uint8(rng.Uint32()), uint8(rng.Uint32()), 255}
		for dy := range max(1, rng.IntN(height/2+1)) {
			for dx := range max(1, rng.IntN(width/2+1)) {
				img.Set((x+dx)%width, (y+dy)%height, c)
			}
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asJPEG(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// vast is a PNG whose header promises more pixels than its few bytes hold.
func vast(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	head = append(binary.BigEndian.AppendUint32(head, height), 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func newStore(t testing.TB) *blob.Store {
	t.Helper()
	store, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store.Sync = false
	return store
}

func found(t testing.TB, store *blob.Store, mime string, body []byte) capture.Found {
	t.Helper()
	sum, err := store.PutBytes(t.Context(), body)
	if err != nil {
		t.Fatal(err)
	}
	return capture.Found{URL: "https://clips.example/" + sum.String()[:8], MIME: mime, Sum: sum, Size: int64(len(body))}
}

func TestExtract(t *testing.T) {
	store := newStore(t)
	picture := asPNG(t, pattern(1, 256, 192))
	clip := bytes.Repeat([]byte("no film "), 10_000)
	list := []capture.Found{found(t, store, "image/png", picture), found(t, store, "video/mp4", clip)}
	text := found(t, store, "text/plain", []byte("All  Quiet\n")).Sum
	got, err := Extract(t.Context(), store, list, text)
	if err != nil {
		t.Fatal(err)
	}
	md5Of := func(b []byte) string { s := md5.Sum(b); return hex.EncodeToString(s[:]) }
	sha1Of := func(b []byte) string { s := sha1.Sum(b); return hex.EncodeToString(s[:]) }
	sha512Of := func(b []byte) string { s := sha512.Sum512(b); return hex.EncodeToString(s[:]) }
	fault := FaultDamaged
	if _, err := exec.LookPath("ffprobe"); err != nil {
		fault = FaultNoDecoder
	}
	hash, quality := pdq.FromImage(pattern(1, 256, 192))
	want := Extracted{Texts: []TextPrint{{Digest: TextFingerprint("all quiet"), Text: text}}, Media: []Medium{
		{SHA256: list[0].Sum.String(), MD5: md5Of(picture), SHA1: sha1Of(picture), SHA512: sha512Of(picture), MIME: "image/png", Size: int64(len(picture)), Width: 256, Height: 192, PDQ: hash.String(), Quality: quality, URL: list[0].URL},
		{SHA256: list[1].Sum.String(), MD5: md5Of(clip), SHA1: sha1Of(clip), SHA512: sha512Of(clip), MIME: "video/mp4", Size: int64(len(clip)), URL: list[1].URL, Fault: fault}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if quality < 50 {
		t.Errorf("the pattern has quality %d and tells nothing", quality)
	}
	if empty, err := Extract(t.Context(), store, nil, blob.Sum{}); err != nil || empty.Media != nil || empty.Texts != nil {
		t.Errorf("of nothing: %+v, %v", empty, err)
	}
}

// Both of the page and of what it links to, each with where it stands.
func TestTextsOfThePageAndOfDocuments(t *testing.T) {
	store := newStore(t)
	page := found(t, store, "text/plain", []byte("What the page says")).Sum
	document := found(t, store, "text/plain", []byte("What the file says\r\n"))
	got, err := Extract(t.Context(), store, []capture.Found{document, found(t, store, "text/plain", []byte(" \n"))}, page)
	if err != nil || len(got.Media) != 2 || len(got.Texts) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if p := got.Texts[0]; p.Digest != TextFingerprint("what the page says") || p.Medium != "" {
		t.Errorf("the page: %+v", p)
	}
	if p := got.Texts[1]; p.Digest != TextFingerprint("what the file says") || p.Medium != document.Sum.String() {
		t.Errorf("the document: %+v", p)
	}
}

func TestARecompressedPictureIsFoundAgain(t *testing.T) {
	store := newStore(t)
	got, err := Extract(t.Context(), store, []capture.Found{
		found(t, store, "image/png", asPNG(t, pattern(5, 256, 192))), found(t, store, "image/jpeg", asJPEG(t, pattern(5, 256, 192), 40)), found(t, store, "image/png", asPNG(t, pattern(6, 256, 192)))}, blob.Sum{})
	if err != nil {
		t.Fatal(err)
	}
	var hashes []pdq.Hash
	for _, m := range got.Media {
		h, err := pdq.ParseHash(m.PDQ)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
	}
	if near, far := hashes[0].Distance(hashes[1]), hashes[0].Distance(hashes[2]); near > 31 || far <= 31 {
		t.Errorf("the same picture is %d bits away, another %d", near, far)
	}
}

func TestPicturesThatCannotBeReadSayWhy(t *testing.T) {
	store := newStore(t)
	whole := asJPEG(t, pattern(2, 320, 240), 90)
	for name, tt := range map[string]struct {
		mime  string
		body  []byte
		fault string
	}{
		"vast":        {"image/png", vast(30_000, 30_000), FaultTooLarge},
		"over":        {"image/png", vast(40_000_001, 1), FaultTooLarge},
		"no pixels":   {"image/png", vast(6_000, 6_000), FaultTruncated}, // within the limit, after a turn
		"half":        {"image/jpeg", whole[:len(whole)/2], FaultTruncated},
		"one pixel":   {"image/png", asPNG(t, pattern(3, 1, 1)), FaultTooSmall},
		"noise":       {"image/gif", append([]byte("GIF89a\x10\x00\x10\x00\x80\x00\x00"), bytes.Repeat([]byte{0x5a}, 300)...), FaultDamaged},
		"svg":         {"image/svg+xml", []byte("<svg/>"), FaultFormat},
		"only a name": {"image/jpeg", []byte("this is a text file"), FaultFormat},
	} {
		got, err := Extract(t.Context(), store, []capture.Found{found(t, store, tt.mime, tt.body)}, blob.Sum{})
		if err != nil || len(got.Media) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		if m := got.Media[0]; m.Fault != tt.fault || m.PDQ != "" || m.Quality != 0 || m.MD5 == "" {
			t.Errorf("%s: %+v, want the fault %s", name, m, tt.fault)
		}
	}
}

func TestLargePicturesAreStillRead(t *testing.T) {
	store := newStore(t)
	f := found(t, store, "image/png", asPNG(t, image.NewGray(image.Rect(0, 0, 2500, 1800))))
	got, err := Extract(t.Context(), store, []capture.Found{f}, blob.Sum{})
	if err != nil || got.Media[0].Width != 2500 || got.Media[0].Fault != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if len(largeTurn) != 0 {
		t.Error("the turn was not given back")
	}
}

func TestAStoreThatFailsIsAnError(t *testing.T) {
	dir := t.TempDir()
	store, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, mime := range []string{"image/png", "video/mp4"} {
		f := found(t, store, mime, []byte("made up "+mime))
		name := f.Sum.String()
		if err := os.WriteFile(filepath.Join(dir, name[:2], name), []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Extract(t.Context(), store, []capture.Found{f}, blob.Sum{}); !problem.Is(err, problem.Tampered) {
			t.Errorf("%s: a changed file was taken: %v", mime, err)
		}
		f.Sum = blob.SumOf([]byte("nowhere"))
		if _, err := Extract(t.Context(), store, []capture.Found{f}, blob.Sum{}); !problem.Is(err, problem.NotFound) {
			t.Errorf("%s: %v", mime, err)
		}
	}
	if _, err := Extract(t.Context(), store, nil, blob.SumOf([]byte("no text"))); !problem.Is(err, problem.NotFound) {
		t.Errorf("text: %v", err)
	}
}

func TestTextFingerprint(t *testing.T) {
	same := []string{"The office opens at 9", "  the  OFFICE\u00a0opens\n at ９ ", "THE oﬃce\topens at 9"}
	for _, s := range same[1:] {
		if TextFingerprint(s) != TextFingerprint(same[0]) {
			t.Errorf("%q is another text", s)
		}
	}
	if TextFingerprint("Straße") != TextFingerprint("STRASSE") || TextFingerprint("a b") == TextFingerprint("ab") || TextFingerprint("a") == TextFingerprint("a\xff") {
		t.Error("what is the same and what is not")
	}
	for _, nothing := range []string{"", " \n\u3000"} {
		if TextFingerprint(nothing) != "" {
			t.Errorf("%q has a fingerprint", nothing)
		}
	}
	if got, want := TextFingerprint("Hello\nWorld"), "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"; got != want { // of "hello world"
		t.Errorf("got %s", got)
	}
}

func TestJobsSurviveBeingWritten(t *testing.T) {
	in := Job{Work: []Work{{Item: "itm_1", Capture: "cap_1", Found: []capture.Found{{URL: "https://a.example/", MIME: "image/png", Sum: blob.SumOf([]byte("x")), Size: 1}}}, {Item: "itm_2", Capture: "cap_2", Text: blob.SumOf([]byte("y"))}}}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Job
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(string(text), strings.Repeat("0", 64)) {
		t.Errorf("a text that is not there is written: %s", text)
	}
}

// BenchmarkExtract is one item: a picture of 256×192 as PNG and as JPEG, and 3 kB of text.
func BenchmarkExtract(b *testing.B) {
	store := newStore(b)
	text := found(b, store, "text/plain", []byte(strings.Repeat("All quiet on the platform. ", 110))).Sum
	for _, tt := range []struct {
		name string
		f    capture.Found
	}{{"png", found(b, store, "image/png", asPNG(b, pattern(1, 256, 192)))}, {"jpeg", found(b, store, "image/jpeg", asJPEG(b, pattern(1, 256, 192), 85))}} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Extract(b.Context(), store, []capture.Found{tt.f}, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
