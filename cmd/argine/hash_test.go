package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argine/argine/pdq"
)

// TestHashByOrientation: --exif turns a picture that says that it lies on its
// side, and only then.
func TestHashByOrientation(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 120, 80))
	for i := range img.Pix {
		x, y := i%120, i/120
		img.SetGray(x, y, color.Gray{Y: uint8(x*x/(y+9) + 3*y)})
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := "\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	name := filepath.Join(t.TempDir(), "turned.jpg")
	data := append([]byte("\xff\xd8"+exif), file.Bytes()[2:]...)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	variants, _, err := new(pdq.Hasher).DihedralFromReader(bytes.NewReader(data), pdq.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for exif, want := range map[bool]pdq.Variant{false: pdq.Original, true: pdq.Rotated270} {
		var out, report strings.Builder
		err := hashFiles(&out, &report, []string{name}, hashOptions{exif: exif})
		if err != nil || report.Len() > 0 || !strings.HasPrefix(out.String(), variants[want].String()) {
			t.Errorf("--exif %v: %v %s%s, want %v", exif, err, report.String(), out.String(), variants[want])
		}
	}
}

// TestHashReduced: --reduce gives the fingerprint of the C++ tool, and only that flag does.
func TestHashReduced(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 1300, 700))
	for i := range img.Pix {
		x, y := i%1300, i/1300
		img.Pix[i] = uint8(x*y>>9 ^ x>>2 ^ y*y>>8)
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "large.jpg")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	seen := map[pdq.Hash]bool{}
	for _, reduce := range []bool{false, true} {
		h := &pdq.Hasher{Reduce: reduce}
		want, _, err := h.FromReader(bytes.NewReader(file.Bytes()), pdq.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		seen[want] = true
		var out, report strings.Builder
		if err := hashFiles(&out, &report, []string{name}, hashOptions{reduce: reduce}); err != nil || !strings.HasPrefix(out.String(), want.String()) {
			t.Errorf("--reduce %v: %v %s%s, want %v", reduce, err, report.String(), out.String(), want)
		}
	}
	if len(seen) != 2 {
		t.Error("the picture does not tell the two apart")
	}
}
