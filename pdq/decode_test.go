package pdq

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/gen2brain/avif"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/argine/argine/pdq/internal/jpegtest"
)

// encoded writes one picture in each format that the libraries write in little
// time. The first word of a name is the format.
func encoded(t testing.TB, img *image.NRGBA) map[string][]byte {
	t.Helper()
	files := map[string][]byte{
		"webp":             losslessWebP(img),
		"jpeg progressive": jpegtest.Encode(img, jpegtest.Options{Across: 2, Down: 2, Coarseness: 3, Progressive: true}),
		"jpeg of CMYK":     jpegtest.Encode(img, jpegtest.Options{Kind: jpegtest.CMYK, Coarseness: 3}),
		"jpeg of RGB":      jpegtest.Encode(img, jpegtest.Options{Kind: jpegtest.RGB, Coarseness: 3}),
	}
	for format, encode := range map[string]func(io.Writer, image.Image) error{
		"jpeg": func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 92}) },
		"png":  png.Encode,
		"gif":  func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) },
		"bmp":  bmp.Encode,
		"tiff": func(w io.Writer, m image.Image) error { return tiff.Encode(w, m, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b, img); err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		files[format] = b.Bytes()
	}
	return files
}

func TestDecode(t *testing.T) {
	img := pattern(5, 150, 97)
	want, _ := FromImage(img)
	for kind, data := range encoded(t, img) {
		format, _, _ := strings.Cut(kind, " ")
		got, name, err := Decode(bytes.NewReader(data), Limits{})
		if err != nil || name != format || got.Bounds().Size() != img.Rect.Size() {
			t.Errorf("%s: %q, %v", kind, name, err)
			continue
		}
		hash, quality, err := FromReader(bytes.NewReader(data), Limits{})
		near := 16
		if format == "gif" {
			near = 40 // 256 colours, dithered
		}
		if err != nil || quality < 90 || hash.Distance(want) > near {
			t.Errorf("%s: %d bits away, quality %d, %v", kind, hash.Distance(want), quality, err)
		}
		if whole, _ := FromImage(got); whole != hash {
			t.Errorf("%s: hashed while it is decoded it is %d bits away", kind, whole.Distance(hash))
		}
		checkBounds(t, kind, data, 150*97)
		_, name, err = Decode(bytes.NewReader(data[:len(data)/2]), Limits{})
		if name != format || !errors.Is(err, ErrTruncated) {
			t.Errorf("half of a %s: %q, %v", kind, name, err)
		}
	}
}

// checkBounds: limits hold, in both ways of reading.
func checkBounds(t *testing.T, kind string, data []byte, pixels int) {
	t.Helper()
	for _, limits := range []Limits{{MaxPixels: pixels - 1}, {MaxBytes: int64(len(data)) - 1}} {
		if _, _, err := Decode(bytes.NewReader(data), limits); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s above the limits %v: %v", kind, limits, err)
		}
		if _, _, err := FromReader(bytes.NewReader(data), limits); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s above the limits %v: %v", kind, limits, err)
		}
	}
}

// TestAVIF has a file, for writing one takes seconds.
func TestAVIF(t *testing.T) {
	const file = "testdata/pattern.avif"
	img := pattern(5, 150, 97)
	if *update {
		var b bytes.Buffer
		if err := avif.Encode(&b, img, avif.Options{Quality: 80, Speed: 8}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := FromImage(img)
	hash, quality, err := FromReader(bytes.NewReader(data), Limits{})
	if err != nil || quality < 90 || hash.Distance(want) > 16 {
		t.Errorf("%d bits away, quality %d, %v", hash.Distance(want), quality, err)
	}
	if _, name, err := Decode(bytes.NewReader(data), Limits{MaxPixels: 150*97 - 1}); name != "avif" || !errors.Is(err, ErrTooLarge) {
		t.Errorf("above the limit: %q, %v", name, err)
	}
	if _, name, err := Decode(bytes.NewReader(data[:len(data)/2]), Limits{}); name != "avif" || err == nil {
		t.Errorf("half of it: %q, %v", name, err)
	}
}

func TestDecodeErrors(t *testing.T) {
	pixel := encoded(t, pattern(1, 1, 1))
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":       {nil, ErrTooSmall},
		"text":          {[]byte("This is not a picture, whatever its name.\n"), ErrFormat},
		"page":          {[]byte("<!doctype html><title>Not found</title>"), ErrFormat},
		"start of JPEG": {[]byte("\xff\xd8\xff\xe0"), ErrTruncated},
		"start of PNG":  {[]byte("\x89PNG\r\n\x1a\n"), ErrTruncated},
		"JPEG of 1×1":   {pixel["jpeg"], ErrTooSmall},
		"PNG of 1×1":    {pixel["png"], ErrTooSmall},
		"GIF of 1×1":    {pixel["gif"], ErrTooSmall},
	} {
		hash, _, err := FromReader(bytes.NewReader(test.data), Limits{})
		if !errors.Is(err, test.want) || hash != (Hash{}) || !strings.HasPrefix(err.Error(), "pdq: ") {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if _, _, err := Decode(io.MultiReader(strings.NewReader("GIF89a"), brokenPipe{}), Limits{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a reader's own error became %v", err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestAnimation: of 5,000 frames the first is read, and a frame smaller than
// the picture lies where it belongs.
func TestAnimation(t *testing.T) {
	frame := image.NewPaletted(image.Rect(10, 20, 18, 29), palette.Plan9)
	for i := range frame.Pix {
		frame.Pix[i] = 255 // white
	}
	g := gif.GIF{Config: image.Config{ColorModel: color.Palette(palette.Plan9), Width: 60, Height: 50}}
	for range 5000 {
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		t.Fatal(err)
	}
	img, _, err := Decode(bytes.NewReader(b.Bytes()), Limits{})
	if err != nil || img.Bounds() != image.Rect(0, 0, 60, 50) {
		t.Fatalf("%v", err)
	}
	black, white := color.RGBA{A: 255}, color.RGBA{255, 255, 255, 255}
	for at, want := range map[image.Point]color.RGBA{{9, 20}: black, {10, 20}: white, {17, 28}: white, {18, 28}: black} {
		if got := img.At(at.X, at.Y); got != want {
			t.Errorf("pixel %v is %v, want %v", at, got, want)
		}
	}
	// Five thousand canvases would be 15 MB; the file is read once.
	if used := allocated(func() { FromReader(bytes.NewReader(b.Bytes()), Limits{}) }); used > uint64(4*b.Len()+2<<20) {
		t.Errorf("%d bytes allocated for a file of %d", used, b.Len())
	}
}

func TestFullRange(t *testing.T) {
	m := image.NewYCbCr(image.Rect(0, 0, 5, 1), image.YCbCrSubsampleRatio444)
	copy(m.Y, []uint8{0, 16, 126, 235, 255})
	copy(m.Cb, []uint8{0, 16, 128, 240, 255})
	fullRange(m, image.Config{})
	if want := []uint8{0, 0, 128, 255, 255}; !bytes.Equal(m.Y, want) {
		t.Errorf("luminance %v, want %v", m.Y, want)
	}
	if want := []uint8{0, 1, 128, 255, 255}; !bytes.Equal(m.Cb, want) {
		t.Errorf("chroma %v, want %v", m.Cb, want)
	}
}

// FuzzDecode: what is decoded keeps to the limits, and what is hashed while it is decoded has the
// hash of what is decoded.
func FuzzDecode(f *testing.F) {
	for _, data := range encoded(f, pattern(2, 12, 10)) {
		f.Add(data)
	}
	f.Add([]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{MaxPixels: 10_000, MaxBytes: 1 << 16}
		img, format, err := Decode(bytes.NewReader(data), limits)
		if (err == nil) != (img != nil) || err == nil && format == "" {
			t.Fatalf("%v, %q, %v", img, format, err)
		}
		hash, quality, failed := FromReader(bytes.NewReader(data), limits)
		if failed != nil && (hash != (Hash{}) || quality != 0) || quality < 0 || quality > 100 {
			t.Fatalf("hash %v of quality %d, %v", hash, quality, failed)
		}
		if err != nil {
			return
		}
		b := img.Bounds()
		if b.Dx() < 1 || b.Dy() < 1 || b.Dx()*b.Dy() > limits.MaxPixels {
			t.Fatalf("%s of %v within limits of %v", format, b, limits)
		}
		if (failed == nil) != (b.Dx() >= MinSide && b.Dy() >= MinSide) {
			t.Fatalf("%s of %v is decoded, and hashing it gives %v", format, b, failed)
		}
		if whole, q := FromImage(img); failed == nil && (whole != hash || q != quality) {
			t.Fatalf("hashed while it is decoded the %s is %d bits away, quality %d and %d", format, whole.Distance(hash), quality, q)
		}
	})
}
