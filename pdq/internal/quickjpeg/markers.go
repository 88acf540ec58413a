package quickjpeg

import "bytes"

const (
	markerSOF0 = 0xc0 // baseline
	markerSOF1 = 0xc1 // extended sequential
	markerSOF2 = 0xc2 // progressive
	markerDHT  = 0xc4
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerDQT  = 0xdb
	markerDRI  = 0xdd
	markerAPP0 = 0xe0
	markerAdob = 0xee // APP14
	markerAPPF = 0xef
	markerCOM  = 0xfe
)

// headers reads segments until the next scan or the end of the picture, and
// says which of the two came. Bytes that belong to nothing are skipped.
func (d *Decoder) headers() (byte, error) {
	for {
		marker, ok := d.marker()
		if !ok {
			return 0, ErrDeclined
		}
		switch {
		case marker == markerEOI || marker == markerSOS:
			return marker, nil
		case markerRST0 <= marker && marker <= markerRST7:
			continue // some encoders write one more at the end
		}
		segment, ok := d.segment()
		if !ok || !d.header(marker, segment) {
			return 0, ErrDeclined
		}
	}
}

// marker finds the next marker. 0xff and 0 is data, but not behind fill bytes.
func (d *Decoder) marker() (byte, bool) {
	for {
		i := bytes.IndexByte(d.data[d.at:], 0xff)
		if i < 0 {
			return 0, false
		}
		d.at += i + 1
		filled := false
		for d.at < len(d.data) && d.data[d.at] == 0xff {
			d.at++
			filled = true
		}
		if d.at == len(d.data) {
			return 0, false
		}
		d.at++
		if m := d.data[d.at-1]; m != 0 {
			return m, true
		} else if filled {
			return 0, false
		}
	}
}

// segment takes what follows a marker, by the length that stands there.
func (d *Decoder) segment() ([]byte, bool) {
	rest := d.data[d.at:]
	if len(rest) < 2 {
		return nil, false
	}
	n := int(rest[0])<<8 | int(rest[1])
	if n < 2 || n > len(rest) {
		return nil, false
	}
	d.at += n
	return rest[2:n], true
}

func (d *Decoder) header(marker byte, s []byte) bool {
	switch marker {
	case markerSOF0, markerSOF1, markerSOF2:
		d.progressive = marker == markerSOF2
		return d.frameHeader(s)
	case markerDHT:
		return d.huffmanTables(s)
	case markerDQT:
		return d.quantisationTables(s)
	case markerDRI:
		if len(s) != 2 {
			return false
		}
		d.interval = int(s[0])<<8 | int(s[1])
		return true
	case markerAPP0:
		d.jfif = len(s) >= 5 && string(s[:5]) == "JFIF\x00"
		return d.scans == 0
	case markerAdob:
		if len(s) >= 12 && string(s[:5]) == "Adobe" {
			d.adobe, d.transform = true, s[11]
		}
		return d.scans == 0
	}
	return markerAPP0 <= marker && marker <= markerAPPF || marker == markerCOM
}

// frameHeader reads size and sampling. The only samplings are those in which
// chroma has one block in an MCU and luminance 1, 2 or 4.
func (d *Decoder) frameHeader(s []byte) bool {
	if d.components != nil || len(s) < 9 || s[0] != 8 {
		return false
	}
	n := int(s[5])
	if n != 1 && n != 3 || len(s) != 6+3*n {
		return false
	}
	d.Height, d.Width = int(s[1])<<8|int(s[2]), int(s[3])<<8|int(s[4])
	if d.Width == 0 || d.Height == 0 {
		return false
	}
	for i := range n {
		id, sampling, quant := s[6+3*i], s[7+3*i], s[8+3*i]
		h, v := int(sampling>>4), int(sampling&15)
		if quant > 3 || h < 1 || v < 1 {
			return false
		}
		if n == 1 {
			if h > 4 || h == 3 || v > 4 || v == 3 {
				return false
			}
			h, v = 1, 1 // of one plane alone an MCU is a block (A.2.2)
		} else if i == 0 && (h == 3 || h > 4 || v > 2) || i > 0 && (h != 1 || v != 1) {
			return false
		}
		d.frame[i] = component{id: id, quant: quant, h: h, v: v, stored: d.frame[i].stored, present: d.frame[i].present}
	}
	if n == 3 && (d.frame[0].id == d.frame[1].id || d.frame[1].id == d.frame[2].id || d.frame[0].id == d.frame[2].id) {
		return false
	}
	d.components = d.frame[:n]
	h, v := 8*d.frame[0].h, 8*d.frame[0].v
	d.acrossMCUs, d.downMCUs = (d.Width+h-1)/h, (d.Height+v-1)/v
	for i := range d.components {
		d.components[i].across = d.acrossMCUs * d.components[i].h
	}
	return true
}

func (d *Decoder) quantisationTables(s []byte) bool {
	for len(s) > 0 {
		which, wide := s[0]&15, s[0]>>4
		s = s[1:]
		if which > 3 || wide > 1 || len(s) < 64<<wide {
			return false
		}
		q := &d.quant[which]
		q.known = true
		for i := range q.steps {
			factor := int64(s[i])
			if wide == 1 {
				factor = int64(s[2*i])<<8 | int64(s[2*i+1])
			}
			at := int(natural[i])
			q.steps[i] = step{factor << (32 * (at % 2)), at / 2}
			q.small[i] = smallStep(factor, at/8, at%8)
		}
		s = s[64<<wide:]
	}
	return true
}

func (d *Decoder) huffmanTables(s []byte) bool {
	for len(s) > 0 {
		if len(s) < 17 {
			return false
		}
		class, which := s[0]>>4, s[0]&15
		n := 0
		for _, c := range s[1:17] {
			n += int(c)
		}
		if class > 1 || which > 3 || n == 0 || n > 256 || len(s) < 17+n {
			return false
		}
		if !d.codes[class][which].build([16]byte(s[1:17]), s[17:17+n], class == 1) {
			return false
		}
		s = s[17+n:]
	}
	return true
}
