package sound

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
)

// Format writes a fingerprint as `fpcalc -raw -plain` does: decimal numbers and commas.
func Format(p Print) []byte {
	var out []byte
	for i, word := range p {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendUint(out, uint64(word), 10)
	}
	return append(out, '\n')
}

// Parse reads what [Format] or fpcalc writes; also numbers with a sign (fpcalc -signed) and
// with the word FINGERPRINT= before them.
func Parse(text []byte) (Print, error) {
	text = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("FINGERPRINT=")))
	var p Print
	if len(text) == 0 {
		return p, nil
	}
	for part := range bytes.SplitSeq(text, []byte(",")) {
		part := string(bytes.TrimSpace(part))
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n < -1<<31 || n >= 1<<32 {
			return nil, fmt.Errorf("sound: word %d is %.20q; it must be a whole number of 32 bits, as fpcalc -raw writes it", len(p)+1, part)
		}
		p = append(p, uint32(n))
	}
	return p, nil
}

// FromRaw reads what ffmpeg's muxer chromaprint writes with -fp_format raw: words of four
// bytes, the lowest first (on the little-endian machines that Argine runs on).
func FromRaw(data []byte) (Print, error) {
	if len(data)%4 != 0 {
		return nil, fmt.Errorf("sound: a fingerprint has %d bytes; words have four", len(data))
	}
	p := make(Print, len(data)/4)
	for i := range p {
		p[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return p, nil
}
