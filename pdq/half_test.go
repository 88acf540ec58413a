package pdq

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/argine/argine/pdq/internal/jpegtest"
)

// halfCost is how many bits half the resolution moves the hash of a JPEG, and
// how far its buffer is from that of image/jpeg at the full one.
func halfCost(t *testing.T, data []byte, from int) (bits int, levels float32) {
	t.Helper()
	half, exact, standard := &Hasher{halveFrom: from}, &Hasher{Exact: true}, new(Hasher)
	a, qualityA, errA := half.FromReader(bytes.NewReader(data), Limits{})
	b, qualityB, errB := exact.FromReader(bytes.NewReader(data), Limits{})
	img, err := jpeg.Decode(bytes.NewReader(data))
	if errA != nil || errB != nil || err != nil {
		t.Fatal(errA, errB, err)
	}
	c, _ := standard.FromImage(img)
	if d := b.Distance(c); d > 2 {
		t.Errorf("exact: %d bits from what image/jpeg decodes", d)
	}
	if d := qualityA - qualityB; d > 1 || d < -1 {
		t.Errorf("quality %d, exactly %d", qualityA, qualityB)
	}
	for i := range side {
		for j := range side {
			d := half.decimated[i][j] - exact.decimated[i][j]
			levels = max(levels, d, -d)
		}
	}
	return a.Distance(b), levels
}

// TestHalfGenerated: a picture just large enough, with odd sides; and smaller
// ones, for which half the resolution is too little, in every way of writing.
func TestHalfGenerated(t *testing.T) {
	if !raced { // it takes long and proves nothing about races
		data := writeJPEG(t, enlarged(pattern(8, 300, 293), 7), 85)
		bits, levels := halfCost(t, data, 0)
		t.Logf("2100×2051: %d bits, %.2f levels", bits, levels)
		if bits > 2 || levels > 1 || levels == 0 {
			t.Errorf("2100×2051: %d bits, %.2f levels", bits, levels)
		}
	}
	for _, o := range []jpegtest.Options{
		{Kind: jpegtest.Gray}, {Across: 2, Down: 1, Interval: 7}, {Across: 2, Down: 2, Progressive: true, Coarseness: 3}, {Across: 4, Down: 2},
	} {
		data := jpegtest.Encode(pattern(2, 261, 233), o)
		if b, l := halfCost(t, data, 200); b > 16 || l > 16 {
			t.Errorf("%+v: %d bits, %.2f levels", o, b, l)
		}
	}
}

// enlarged makes squares of pixels, chroma at every other one.
func enlarged(img *image.NRGBA, times int) *image.YCbCr {
	small := chromaOf(img, image.YCbCrSubsampleRatio444)
	width, height := small.Rect.Dx(), small.Rect.Dy()
	out := image.NewYCbCr(image.Rect(0, 0, width*times, height*times), image.YCbCrSubsampleRatio420)
	for y := range height * times {
		for x := range width * times {
			from := y/times*small.YStride + x/times
			out.Y[y*out.YStride+x] = small.Y[from]
			at := y/2*out.CStride + x/2
			out.Cb[at], out.Cr[at] = small.Cb[from], small.Cr[from]
		}
	}
	return out
}

func writeJPEG(t *testing.T, img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHalfReference: the pictures of the reference data are a little too small
// for it. All the same, of those with windows of 7 pixels and more, half the
// resolution moves the hash by at most 4 bits and by less than one on average.
func TestHalfReference(t *testing.T) {
	n, sum := 0, 0
	for _, e := range expectations(t) {
		if b := e.picture.Bounds(); min(b.Dx(), b.Dy()) < 1000 {
			continue
		}
		if raced && n == 2 {
			break // the others take long and prove nothing about races
		}
		data, err := os.ReadFile(filepath.Join(reference, e.file))
		if err != nil {
			t.Fatal(err)
		}
		bits, levels := halfCost(t, data, 1000)
		t.Logf("%-26s %d bits, %.2f levels", e.file, bits, levels)
		n, sum = n+1, sum+bits
		if bits > 4 {
			t.Errorf("%s: %d bits", e.file, bits)
		}
	}
	if n == 0 || sum > n {
		t.Errorf("%d pictures, %d bits in all", n, sum)
	}
}

// TestFold: folded weights are those of the samples they stand for.
func TestFold(t *testing.T) {
	for _, n := range []int{1024, 1025, 1531, 4032} {
		var one, two axis
		one.prepare(n, 1)
		two.prepare(n, 2)
		for i := range side {
			want := make([]uint32, (n+1)/2)
			start, weights := one.of(i)
			for k, w := range weights {
				want[(start+k)/2] += w
			}
			start, weights = two.of(i)
			for k, w := range weights {
				want[start+k] -= w
			}
			for k, rest := range want {
				if rest != 0 {
					t.Fatalf("%d samples, output %d: weight of pair %d is %d too small", n, i, k, int32(rest))
				}
			}
			if weights[0] == 0 || weights[len(weights)-1] == 0 {
				t.Errorf("%d samples, output %d begins or ends with nothing", n, i)
			}
		}
	}
}
