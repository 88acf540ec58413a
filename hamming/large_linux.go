package hamming

import "syscall"

// adviseHuge is a wish: where the kernel does not grant it, nothing is lost.
func adviseHuge(pages []byte) { _ = syscall.Madvise(pages, 14) } // MADV_HUGEPAGE

// collapse makes large pages of small ones that are there already, as they are
// in memory that the program used before. It copies them, 2 GB a second or so.
func collapse(pages []byte) { _ = syscall.Madvise(pages, 25) } // MADV_COLLAPSE
