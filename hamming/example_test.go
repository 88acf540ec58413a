package hamming_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/argine/argine/hamming"
)

// bank has three pictures that look alike, and one that does not.
var bank = []hamming.Entry{
	{Bits: hamming.Bits{0x0f0f}, Key: 1},
	{Bits: hamming.Bits{0x0f0e}, Key: 2},
	{Bits: hamming.Bits{0x0fff}, Key: 3},
	{Bits: hamming.Bits{0, 0, ^uint64(0), ^uint64(0)}, Key: 4},
}

func ExampleIndex_Search() {
	x := hamming.Build(bank)
	for _, hit := range x.Search(hamming.Bits{0x0f0f}, 2, nil) {
		fmt.Println(hit.Key, hit.Distance)
	}
	// Unordered output:
	// 1 0
	// 2 1
}

func ExampleIndex_Nearest() {
	for _, hit := range hamming.Build(bank).Nearest(hamming.Bits{0x0f0e}, 3, nil) {
		fmt.Println(hit.Key, hit.Distance)
	}
	// Output:
	// 2 0
	// 1 1
	// 3 5
}

func ExampleIndex_Pairs() {
	for p := range hamming.Build(bank).Pairs(4) {
		fmt.Println(min(p.A, p.B), max(p.A, p.B), p.Distance)
	}
	// Unordered output:
	// 1 2 1
	// 1 3 4
}

func ExampleIndex_Clusters() {
	fmt.Println(hamming.Build(bank).Clusters(4))
	// Output: [[1 2 3]]
}

// A service keeps its bank in a file, notes how far it had read its database,
// and goes on from there when it starts again.
func ExampleLive_Save() {
	dir, err := os.MkdirTemp("", "bank")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "index")

	l := hamming.NewLive(bank)
	l.Remove(4)
	if err := l.Save(path, []byte("up to event 17")); err != nil {
		fmt.Println(err)
		return
	}

	again, note, err := hamming.OpenLive(path)
	if err != nil { // hamming.ErrDamaged, hamming.ErrVersion: build it from the database
		fmt.Println(err)
		return
	}
	again.Insert(hamming.Entry{Bits: hamming.Bits{0x0f0f}, Key: 18})
	fmt.Println(string(note), again.Len())
	// Output: up to event 17 4
}
