package flow_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/problem"
)

var (
	service  = auth.Principal{User: "usr_service", Roles: []auth.Role{auth.PlatformContact}}
	overseer = auth.Principal{User: "usr_overseer", Roles: []auth.Role{auth.Overseer}}
)

// pattern is a made-up picture with features.
func pattern(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, color.RGBA{uint8(x * y >> 4), uint8(x*3 + y), uint8(y*y>>5 ^ x), 255})
		}
	}
	return img
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// declaredPNG is a PNG whose header tells a size, and which has nothing else.
func declaredPNG(t *testing.T, width, height uint32) []byte {
	t.Helper()
	var small bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	raw := small.Bytes()
	header := raw[12:29] // type and data of the first chunk, IHDR
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(header))
	return raw
}

// longGIF is an animation of many frames.
func longGIF(t *testing.T, frames int) []byte {
	t.Helper()
	palette := color.Palette{color.Black, color.White, color.Gray{128}}
	first := image.NewPaletted(image.Rect(0, 0, 64, 64), palette)
	for i := range first.Pix {
		first.Pix[i] = uint8(i * i >> 5 % 3)
	}
	all := &gif.GIF{}
	for range frames {
		all.Image, all.Delay = append(all.Image, first), append(all.Delay, 1)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, all); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFingerprintsOfAPhoto(t *testing.T) {
	data := asJPEG(t, pattern(320, 240))
	for _, size := range []int64{int64(len(data)), -1} {
		got, err := new(flow.Flow).Fingerprint(t.Context(), service, flow.Photo, bytes.NewReader(data), size)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.PDQ) != 64 || got.Quality < 50 || len(got.MD5) != 32 || len(got.SHA1) != 40 || len(got.SHA256) != 64 || len(got.SHA512) != 128 || got.Size != int64(len(data)) || got.Kind != flow.Photo {
			t.Errorf("%+v", got)
		}
	}
	if _, err := new(flow.Flow).Fingerprint(t.Context(), overseer, flow.Photo, bytes.NewReader(data), -1); !problem.Is(err, problem.Forbidden) {
		t.Errorf("an overseer: %v", err)
	}
	if _, err := new(flow.Flow).Fingerprint(t.Context(), service, "song", bytes.NewReader(data), -1); !problem.Is(err, problem.Invalid) {
		t.Errorf("a content type that is none: %v", err)
	}
}

// TestBadPicturesAreRefusedClearly: each kind of bad input gets its own message, and memory
// stays where it was.
func TestBadPicturesAreRefusedClearly(t *testing.T) {
	whole := asJPEG(t, pattern(320, 240))
	for name, c := range map[string]struct {
		data []byte
		kind problem.Kind
		text string
	}{
		"nothing":               {nil, problem.Invalid, "empty"},
		"text named .jpg":       {[]byte("this is text, whatever its name\n"), problem.Invalid, "no picture"},
		"one pixel":             {declaredAndDrawn(t, 1, 1), problem.Invalid, "pixels"},
		"30,000 pixels a side":  {declaredPNG(t, 30_000, 30_000), problem.TooLarge, "million pixels"},
		"a JPEG that is cut":    {whole[:len(whole)/2], problem.Invalid, "ends too early"},
		"a header and no more":  {declaredPNG(t, 100, 100)[:33], problem.Invalid, "ends too early"},
		"a picture of nonsense": {append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("nonsense"), 99)...), problem.Invalid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := new(flow.Flow).Fingerprint(t.Context(), service, flow.Photo, bytes.NewReader(c.data), -1)
			runtime.ReadMemStats(&after)
			if !problem.Is(err, c.kind) || !strings.Contains(problem.Message(err), c.text) {
				t.Errorf("%v", err)
			}
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<20 {
				t.Errorf("it took %d bytes to say so", taken)
			}
		})
	}
}

func declaredAndDrawn(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, pattern(width, height)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestALongAnimationCostsOneFrame(t *testing.T) {
	data := longGIF(t, 5000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := flow.FingerprintOf(t.Context(), flow.Photo, bytes.NewReader(data), int64(len(data)))
	runtime.ReadMemStats(&after)
	if err != nil || len(got.PDQ) != 64 {
		t.Fatalf("%+v, %v", got, err)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > uint64(8*len(data)+16<<20) {
		t.Errorf("%d bytes of file took %d bytes of memory", len(data), taken)
	}
}

func TestLongFilesAreRefused(t *testing.T) {
	endless := iotest.TimeoutReader(strings.NewReader("")) // would fail if it were read
	if _, err := flow.FingerprintOf(t.Context(), flow.Photo, endless, 1<<40); !problem.Is(err, problem.TooLarge) {
		t.Errorf("a file that says it is long: %v", err)
	}
	if _, err := flow.FingerprintOf(t.Context(), flow.Photo, zeros{}, -1); !problem.Is(err, problem.TooLarge) {
		t.Errorf("a file that does not end: %v", err)
	}
	if _, err := flow.FingerprintOf(t.Context(), flow.Photo, strings.NewReader("longer than it said"+strings.Repeat("x", 1<<17)), 10); !problem.Is(err, problem.TooLarge) {
		t.Errorf("a file that is longer than it said: %v", err)
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestAReaderThatFails(t *testing.T) {
	for _, kind := range []string{flow.Photo, flow.Video, flow.File} {
		if _, err := flow.FingerprintOf(t.Context(), kind, iotest.ErrReader(io.ErrUnexpectedEOF), -1); err == nil {
			t.Errorf("%q: no error", kind)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := flow.FingerprintOf(ended, flow.Photo, zeros{}, -1); err == nil {
		t.Error("a caller who left is served")
	}
}

func TestFingerprintsOfOtherFiles(t *testing.T) {
	got, err := flow.FingerprintOf(t.Context(), flow.File, strings.NewReader("abc"), 3)
	if err != nil || got.MD5 != "900150983cd24fb0d6963f7d28e17f72" || got.PDQ != "" || got.Size != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := flow.FingerprintOf(t.Context(), flow.Video, strings.NewReader(""), 0); !problem.Is(err, problem.Invalid) {
		t.Errorf("an empty video: %v", err)
	}
}

func TestFingerprintURL(t *testing.T) {
	data := asJPEG(t, pattern(200, 200))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/picture":
			w.Header().Set("Content-Type", "image/jpeg")
			w.Write(data)
		case "/unnamed":
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write(data)
		case "/moved":
			http.Redirect(w, r, "/picture", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	door, err := fetch.New(fetch.Config{AllowLoopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	f := &flow.Flow{Door: door}
	want, err := flow.FingerprintOf(t.Context(), flow.Photo, bytes.NewReader(data), -1)
	if err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]string{"/picture": "", "/moved": "", "/unnamed": flow.Photo} {
		if got, err := f.FingerprintURL(t.Context(), service, kind, server.URL+path); err != nil || got != want {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	for _, path := range []string{"/unnamed", "/none"} {
		if _, err := f.FingerprintURL(t.Context(), service, "", server.URL+path); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", path, err)
		}
	}
	guarded, err := fetch.New(fetch.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(guarded.Close)
	if _, err := (&flow.Flow{Door: guarded}).FingerprintURL(t.Context(), service, "", server.URL+"/picture"); err == nil {
		t.Error("an address inside is fetched")
	}
	if _, err := f.FingerprintURL(t.Context(), overseer, "", server.URL+"/picture"); !problem.Is(err, problem.Forbidden) {
		t.Errorf("an overseer: %v", err)
	}
}
