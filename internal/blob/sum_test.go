package blob

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/argine/argine/internal/problem"
)

const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-2, appendix B.1

func TestSumAsTextAndInTheDatabase(t *testing.T) {
	sum := SumOf([]byte("abc"))
	if sum.String() != abc {
		t.Fatal(sum)
	}
	type row struct {
		A Sum
		B Sum `json:",omitzero"`
	}
	b, err := json.Marshal(row{A: sum})
	if err != nil || string(b) != `{"A":"`+abc+`"}` {
		t.Errorf("%s, %v", b, err)
	}
	var back row
	if err := json.Unmarshal(b, &back); err != nil || back.A != sum || !back.B.IsZero() {
		t.Errorf("%+v, %v", back, err)
	}
	for _, src := range []any{abc, []byte(abc), strings.ToUpper(abc)} {
		var got Sum
		if err := got.Scan(src); err != nil || got != sum {
			t.Errorf("Scan(%T) = %v, %v", src, got, err)
		}
	}
	if v, err := sum.Value(); v != abc || err != nil {
		t.Errorf("Value() = %v, %v", v, err)
	}
	if v, err := (Sum{}).Value(); v != nil || err != nil {
		t.Errorf("Value() of nothing = %v, %v", v, err)
	}
	if err := sum.Scan(nil); err != nil || !sum.IsZero() {
		t.Errorf("Scan(nil) leaves %v, %v", sum, err)
	}
	if err := sum.Scan(int64(1)); !problem.Is(err, problem.Internal) {
		t.Errorf("Scan(int64) = %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(abc)
	f.Add(abc[1:])
	f.Add("../" + abc[3:])
	f.Fuzz(func(t *testing.T, s string) {
		sum, err := Parse(s)
		if err != nil {
			if !problem.Is(err, problem.Invalid) || !sum.IsZero() {
				t.Errorf("Parse(%q) = %v, %v", s, sum, err)
			}
			return
		}
		if sum.String() != strings.ToLower(s) {
			t.Errorf("Parse(%q) = %v", s, sum)
		}
	})
}
