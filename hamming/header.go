package hamming

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// What is wrong with an index file. The remedy is the same for both: build the
// index anew from where its entries came from, and write it again.
var (
	ErrDamaged = errors.New("the index file is damaged; build the index anew and write it again")
	ErrVersion = errors.New("the index file is of another version; build the index anew and write it again")
)

// A file is a header of one page and six sections, each filled with zeros to
// whole pages: the caller's note, and the memory of the index. All numbers are
// little-endian, as they lie in memory.
//
//	 0  magic
//	 8  version of the file, 4 bytes
//	12  version of the index's layout, 4
//	16  number of entries, 8
//	24  bits of a bucket's name, 4
//	28  number of sections, 4
//	32  of each section its length, 8, and its checksum, 4; and 4 of zeros
//	 …  zeros
//	4092  CRC-32C of the header up to here, 4
const (
	magic       = "ARGINEHX"
	fileVersion = 1
	page        = 4096
)

// sectionNames are for messages.
var sectionNames = [1 + sectionCount]string{"note", "strings", "keys", "bucket starts", "next chunks", "rows"}

// header is what the first page says.
type header struct {
	n        uint64
	width    uint32
	sections [1 + sectionCount]struct {
		length uint64
		sum    uint32
	}
}

func (h *header) encode() []byte {
	b := append(make([]byte, 0, page), magic...)
	b = binary.LittleEndian.AppendUint32(b, fileVersion)
	b = binary.LittleEndian.AppendUint32(b, layoutVersion)
	b = binary.LittleEndian.AppendUint64(b, h.n)
	b = binary.LittleEndian.AppendUint32(b, h.width)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(h.sections)))
	for _, s := range h.sections {
		b = binary.LittleEndian.AppendUint64(b, s.length)
		b = binary.LittleEndian.AppendUint32(b, s.sum)
		b = binary.LittleEndian.AppendUint32(b, 0)
	}
	b = b[:page-4]
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// decodeHeader believes nothing before it has seen the checksum, but the
// versions: another version may keep its checksum elsewhere.
func decodeHeader(b []byte) (*header, error) {
	if len(b) < page || string(b[:8]) != magic {
		return nil, fmt.Errorf("it does not begin as one: %w", ErrDamaged)
	}
	word := binary.LittleEndian.Uint32
	if v := word(b[8:]); v != fileVersion {
		return nil, fmt.Errorf("version %d of the file, and this program reads %d: %w", v, fileVersion, ErrVersion)
	}
	if word(b[page-4:]) != crc32.Checksum(b[:page-4], castagnoli) {
		return nil, fmt.Errorf("checksum of the header: %w", ErrDamaged)
	}
	if v := word(b[12:]); v != layoutVersion {
		return nil, fmt.Errorf("version %d of the layout, and this program reads %d: %w", v, layoutVersion, ErrVersion)
	}
	h := &header{n: binary.LittleEndian.Uint64(b[16:]), width: word(b[24:])}
	if n := word(b[28:]); n != uint32(len(h.sections)) || h.n > math.MaxUint32 {
		return nil, fmt.Errorf("%d sections for %d entries: %w", n, h.n, ErrDamaged)
	}
	for i := range h.sections {
		at := b[32+16*i:]
		h.sections[i].length, h.sections[i].sum = binary.LittleEndian.Uint64(at), word(at[8:])
	}
	return h, nil
}

// filling is what n bytes lack of whole pages.
func filling(n int) int { return -n & (page - 1) }

// cut gives the sections their parts of a whole file.
func (h *header) cut(file []byte) ([][]byte, error) {
	var parts [][]byte
	rest := file[page:]
	for i, s := range h.sections {
		if s.length > uint64(len(rest)) || int(s.length)+filling(int(s.length)) > len(rest) {
			return nil, fmt.Errorf("the file ends within section %q: %w", sectionNames[i], ErrDamaged)
		}
		n := int(s.length)
		parts = append(parts, rest[:n:n])
		for _, b := range rest[n : n+filling(n)] {
			if b != 0 {
				return nil, fmt.Errorf("the filling after section %q: %w", sectionNames[i], ErrDamaged)
			}
		}
		rest = rest[n+filling(n):]
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes after the last section: %w", len(rest), ErrDamaged)
	}
	return parts, nil
}

// decode makes the index of a whole file, in whose memory it stays, and a copy
// of the note. No byte of a section is used before all checksums were right.
func decode(file []byte) (*Index, []byte, error) {
	h, err := decodeHeader(file)
	if err != nil {
		return nil, nil, err
	}
	parts, err := h.cut(file)
	if err != nil {
		return nil, nil, err
	}
	sums, err := checksums(parts)
	if err != nil {
		return nil, nil, err
	}
	for i, s := range h.sections {
		if sums[i] != s.sum {
			return nil, nil, fmt.Errorf("checksum of section %q: %w", sectionNames[i], ErrDamaged)
		}
	}
	x, err := fromSections(int(h.n), uint(h.width), parts[1:])
	if err == nil {
		err = x.checkRows()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", err, ErrDamaged)
	}
	return x, append([]byte(nil), parts[0]...), nil
}
