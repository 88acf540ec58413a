package pdq

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func hashes() *rapid.Generator[Hash] {
	return rapid.Custom(func(t *rapid.T) Hash {
		return Hash(rapid.SliceOfN(rapid.Byte(), Size, Size).Draw(t, "bytes"))
	})
}

func TestHashText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := hashes().Draw(t, "hash")
		for _, text := range []string{h.String(), strings.ToUpper(h.String())} {
			if back, err := ParseHash(text); err != nil || back != h {
				t.Fatalf("ParseHash(%q) = %v, %v", text, back, err)
			}
		}
		data, err := json.Marshal(map[string]Hash{"pdq": h})
		if want := `{"pdq":"` + h.String() + `"}`; err != nil || string(data) != want {
			t.Fatalf("JSON %s, %v; want %s", data, err, want)
		}
		var back map[string]Hash
		if err := json.Unmarshal(data, &back); err != nil || back["pdq"] != h {
			t.Fatalf("from JSON %v, %v", back, err)
		}
	})
}

func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := hashes().Draw(t, "a"), hashes().Draw(t, "b"), hashes().Draw(t, "c")
		want := 0
		for bit := range 8 * Size {
			if a[bit/8]>>(bit%8)&1 != b[bit/8]>>(bit%8)&1 {
				want++
			}
		}
		if got := a.Distance(b); got != want || got != b.Distance(a) {
			t.Fatalf("distance %d, want %d", got, want)
		}
		if a.Distance(a) != 0 || a.Distance(c) > a.Distance(b)+b.Distance(c) {
			t.Fatal("not a metric")
		}
	})
}

func TestParseHashErrors(t *testing.T) {
	good := strings.Repeat("0f", Size)
	for text, want := range map[string]string{
		"":                          "has 0 characters",
		good[1:]:                    "has 63 characters",
		good + "0":                  "has 65 characters",
		good[:10] + "g" + good[11:]: `'g' at position 11`,
		good[:63] + " ":             `' ' at position 64`,
	} {
		if _, err := ParseHash(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseHash(%q): error %v, want %q in it", text, err, want)
		}
	}
	h := mustParse(t, good)
	if err := h.UnmarshalText([]byte("zz")); err == nil || h.String() != good {
		t.Errorf("after an error %v the hash is %v", err, h)
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(strings.Repeat("0f", Size))
	f.Add("0F")
	f.Fuzz(func(t *testing.T, text string) {
		if h, err := ParseHash(text); err == nil && h.String() != strings.ToLower(text) {
			t.Fatalf("%q became %v", text, h)
		}
	})
}
