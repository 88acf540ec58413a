package pdq

import (
	"encoding/csv"
	"errors"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// reference is the folder with the pictures of the ThreatExchange project and
// the hashes that two other implementations gave them.
const reference = "../../shared/data/pdq"

type expectation struct {
	file        string
	full, small Hash
	quality     int
	picture     image.Image
}

// decoded are the reference pictures, which are many and large, for all tests.
var decoded []expectation

func expectations(t *testing.T) []expectation {
	t.Helper()
	if decoded == nil {
		decoded = readExpectations(t)
	}
	return decoded
}

func readExpectations(t *testing.T) []expectation {
	t.Helper()
	f, err := os.Open(filepath.Join(reference, "expected.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no reference data at %s", reference)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []expectation
	for _, line := range lines[1:] {
		e := expectation{file: line[0], full: mustParse(t, line[1]), small: mustParse(t, line[3])}
		if e.quality, err = strconv.Atoi(line[2]); err != nil {
			t.Fatal(err)
		}
		e.picture = decodeFile(t, filepath.Join(reference, e.file))
		out = append(out, e)
	}
	if len(out) == 0 {
		t.Fatal("no picture in the reference data")
	}
	return out
}

func mustParse(t *testing.T, s string) Hash {
	t.Helper()
	h, err := ParseHash(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func decodeFile(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := Decode(f, Limits{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return img
}

// TestReference: within 10 bits of each picture with features, 2 on average,
// in both ways of hashing.
func TestReference(t *testing.T) {
	full, small := new(Hasher), &Hasher{Reduce: true}
	pictures, sumFull, sumSmall := 0, 0, 0
	for _, e := range expectations(t) {
		hash, quality := full.FromImage(e.picture)
		atFull := hash.Distance(e.full)
		hash, _ = small.FromImage(e.picture)
		atSmall := hash.Distance(e.small)
		t.Logf("%-26s full %d small %d quality %d (%d)", e.file, atFull, atSmall, quality, e.quality)
		if quality != e.quality {
			t.Errorf("%s: quality %d, want %d", e.file, quality, e.quality)
		}
		if e.quality < 50 {
			continue
		}
		pictures++
		sumFull += atFull
		sumSmall += atSmall
		if atFull > 10 || atSmall > 10 {
			t.Errorf("%s: %d bits from pdq, %d from pdq512", e.file, atFull, atSmall)
		}
	}
	if sumFull > 2*pictures || sumSmall > 2*pictures {
		t.Errorf("mean over %d pictures: sums of distances %d and %d, at most 2 each", pictures, sumFull, sumSmall)
	}
	t.Logf("%d pictures, sums of distances %d and %d", pictures, sumFull, sumSmall)
}

// TestReferenceVariants: the variants of one photograph are the pictures that
// the project turned and mirrored itself.
func TestReferenceVariants(t *testing.T) {
	all := map[string]expectation{}
	for _, e := range expectations(t) {
		all[e.file] = e
	}
	variants, _ := Dihedral(all["bridge-1-original.jpg"].picture)
	for v, file := range []string{
		"bridge-1-original.jpg", "bridge-2-rotate-90.jpg", "bridge-3-rotate-180.jpg", "bridge-4-rotate-270.jpg",
		"bridge-5-flipx.jpg", "bridge-6-flipy.jpg", "bridge-7-flip-plus-1.jpg", "bridge-8-flip-minus-1.jpg",
	} {
		e, ok := all[file]
		if !ok {
			t.Fatalf("no %s", file)
		}
		d := variants[v].Distance(e.full)
		t.Logf("%-26s %-20v %d", file, Variant(v), d)
		if d > 31 {
			t.Errorf("%s: %v is %d bits away", file, Variant(v), d)
		}
	}
}
