package pdq

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"testing"

	"github.com/argine/argine/pdq/internal/jpegtest"
)

// lying are the ways in which a camera may have stored an upright picture, by
// the value of the EXIF tag: what has to be done to the upright picture.
var lying = [9]Variant{
	0: Original, 1: Original, 2: FlippedHorizontally, 3: Rotated180, 4: FlippedVertically,
	5: Transposed, 6: Rotated90, 7: Antitransposed, 8: Rotated270,
}

// TestUpright: with Upright every stored picture has the hash that Dihedral
// gives the variant, which is the hash of the upright picture but for a few
// bits; without, EXIF changes nothing.
func TestUpright(t *testing.T) {
	img := pattern(3, 120, 88)
	want, _ := FromImage(img)
	most := 0
	for value, how := range lying {
		stored := turned(img, how)
		data := jpegtest.Encode(stored, jpegtest.Options{Coarseness: 2, Orientation: value})
		plain := jpegtest.Encode(stored, jpegtest.Options{Coarseness: 2})
		h := &Hasher{Upright: true}
		hash, _, err := h.FromReader(bytes.NewReader(data), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		d := hash.Distance(want)
		most = max(most, d)
		if d > 12 {
			t.Errorf("orientation %d: %d bits from the upright picture", value, d)
		}
		variants, _, _ := new(Hasher).DihedralFromReader(bytes.NewReader(plain), Limits{})
		if got := variants[Orientation(data)]; got != hash {
			t.Errorf("orientation %d: %d bits from the variant", value, got.Distance(hash))
		}
		if all, _, err := h.DihedralFromReader(bytes.NewReader(data), Limits{}); err != nil || all[Original] != hash {
			t.Errorf("orientation %d: variants begin with %v, want %v; %v", value, all[Original], hash, err)
		}
		ignored, _, _ := FromReader(bytes.NewReader(data), Limits{})
		if ignored != variants[Original] {
			t.Errorf("orientation %d is not ignored", value)
		}
	}
	t.Logf("at most %d bits from the upright picture", most)
}

func TestOrientation(t *testing.T) {
	exif := func(order binary.AppendByteOrder, mark string, value uint16) []byte {
		b := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 10)
		b = order.AppendUint16(append(b, 0, 0), 2)
		for _, entry := range [][2]uint16{{256, 99}, {274, value}} {
			b = order.AppendUint16(order.AppendUint16(b, entry[0]), 3)
			b = order.AppendUint16(order.AppendUint32(b, 1), entry[1])
			b = append(b, 0, 0)
		}
		return b
	}
	var p bytes.Buffer
	if err := png.Encode(&p, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	big, little := exif(binary.BigEndian, "MM", 8), exif(binary.LittleEndian, "II", 6)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(big))), "eXIf"...)
	chunk = append(append(chunk, big...), 0, 0, 0, 0)
	webp := losslessWebP(pattern(1, 6, 6))
	webp = append(webp, "EXIF"...)
	webp = append(binary.LittleEndian.AppendUint32(webp, uint32(len(little))), little...)
	whole := jpegtest.Encode(image.NewGray(image.Rect(0, 0, 9, 9)), jpegtest.Options{Orientation: 5})
	for name, test := range map[string]struct {
		file []byte
		want Variant
	}{
		"TIFF, big":      {big, Rotated90},
		"TIFF, little":   {little, Rotated270},
		"beyond 8":       {exif(binary.LittleEndian, "II", 9), Original},
		"PNG":            {append(p.Bytes()[:33:33], append(chunk, p.Bytes()[33:]...)...), Rotated90},
		"PNG without":    {p.Bytes(), Original},
		"WebP":           {webp, Rotated270},
		"WebP without":   {losslessWebP(pattern(1, 6, 6)), Original},
		"JPEG":           {whole, Transposed},
		"no picture":     {[]byte("text"), Original},
		"nothing at all": {nil, Original},
	} {
		if got := Orientation(test.file); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
		for n := range test.file {
			Orientation(test.file[:n]) // must not panic
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(jpegtest.Encode(image.NewGray(image.Rect(0, 0, 9, 9)), jpegtest.Options{Orientation: 5}))
	f.Add(losslessWebP(pattern(1, 6, 6)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if v := Orientation(data); v < 0 || v >= Variants {
			t.Fatalf("variant %d", v)
		}
	})
}
