//go:build race

package designation

const raced = true
