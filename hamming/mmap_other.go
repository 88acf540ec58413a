//go:build !linux

package hamming

import (
	"io"
	"os"
)

// mapFile reads the first size bytes.
func mapFile(f *os.File, size int) (*mapping, error) {
	memory := raw(large[uint64]((size + 7) / 8))[:size]
	if _, err := io.ReadFull(f, memory); err != nil {
		return nil, err
	}
	return &mapping{memory}, nil
}

func (m *mapping) unmap() error { return nil }

// syncDir makes a rename in dir outlive a crash, where the system can do that.
func syncDir(dir string) error {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}
