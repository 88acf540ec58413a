package register

import (
	"bytes"
	_ "embed"
)

// A register in which everything is made up: one authority for each member state, with hosts
// that end in .example. Its entries say so themselves (MadeUp), here and on every page.
//
//go:embed example.json
var example []byte

// Example gives the made-up register.
func Example() Book {
	got, err := Read("application/json", bytes.NewReader(example))
	if err != nil || len(got.Bad) > 0 {
		panic("the embedded example of a register cannot be read") // a test reads it
	}
	return got.Authorities
}

// ExampleFile is the made-up register as the file that it is read from.
func ExampleFile() []byte { return bytes.Clone(example) }
