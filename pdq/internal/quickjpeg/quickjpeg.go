// Package quickjpeg decodes the JPEG pictures that cameras, telephones and web
// sites make, two to three times as fast as image/jpeg: 8 bits, grey or YCbCr,
// sequential or progressive, with any common subsampling and with restart
// markers (ITU-T T.81).
//
// It declines everything else, and everything that is damaged, with
// [ErrDeclined]: whoever calls it then asks image/jpeg, which decodes the rest
// (CMYK, RGB, odd samplings) and whose errors say what is wrong. So this package
// never has to guess, and what it accepts means the same to both: a pixel
// differs by one level at most, where two inverse transforms round differently.
//
// A picture comes whole, or as stripes of 8 or 16 lines in memory that is used
// again, so that a hash of a sequential picture needs no memory for its pixels.
// Time goes into Huffman codes. They are read from a 64-bit window, from bytes
// whose stuffing was taken out before, by a table that gives the run, the value
// and the length of most coefficients at once.
package quickjpeg

import (
	"errors"
	"image"
)

var (
	// ErrDeclined: damaged, or of a kind that is left to image/jpeg.
	ErrDeclined = errors.New("quickjpeg: left to another decoder")
	// ErrScans: a progressive picture may go over its pixels again and again.
	// One with more than maxScans, which no encoder writes, is made to waste
	// time and should be given to no decoder at all.
	ErrScans = errors.New("more than 500 scans")
)

const maxScans = 500

// A Decoder holds tables and buffers, so that the next picture allocates
// nothing. The zero value is ready. It is not for several goroutines at once.
type Decoder struct {
	// Width and Height are those of the picture that was opened.
	Width, Height int
	// Half, which may be set before or after Open, makes [Decoder.Stripes] hand
	// out a picture of half the width and height, rounded up: a sample is the
	// mean of four, but for the upper half of the frequencies of a block, which
	// hardly have one, and which are left out.
	Half bool

	data []byte
	at   int // of the next byte of data

	components  []component
	frame       [3]component
	progressive bool
	jfif, adobe bool
	transform   byte // of the Adobe marker
	interval    int  // of restart markers, in MCUs; 0: none
	scans       int

	acrossMCUs, downMCUs int

	quant  [4]quantisation
	codes  [2][4]huffman // DC and AC
	bits   bitReader
	clean  []byte
	coeffs block // zero between blocks

	small  bool // Half, while it applies
	planes planes
	emit   func(top int, stripe image.Image)
	gray   image.Gray
	ycbcr  image.YCbCr
}

// A component is one plane: Y, Cb or Cr.
type component struct {
	id, quant byte
	h, v      int // blocks in an MCU, across and down
	across    int // blocks in a line of the padded plane
	dc, ac    *huffman
	predicted int32
	seen      bool // a scan has brought its DC

	// Of all blocks of a progressive picture: 64 coefficients in zigzag order,
	// and bits that tell those other than zero, the first left aside.
	stored  []int16
	present []uint64
}

// A quantisation is what coefficients are multiplied with, in zigzag order.
type quantisation struct {
	steps [64]step
	small [64]step // for pictures of half the size
	known bool
}

// A step is the factor of a coefficient, times 2^32 if it is the right one of a
// pair, and where that pair stands in a block.
type step struct {
	factor int64
	at     int
}

// Open reads the headers of a picture up to its first scan, and keeps data for
// [Decoder.Decode] or [Decoder.Stripes].
func (d *Decoder) Open(data []byte) error {
	d.data, d.at, d.scans, d.interval = data, 0, 0, 0
	d.components, d.jfif, d.adobe = nil, false, false
	for i := range d.quant {
		d.quant[i].known = false
		d.codes[0][i].known, d.codes[1][i].known = false, false
	}
	if len(data) < 4 || data[0] != 0xff || data[1] != markerSOI {
		return ErrDeclined
	}
	d.at = 2
	marker, err := d.headers()
	if err != nil {
		return err
	}
	if marker != markerSOS || d.components == nil || d.isRGB() {
		return ErrDeclined
	}
	return nil
}

// isRGB tells the pictures whose planes are red, green and blue.
func (d *Decoder) isRGB() bool {
	if d.jfif || len(d.components) != 3 {
		return false
	}
	return d.adobe && d.transform == 0 ||
		d.frame[0].id == 'R' && d.frame[1].id == 'G' && d.frame[2].id == 'B'
}

// Decode gives the opened picture whole, in memory of its own: an *image.Gray
// or an *image.YCbCr.
func (d *Decoder) Decode() (image.Image, error) {
	d.emit, d.small = nil, false
	d.planes = planes{}
	d.layOut(d.downMCUs)
	if err := d.run(); err != nil {
		return nil, err
	}
	img := d.picture(d.Height)
	d.planes = planes{}
	switch img := img.(type) {
	case *image.Gray:
		out := *img
		return &out, nil
	case *image.YCbCr:
		out := *img
		return &out, nil
	}
	return nil, ErrDeclined
}

// Stripes hands out the opened picture in stripes from the top, each as an
// image as wide as the picture whose first line is the line top. A stripe is
// overwritten by the next. After an error all of them are void.
func (d *Decoder) Stripes(emit func(top int, stripe image.Image)) error {
	d.emit, d.small = emit, d.Half
	defer func() { d.emit, d.small = nil, false }()
	d.layOut(1)
	return d.run()
}

// run decodes from the first scan to the end of the picture.
func (d *Decoder) run() error {
	if d.progressive {
		d.store()
	}
	marker := byte(markerSOS)
	for marker == markerSOS {
		if d.scans++; d.scans > maxScans {
			return ErrScans
		}
		if err := d.scan(); err != nil {
			return err
		}
		var err error
		if marker, err = d.headers(); err != nil {
			return err
		}
		if marker == markerSOS && !d.progressive {
			return ErrDeclined
		}
	}
	if d.progressive {
		return d.reconstruct()
	}
	return nil
}
