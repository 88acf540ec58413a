package pdq

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"runtime"
	"strings"
	"testing"

	"github.com/argine/argine/pdq/internal/jpegtest"
)

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// giantPNG has nothing but a header.
func giantPNG(width, height uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	header = binary.BigEndian.AppendUint32(header, height)
	header = append(header, 8, 6, 0, 0, 0)
	data := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	data = binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(header))
	return append(data, make([]byte, 100)...)
}

// giantJPEG is a flat grey picture of two bits a block: the code 0 says that the
// mean is that of the block before, and 0 that nothing else is in the block.
func giantJPEG(width, height int, progressive bool) []byte {
	data := jpegtest.Encode(image.NewGray(image.Rect(0, 0, 1, 1)), jpegtest.Options{Kind: jpegtest.Gray})
	frame := bytes.Index(data, []byte("\xff\xc0"))
	binary.BigEndian.PutUint16(data[frame+5:], uint16(height))
	binary.BigEndian.PutUint16(data[frame+7:], uint16(width))
	scan := []byte("\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00")
	bits := 2
	if progressive {
		data[frame+1] = 0xc2
		scan = []byte("\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00")
		bits = 1
	}
	code := func(class byte) []byte { // one code of one bit, for the symbol 0
		return append([]byte{0xff, 0xc4, 0, 20, class, 1}, make([]byte, 16)...)
	}
	data = append(data[:frame+2+11], append(code(0x00), code(0x10)...)...)
	blocks := (width + 7) / 8 * ((height + 7) / 8)
	data = append(append(data, scan...), make([]byte, (bits*blocks+7)/8)...)
	return append(data, 0xff, 0xd9)
}

// TestGiant: a header that promises 30,000×30,000 pixels costs next to nothing.
func TestGiant(t *testing.T) {
	for name, data := range map[string][]byte{
		"PNG": giantPNG(30_000, 30_000), "JPEG": giantJPEG(30_000, 30_000, false)[:1000],
	} {
		var err error
		used := allocated(func() { _, _, err = FromReader(bytes.NewReader(data), Limits{}) })
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "30000×30000") {
			t.Errorf("%s: error %v", name, err)
		}
		if used > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, used)
		}
	}
}

// TestMemoryOfJPEG: within the limits, a sequential JPEG is hashed in the memory
// of the file and a few lines, and a progressive one in two bytes a sample more.
func TestMemoryOfJPEG(t *testing.T) {
	const width, height = 30_000, 320
	for name, test := range map[string]struct {
		progressive bool
		most        uint64
	}{"sequential": {false, 3 << 20}, "progressive": {true, 3<<20 + 2*width*height*9/8}} {
		data := giantJPEG(width, height, test.progressive)
		var err error
		var quality int
		used := allocated(func() { _, quality, err = FromReader(bytes.NewReader(data), Limits{}) })
		if err != nil || quality != 0 || used > test.most {
			t.Errorf("%s: %d bytes allocated, at most %d expected; quality %d, %v", name, used, test.most, quality, err)
		}
	}
}

// TestScans: a progressive JPEG that goes over its pixels a thousand times is
// refused, and not given to the standard library, which would go along.
func TestScans(t *testing.T) {
	data := giantJPEG(64, 64, true)
	scan := data[bytes.Index(data, []byte("\xff\xda")) : len(data)-2]
	data = append(data[:len(data)-2], bytes.Repeat(scan, 1000)...)
	data = append(data, 0xff, 0xd9)
	_, _, err := FromReader(bytes.NewReader(data), Limits{})
	_, _, err1 := Decode(bytes.NewReader(data), Limits{})
	for _, err := range []error{err, err1} {
		if err == nil || !strings.Contains(err.Error(), "scans") {
			t.Errorf("error %v", err)
		}
	}
}

// TestAllocationsOfFiles: hashing JPEG files allocates nothing once the buffers
// are there.
func TestAllocationsOfFiles(t *testing.T) {
	for _, o := range []jpegtest.Options{{Across: 2, Down: 2}, {Progressive: true}, {Kind: jpegtest.Gray, Interval: 5}} {
		data := jpegtest.Encode(pattern(6, 90, 70), o)
		h, r := new(Hasher), bytes.NewReader(data)
		if n := testing.AllocsPerRun(5, func() {
			r.Reset(data)
			if _, _, err := h.FromReader(r, Limits{}); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%+v: %v allocations", o, n)
		}
	}
}
