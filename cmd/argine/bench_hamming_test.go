package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math/bits"
	"testing"

	"github.com/argine/argine/hamming"
)

func TestMadeUpHashesAreWhatTheirNamesSay(t *testing.T) {
	for kind := range hashMakers {
		list, err := makeHashes(kind, 4000, 1)
		if err != nil {
			t.Fatal(err)
		}
		near := 0
		for i := 1; i < len(list); i++ {
			if hamming.Distance(list[i-1], list[i]) <= 48 {
				near++
			}
		}
		least, most := map[string]int{"uniform": 0, "clustered": 3400, "pdq": 300}[kind], map[string]int{"uniform": 0, "clustered": 4000, "pdq": 2400}[kind]
		if near < least || near > most {
			t.Errorf("%s: %d of 3,999 neighbours are near each other, %d to %d are expected", kind, near, least, most)
		}
	}
	r := func() []hamming.Bits { l, _ := makeHashes("pdq", 50, 7); return l }
	for i, h := range r() {
		set := bits.OnesCount64(h[0]) + bits.OnesCount64(h[1]) + bits.OnesCount64(h[2]) + bits.OnesCount64(h[3])
		if set < 104 || set > 152 {
			t.Errorf("hash %d has %d bits set", i, set)
		}
		if r()[i] != h {
			t.Error("the same seed gives other hashes")
		}
	}
	if _, err := makeHashes("smooth", 1, 1); err == nil {
		t.Error("unknown data is made")
	}
}

func TestBenchHammingAgreesWithFaiss(t *testing.T) {
	if _, err := faissPython(context.Background()); err != nil {
		t.Skip(err)
	}
	for _, data := range []string{"uniform", "clustered", "pdq"} {
		root := rootCommand()
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetArgs([]string{"bench", "hamming", "--n", "20000", "--queries", "40", "--data", data, "--against", "faiss", "--json"})
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		var f hammingFigures
		if err := json.Unmarshal(out.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		if f.Equal == nil || !*f.Equal || f.Ratio <= 0 || f.RatioFlat <= 0 || f.OursUS <= 0 {
			t.Errorf("%s: %s", data, out.String())
		}
	}
}
