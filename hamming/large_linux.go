package hamming

import "syscall"

// adviseHuge is a wish: where the kernel does not grant it, nothing is lost.
func adviseHuge(pages []byte) { _ = syscall.Madvise(pages, 14) } // MADV_HUGEPAGE
