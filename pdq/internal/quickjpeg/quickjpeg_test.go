package quickjpeg

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/argine/argine/pdq/internal/jpegtest"
)

// picture draws waves, an edge and noise, in colour.
func picture(seed uint64, width, height int) *image.NRGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		x, y := i%width, i/width
		edge := uint8(x * 3 / width * 90)
		img.SetNRGBA(x, y, color.NRGBA{uint8(5*x) ^ uint8(r.IntN(8)), edge + uint8(r.IntN(30)), uint8(x*y/8) | edge, 255})
	}
	return img
}

// kinds are the ways to write a picture that are read here.
func kinds() (all []jpegtest.Options) {
	for _, progressive := range []bool{false, true} {
		for _, coarseness := range []int{1, 6} {
			for _, chroma := range [][2]int{{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}, {4, 2}} {
				all = append(all, jpegtest.Options{Across: chroma[0], Down: chroma[1],
					Progressive: progressive, Coarseness: coarseness})
			}
			all = append(all, jpegtest.Options{Kind: jpegtest.Gray, Progressive: progressive, Coarseness: coarseness},
				jpegtest.Options{Across: 2, Down: 2, Progressive: progressive, Coarseness: coarseness, Interval: 3})
		}
	}
	return all
}

func decode(data []byte) (image.Image, error) {
	var d Decoder
	if err := d.Open(data); err != nil {
		return nil, err
	}
	return d.Decode()
}

// TestAgainstStandard: no sample of any plane is more than one level from what
// image/jpeg decodes, for every kind and for sizes that end within a block.
func TestAgainstStandard(t *testing.T) {
	for _, o := range kinds() {
		for i, size := range []image.Point{{1, 1}, {8, 8}, {35, 51}, {64, 33}} {
			data := jpegtest.Encode(picture(uint64(i), size.X, size.Y), o)
			got, err := decode(data)
			if err != nil {
				t.Errorf("%+v %v: %v", o, size, err)
				continue
			}
			plain := o
			if o.Progressive {
				// image/jpeg counts the MCUs of a scan of one component
				// otherwise than A.2.2 and B.2.4.4 say.
				plain.Interval = 0
			}
			want, err := jpeg.Decode(bytes.NewReader(jpegtest.Encode(picture(uint64(i), size.X, size.Y), plain)))
			if err != nil {
				t.Fatal(err)
			}
			if far := farthest(got, want); far > 1 {
				t.Errorf("%+v %v: %d levels off", o, size, far)
			}
		}
	}
}

// farthest is the greatest difference of two samples of a plane.
func farthest(a, b image.Image) int {
	if a.Bounds() != b.Bounds() {
		return 256
	}
	switch a := a.(type) {
	case *image.Gray:
		b, ok := b.(*image.Gray)
		if !ok {
			return 256
		}
		return farthestOf(a.Rect, func(x, y int) int { return int(a.Pix[a.PixOffset(x, y)]) - int(b.Pix[b.PixOffset(x, y)]) })
	case *image.YCbCr:
		b, ok := b.(*image.YCbCr)
		if !ok || a.SubsampleRatio != b.SubsampleRatio {
			return 256
		}
		return max(
			farthestOf(a.Rect, func(x, y int) int { return int(a.Y[a.YOffset(x, y)]) - int(b.Y[b.YOffset(x, y)]) }),
			farthestOf(a.Rect, func(x, y int) int { return int(a.Cb[a.COffset(x, y)]) - int(b.Cb[b.COffset(x, y)]) }),
			farthestOf(a.Rect, func(x, y int) int { return int(a.Cr[a.COffset(x, y)]) - int(b.Cr[b.COffset(x, y)]) }))
	}
	return 256
}

func farthestOf(r image.Rectangle, difference func(x, y int) int) (far int) {
	for y := range r.Dy() {
		for x := range r.Dx() {
			d := difference(x, y)
			far = max(far, d, -d)
		}
	}
	return far
}

// TestStripes: stripes, one after another in the same memory, are the picture;
// and the second picture of a Decoder allocates nothing.
func TestStripes(t *testing.T) {
	var d Decoder
	for _, o := range kinds() {
		data := jpegtest.Encode(picture(3, 50, 45), o)
		whole, err := decode(data)
		if err != nil {
			t.Fatal(err)
		}
		next := 0
		take := func(top int, stripe image.Image) {
			if top != next || stripe.Bounds().Dx() != 50 {
				t.Fatalf("%+v: a stripe %v at line %d, want line %d", o, stripe.Bounds(), top, next)
			}
			next += stripe.Bounds().Dy()
			part := whole.(interface {
				SubImage(image.Rectangle) image.Image
			}).SubImage(image.Rect(0, top, 50, next))
			for i := range 50 * (next - top) {
				if got, want := stripe.At(i%50, i/50), part.At(i%50, top+i/50); got != want {
					t.Fatalf("%+v: pixel %d,%d is %v, want %v", o, i%50, top+i/50, got, want)
				}
			}
		}
		if err := errors.Join(d.Open(data), d.Stripes(take)); err != nil || next != 45 {
			t.Fatalf("%+v: %d lines, %v", o, next, err)
		}
		none := func(int, image.Image) {}
		if n := testing.AllocsPerRun(3, func() {
			if errors.Join(d.Open(data), d.Stripes(none)) != nil {
				t.Fatal("the second time went wrong")
			}
		}); n != 0 {
			t.Errorf("%+v: %v allocations", o, n)
		}
	}
}

// TestDeclined: what is damaged or of another kind is left to others, and never
// half of a picture taken for the whole.
func TestDeclined(t *testing.T) {
	img := picture(4, 20, 20)
	for _, kind := range []jpegtest.Kind{jpegtest.CMYK, jpegtest.RGB} {
		if _, err := decode(jpegtest.Encode(img, jpegtest.Options{Kind: kind})); !errors.Is(err, ErrDeclined) {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
	for _, o := range []jpegtest.Options{{Across: 2, Down: 2, Interval: 1}, {Progressive: true}} {
		data := jpegtest.Encode(img, o)
		for n := range data {
			if _, err := decode(data[:n]); !errors.Is(err, ErrDeclined) {
				t.Fatalf("%+v: %d of %d bytes: %v", o, n, len(data), err)
			}
		}
	}
	data := jpegtest.Encode(img, jpegtest.Options{Interval: 1})
	for _, change := range []struct{ what, from, to string }{
		{"16 bits a sample", "\x08\x00\x14\x00\x14", "\x10\x00\x14\x00\x14"},
		{"no lines", "\x08\x00\x14\x00\x14", "\x08\x00\x00\x00\x14"},
		{"arithmetic coding", "\xff\xc0", "\xff\xc9"},
		{"no first interval", "\xff\xd0", "\xff\xd1"},
		{"no quantisation", "\xff\xdb\x00\x43\x00", "\xff\xdb\x00\x43\x03"},
		{"no code for DC", "\xff\xc4\x00\x1f\x00", "\xff\xc4\x00\x1f\x01"},
		{"too many codes", "\x00\x01\x01\x01\x01\x01\x01\x01", "\x04\x01\x01\x01\x01\x01\x01\x01"},
		{"two planes of one name", "\x01\x11\x00\x02\x11\x00", "\x02\x11\x00\x02\x11\x00"},
	} {
		changed := bytes.Replace(data, []byte(change.from), []byte(change.to), 1)
		if bytes.Equal(changed, data) {
			t.Fatalf("%s: nothing to change", change.what)
		}
		if _, err := decode(changed); !errors.Is(err, ErrDeclined) {
			t.Errorf("%s: %v", change.what, err)
		}
	}
}

// TestScans: a picture that goes over its pixels without end is refused.
func TestScans(t *testing.T) {
	data := jpegtest.Encode(picture(5, 8, 8), jpegtest.Options{Kind: jpegtest.Gray, Progressive: true})
	// The scan of the last bit of DC can be read again and again.
	start := bytes.Index(data, []byte("\xff\xda\x00\x08\x01\x01\x00\x00\x00\x10"))
	end := start + 2 + bytes.Index(data[start+2:], []byte("\xff\xda"))
	bomb := bytes.Clone(data[:end])
	for range maxScans {
		bomb = append(bomb, data[start:end]...)
	}
	if _, err := decode(append(bomb, 0xff, 0xd9)); !errors.Is(err, ErrScans) {
		t.Errorf("%d scans: %v", maxScans+7, err)
	}
	if _, err := decode(data); err != nil {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	for i, o := range kinds() {
		if i%3 == 0 {
			f.Add(jpegtest.Encode(picture(uint64(i), 20, 18), o))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var d Decoder
		if err := d.Open(data); err != nil || d.Width*d.Height > 10_000 {
			return
		}
		got, err := d.Decode()
		if err != nil {
			return
		}
		if d.progressive && d.interval > 0 && d.frame[0].h*d.frame[0].v > 1 {
			return // see TestAgainstStandard
		}
		want, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("accepted, but image/jpeg says %v", err)
		}
		if loud := loudest(data); loud <= 8192 {
			if far := farthest(got, want); far > 1 {
				t.Fatalf("%d levels off", far)
			}
		}
	})
}

// loudest is the greatest sum of the absolute coefficients of a block. Blocks of
// pixels stay below 8192, but for noise of full contrast; above it intermediate
// results of one transform or another leave 32 bits.
func loudest(data []byte) int {
	var d Decoder
	most := 0
	note := func(c *block) {
		sum := 0
		for _, pair := range c {
			left := int64(int32(pair))
			right := (pair - left) >> 32
			sum += int(max(left, -left) + max(right, -right))
		}
		most = max(most, sum)
	}
	if d.Open(data) != nil {
		return 0
	}
	d.layOut(1)
	if d.progressive {
		if _, err := d.Decode(); err != nil {
			return 0
		}
		for i := range d.components {
			c := &d.components[i]
			for at, present := range c.present {
				var b block
				dequantise((*[64]int16)(c.stored[64*at:]), present, &d.quant[c.quant].steps, &b)
				note(&b)
			}
		}
		return most
	}
	head, _ := d.segment()
	var p pass
	d.readPass(head, &p)
	d.restart()
	for mcu, restarts := 0, 0; mcu < d.acrossMCUs*d.downMCUs; mcu++ {
		if d.interval > 0 && mcu > 0 && mcu%d.interval == 0 {
			d.nextInterval(restarts)
			restarts++
		}
		for _, which := range p.components[:p.count] {
			c := &d.components[which]
			for range c.h * c.v {
				var b block
				d.bits.read(c, &d.quant[c.quant].steps, &b)
				note(&b)
			}
		}
	}
	return most
}

func ExampleDecoder() {
	data := jpegtest.Encode(picture(1, 40, 20), jpegtest.Options{Across: 2, Down: 2})
	var d Decoder
	if err := d.Open(data); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Width, d.Height)
	err := d.Stripes(func(top int, stripe image.Image) { fmt.Println(top, stripe.Bounds()) })
	fmt.Println(err)
	// Output:
	// 40 20
	// 0 (0,0)-(40,16)
	// 16 (0,0)-(40,4)
	// <nil>
}
