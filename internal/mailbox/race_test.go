//go:build race

package mailbox

const raced = true
