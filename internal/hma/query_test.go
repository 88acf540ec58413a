package hma

import (
	"net/url"
	"slices"
	"testing"
)

func TestParseQuery(t *testing.T) {
	for text, want := range map[string]query{
		"":                                  {},
		"signal=ab&signal_type=pdq":         {signal: "ab", signalType: "pdq"},
		"signal=first&signal=second":        {signal: "first"},
		"banks=A,B&seed=1&unknown=x":        {banks: "A,B", seed: "1"},
		"url=https%3A%2F%2Fa.example%2F+x":  {url: "https://a.example/ x"},
		"seed=100%&bypass_coinflip=true":    {seed: "100%", bypass: "true"},
		"seed=%zz%41+b":                     {seed: "%zzA b"},
		"si%67nal=ab":                       {signal: "ab"},
		"&&=&signal&metadata=1;after=2":     {metadata: "1;after=2"},
		"content_type=photo&types=pdq":      {contentType: "photo", types: "pdq"},
		"include_distance=1&limit=5":        {distance: "1", limit: "5"},
		"include_signals=true&after=7&x=%2": {signals: "true", after: "7"},
	} {
		if got := parseQuery(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestTruthAndNames(t *testing.T) {
	for text, want := range map[string]bool{"": false, "TRUE": true, "1": true, "no": false, "off": false, "Yes": true} {
		if got, err := truth("x", text); got != want || err != nil {
			t.Errorf("truth(%q) = %v, %v", text, got, err)
		}
	}
	if _, err := truth("bypass_coinflip", "maybe"); err == nil {
		t.Error("maybe is taken for a truth value")
	}
	if got := names(" A,,B ,"); !slices.Equal(got, []string{"A", "B"}) || names(",") != nil {
		t.Errorf("names gives %q", got)
	}
}

func TestParsingAQueryAllocatesNothing(t *testing.T) {
	const text = "signal=d811ac390bfa6005d08543fe27fd5a11f6b55bdd2603000dc26476fc79fc76b5&signal_type=pdq&banks=A"
	if n := testing.AllocsPerRun(100, func() { parseQuery(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzParseQuery compares with the standard library wherever that one reads the text.
func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"signal=ab&signal_type=pdq", "a=%zz&seed=%", "url=%68+%2B&&=", "signal=\x00%00&SIGNAL=1", "banks=A%2CB&banks=C"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := parseQuery(text)
		want, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		for name, value := range map[string]string{"signal": got.signal, "signal_type": got.signalType, "url": got.url, "seed": got.seed, "banks": got.banks, "types": got.types} {
			first := ""
			for _, v := range want[name] { // an empty value leaves room for the next
				if first = v; first != "" {
					break
				}
			}
			if value != first {
				t.Errorf("%q: %s is %q, want %q", text, name, value, first)
			}
		}
	})
}
