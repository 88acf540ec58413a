//go:build !race

package designation

// raced says that the race detector runs. With it the longest list is a third as long: check runs
// the same test without it, in full.
const raced = false
