package pdq

import (
	"bytes"
	"encoding/binary"
)

// upright is the variant of a stored picture that a value of the EXIF tag
// Orientation asks for (CIPA DC-008, 4.6.4). Rotations of a Variant are
// counter-clockwise: the telephone held upright writes 6, for a quarter turn
// clockwise.
var upright = [9]Variant{
	2: FlippedHorizontally, 3: Rotated180, 4: FlippedVertically,
	5: Transposed, 6: Rotated270, 7: Antitransposed, 8: Rotated90,
}

// Orientation reads from the EXIF data of a JPEG, PNG, WebP or TIFF file which
// variant of its picture is the upright one. It is Original where nothing is
// said, and where EXIF is damaged. AVIF keeps its rotation elsewhere, and it is
// not read.
func Orientation(file []byte) Variant {
	c := codecOf(file)
	if c == nil {
		return Original
	}
	var exif []byte
	switch c.name {
	case nameJPEG:
		exif = exifOfJPEG(file)
	case "png":
		exif = exifOfPNG(file)
	case "webp":
		exif = exifOfWebP(file)
	case "tiff":
		exif = file
	}
	if value := orientationTag(exif); value < len(upright) {
		return upright[value]
	}
	return Original
}

// exifOfJPEG finds the segment APP1 before the first scan.
func exifOfJPEG(file []byte) []byte {
	rest := file[2:]
	for len(rest) >= 4 && rest[0] == 0xff {
		marker, n := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		switch {
		case marker == 0xff: // a fill byte
			rest = rest[1:]
			continue
		case marker == 0xda || n < 2 || n+2 > len(rest):
			return nil
		}
		if body, ok := bytes.CutPrefix(rest[4:2+n], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return body
		}
		rest = rest[2+n:]
	}
	return nil
}

func exifOfPNG(file []byte) []byte {
	for rest := file[8:]; len(rest) >= 12; {
		n := uint64(binary.BigEndian.Uint32(rest))
		if n+12 > uint64(len(rest)) {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+n]
		}
		rest = rest[12+n:]
	}
	return nil
}

func exifOfWebP(file []byte) []byte {
	for rest := file[12:]; len(rest) >= 8; {
		n := uint64(binary.LittleEndian.Uint32(rest[4:]))
		if n+8 > uint64(len(rest)) {
			return nil
		}
		if string(rest[:4]) == "EXIF" {
			// Some writers put the prefix of JPEG here, too.
			return bytes.TrimPrefix(rest[8:8+n], []byte("Exif\x00\x00"))
		}
		rest = rest[min(uint64(len(rest)), 8+n+n%2):] // chunks are of even length
	}
	return nil
}

// orientationTag reads tag 274 of the first directory of TIFF data; 0: none.
func orientationTag(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	n, entries := int(order.Uint16(tiff[at:])), tiff[at+2:]
	for ; n > 0 && len(entries) >= 12; n, entries = n-1, entries[12:] {
		const tag, short = 274, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			return int(order.Uint16(entries[8:]))
		}
	}
	return 0
}
