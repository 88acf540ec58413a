package hamming

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
	"unsafe"
)

// fileOf is a file of n entries in memory, aligned as a mapping is.
func fileOf(t testing.TB, n int, note string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index")
	if err := WriteFile(path, Build(drawn(n)), []byte(note)); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return aligned(b)
}

func aligned(b []byte) []byte {
	words := make([]uint64, len(b)/8+1)
	whole := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 8*len(words))
	return whole[:copy(whole, b)]
}

// TestEveryByteCounts: no byte of the file can change unnoticed.
func TestEveryByteCounts(t *testing.T) {
	file := fileOf(t, 40, "up to 17")
	if _, note, err := decode(file); err != nil || string(note) != "up to 17" {
		t.Fatalf("as written: %v, note %q", err, note)
	}
	for i := 0; i < len(file); i += 1 + i%3 {
		file[i] ^= 1 << (i % 8)
		if _, _, err := decode(file); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
			t.Fatalf("byte %d: %v", i, err)
		}
		file[i] ^= 1 << (i % 8)
	}
}

// TestFileStays pins the header: a program that reads version 1 must read what
// any program wrote as version 1.
func TestFileStays(t *testing.T) {
	b := (&header{n: 0x0102030405, width: 7}).encode()
	want := append([]byte("ARGINEHX\x01\x00\x00\x00"), layoutVersion, 0, 0, 0,
		5, 4, 3, 2, 1, 0, 0, 0, 7, 0, 0, 0, 1+sectionCount, 0, 0, 0)
	if len(b) != page || !bytes.Equal(b[:len(want)], want) {
		t.Errorf("header of %d bytes begins %x, want %x", len(b), b[:len(want)], want)
	}
}

// TestOtherLayout: a layout that this program does not know, under a right
// checksum.
func TestOtherLayout(t *testing.T) {
	file := fileOf(t, 3, "")
	file[12]++
	mend(file)
	if _, _, err := decode(file); !errors.Is(err, ErrVersion) {
		t.Errorf("decode: %v, want ErrVersion", err)
	}
}

// mend makes the checksums right, as far as the lengths allow.
func mend(file []byte) {
	if len(file) < page {
		return
	}
	rest := file[page:]
	for i := range 1 + sectionCount {
		at := file[32+16*i:]
		n := binary.LittleEndian.Uint64(at)
		if n > uint64(len(rest)) || int(n)+filling(int(n)) > len(rest) {
			break
		}
		sums, _ := checksums([][]byte{rest[:n]})
		binary.LittleEndian.PutUint32(at[8:], sums[0])
		rest = rest[int(n)+filling(int(n)):]
	}
	binary.LittleEndian.PutUint32(file[page-4:], crc32.Checksum(file[:page-4], castagnoli))
}

// FuzzDecode changes a file and may make the checksums right again. It is
// refused, or it can be searched; never does it read outside of itself.
func FuzzDecode(f *testing.F) {
	small, tables := fileOf(f, 3, "note"), fileOf(f, smallest, "")
	f.Add(false, false, uint32(0), []byte{}, uint32(0))
	f.Add(false, false, uint32(8), []byte{2}, uint32(0))             // version
	f.Add(true, false, uint32(12), []byte{2}, uint32(0))             // layout
	f.Add(true, false, uint32(16), []byte{255, 255, 255}, uint32(0)) // number of entries
	f.Add(true, true, uint32(24), []byte{16}, uint32(0))             // width
	f.Add(true, true, uint32(32), bytes.Repeat([]byte{255}, 8), uint32(0))
	f.Add(true, true, uint32(11*page), bytes.Repeat([]byte{255}, 64), uint32(0))
	f.Add(true, false, uint32(0), []byte{}, uint32(page+1)) // cut off
	f.Fuzz(func(t *testing.T, mended, large bool, at uint32, change []byte, cut uint32) {
		file := aligned(small)
		if large {
			file = aligned(tables)
		}
		file = file[:len(file)-int(cut)%len(file)]
		changed := false
		if int(at) < len(file) {
			n := min(len(change), len(file)-int(at))
			changed = !bytes.Equal(file[at:][:n], change[:n])
			copy(file[at:], change)
		}
		if mended {
			mend(file)
		}
		x, _, err := decode(file)
		switch {
		case err == nil:
			if (changed || cut != 0) && !mended {
				t.Fatal("damaged, and not refused")
			}
			x.Search(Bits{1}, 31, nil)
		case !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion):
			t.Fatalf("an error of neither kind: %v", err)
		}
	})
}
