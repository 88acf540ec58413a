package pdq_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/argine/argine/pdq"
)

func ExampleFromReader() {
	img := image.NewGray(image.Rect(0, 0, 128, 128))
	for i := range img.Pix {
		x, y := i%128, i/128
		img.SetGray(x, y, color.Gray{Y: uint8(x*x/(y+8) + y*3)})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		fmt.Println(err)
		return
	}
	hash, quality, err := pdq.FromReader(&file, pdq.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	known, err := pdq.ParseHash(hash.String())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(quality >= 50, hash.Distance(known) <= 31)
	// Output: true true
}
