package pdq

import (
	"encoding/binary"
	"image"
)

// losslessWebP writes img in the plainest form that RFC 9649 allows: no
// transform, no cache, and prefix codes in which every byte has 8 bits.
func losslessWebP(img *image.NRGBA) []byte {
	var w bitWriter
	w.put(0x2f, 8)
	w.put(uint32(img.Rect.Dx()-1), 14)
	w.put(uint32(img.Rect.Dy()-1), 14)
	w.put(0, 1+3) // no opacity, version 0
	w.put(0, 3)   // no transform, no colour cache, one set of prefix codes
	for _, symbols := range []int{256 + 24, 256, 256, 256} {
		w.plainCode(symbols)
	}
	w.put(1, 1) // distances, never used: a simple code
	w.put(0, 1+1)
	w.put(0, 1)
	for i := 0; i < len(img.Pix); i += 4 {
		for _, c := range []int{1, 0, 2, 3} { // green, red, blue, opacity
			w.put(reversed(img.Pix[i+c]), 8)
		}
	}
	w.put(0, 7)
	if len(w.out)%2 == 1 {
		w.out = append(w.out, 0)
	}
	file := []byte("RIFF")
	file = binary.LittleEndian.AppendUint32(file, uint32(len(w.out)+12))
	file = append(file, "WEBPVP8L"...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(w.out)))
	return append(file, w.out...)
}

// plainCode says that symbols 0 to 255 have 8 bits and the others none. Its own
// code has two lengths, 0 and 8, of one bit each.
func (w *bitWriter) plainCode(symbols int) {
	w.put(0, 1)
	w.put(12-4, 4) // lengths for 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8
	for _, length := range []uint32{0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1} {
		w.put(length, 3)
	}
	w.put(0, 1)
	for symbol := range symbols {
		if symbol < 256 {
			w.put(1, 1)
		} else {
			w.put(0, 1)
		}
	}
}

// reversed: prefix codes go from the top bit, everything else from the bottom.
func reversed(b uint8) uint32 {
	var r uint32
	for range 8 {
		r, b = r<<1|uint32(b&1), b>>1
	}
	return r
}

// bitWriter packs bits from the lowest of each byte on.
type bitWriter struct {
	out  []byte
	word uint64
	bits int
}

func (w *bitWriter) put(value uint32, bits int) {
	w.word |= uint64(value) << w.bits
	for w.bits += bits; w.bits >= 8; w.bits -= 8 {
		w.out = append(w.out, byte(w.word))
		w.word >>= 8
	}
}
