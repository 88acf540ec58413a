package pdq

import (
	"flag"
	"fmt"
	"image"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds the hashes of generated pictures still where the reference
// data is missing. The file was written while TestReference passed.
func TestGolden(t *testing.T) {
	var got strings.Builder
	reduce := &Hasher{Reduce: true}
	for i, size := range []image.Point{{5, 5}, {64, 64}, {100, 37}, {257, 300}, {1030, 40}, {530, 390}, {401, 620}} {
		img := pattern(uint64(i), size.X, size.Y)
		hash, quality := FromImage(img)
		small, _ := reduce.FromImage(img)
		fmt.Fprintf(&got, "%dx%d %d %v %v\n", size.X, size.Y, quality, hash, small)
	}
	const file = "testdata/golden.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("hashes changed (-want +got):\n%s", diff)
	}
}
