package hamming

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// WriteFile writes x to a file that [OpenFile] and [OpenLive] map into memory.
// The note is the caller's own, such as how far a database had been read. What
// stood at path before stays until all of the new file is on disk, and stays for
// good if anything fails; a crash leaves the old file or the new one, and
// perhaps a "path.new-…", which the next call removes when it is an hour old.
// Only the file's owner may read it.
func WriteFile(path string, x *Index, note []byte) error {
	if err := writeFile(path, x, note); err != nil {
		return fmt.Errorf("hamming: writing the index file: %w", err)
	}
	return nil
}

func writeFile(path string, x *Index, note []byte) error {
	if !littleEndian {
		return errBigEndian
	}
	dir, name := filepath.Split(path)
	dir = filepath.Clean(dir)
	sweep(dir, name+".new-")
	f, err := os.CreateTemp(dir, name+".new-*")
	if err != nil {
		return err
	}
	err = writeSections(f, x, note)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return syncDir(dir)
}

// sweep removes what crashes left. A younger file may be another's work.
func sweep(dir, prefix string) {
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), prefix) {
			continue
		}
		if info, err := f.Info(); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(filepath.Join(dir, f.Name()))
		}
	}
}

func writeSections(f *os.File, x *Index, note []byte) error {
	parts := append([][]byte{note}, x.sections()...)
	sums, err := checksums(parts)
	if err != nil {
		return err
	}
	h := &header{n: uint64(x.Len()), width: uint32(x.width)}
	for i, p := range parts {
		h.sections[i].length, h.sections[i].sum = uint64(len(p)), sums[i]
	}
	if _, err := f.Write(h.encode()); err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := f.Write(p); err != nil {
			return err
		}
		if _, err := f.Write(make([]byte, filling(len(p)))); err != nil {
			return err
		}
	}
	return nil
}

// OpenFile maps the file of [WriteFile] into memory and answers from there: it
// is ready as soon as all checksums are found right, a tenth of a second a
// gigabyte where the system still has the file in memory. The file may be
// replaced meanwhile, by another WriteFile, but never be changed in place. After
// close, x must not be used.
//
// An error that is [ErrDamaged] or [ErrVersion] says that the file is of no use.
// On other systems than Linux the file is read; a big-endian machine refuses it.
func OpenFile(path string) (x *Index, note []byte, close func() error, err error) {
	x, note, m, err := open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	return x, note, sync.OnceValue(m.unmap), nil
}

// OpenLive begins with the file of [Live.Save], and takes changes at once. The
// file stays mapped until a merge has replaced its segment and no search reads
// it any more. Errors are those of [OpenFile]. A file made by [WriteFile] from
// [Build] does as well; its tables are made anew unless its keys ascend.
func OpenLive(path string) (*Live, []byte, error) {
	x, note, m, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	if x.Len() == 0 {
		return liveFrom(nil), note, m.unmap()
	}
	if !slices.IsSorted(x.keys) {
		return liveFrom(newSegment(x.byKey(nil))), note, m.unmap()
	}
	// unmap must not keep m, or it would never be called.
	runtime.AddCleanup(m, func(memory []byte) { _ = (&mapping{memory}).unmap() }, m.memory)
	return liveFrom(segmentOf(x, m)), note, nil
}

func open(path string) (*Index, []byte, *mapping, error) {
	x, note, m, err := openMapped(path)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("hamming: %s: %w", path, err)
	}
	return x, note, m, nil
}

func openMapped(path string) (*Index, []byte, *mapping, error) {
	if !littleEndian {
		return nil, nil, nil, errBigEndian
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, nil, err
	}
	if size := info.Size(); !info.Mode().IsRegular() || size < page || size > math.MaxInt {
		return nil, nil, nil, fmt.Errorf("not a file of this kind (%d bytes): %w", size, ErrDamaged)
	}
	m, err := mapFile(f, int(info.Size()))
	if err != nil {
		return nil, nil, nil, err
	}
	var x *Index
	var note []byte
	if fault := readable(func() { x, note, err = decode(m.memory) }); fault != nil {
		err = fault
	}
	if err != nil {
		_ = m.unmap()
		return nil, nil, nil, err
	}
	return x, note, m, nil
}

// mapping is the memory of a file.
type mapping struct {
	memory []byte
}

var (
	littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
	errBigEndian = errors.New("index files are made for little-endian machines, and this is none; build the index in memory")
)
