//go:build race

package pdq

const raced = true
