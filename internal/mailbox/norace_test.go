//go:build !race

package mailbox

// raced says that the race detector runs. With it what is large is a quarter as large: check runs
// the same tests without it, in full.
const raced = false
