//go:build !race

package pdq

// raced says that the race detector runs, with which all is ten times as slow.
const raced = false
