package hamming

import (
	"os"
	"syscall"
)

// mapFile maps the first size bytes, and lets the system read ahead.
func mapFile(f *os.File, size int) (*mapping, error) {
	memory, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	adviseHuge(memory)
	_ = syscall.Madvise(memory, syscall.MADV_WILLNEED)
	return &mapping{memory}, nil
}

func (m *mapping) unmap() error { return os.NewSyscallError("munmap", syscall.Munmap(m.memory)) }

// syncDir makes a rename in dir outlive a crash.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
