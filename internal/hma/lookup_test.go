package hma

import (
	"encoding/json"
	"testing"

	"github.com/argine/argine/internal/match"
)

// TestTheCoin: a seed gives the same coin for ever, and coins are spread evenly.
func TestTheCoin(t *testing.T) {
	for seed, want := range map[string]int{"1234": coinOf1234, "": -1} {
		if got := coin(seed); seed != "" && got != want {
			t.Errorf("the coin of %q is %d, and was %d", seed, got, want)
		}
	}
	var halves [2]int
	for i := range 2000 {
		c := coin(string(rune('a'+i%26)) + string(rune(i+300)))
		if c < 0 || c >= wholeShare {
			t.Fatalf("a coin of %d", c)
		}
		halves[c*2/wholeShare]++
	}
	if halves[0] < 850 || halves[1] < 850 {
		t.Errorf("coins fall %v", halves)
	}
	first := coin("")
	for range 50 {
		if coin("") != first {
			return
		}
	}
	t.Error("without a seed the coin is always the same")
}

// coinOf1234 is sha256("1234")[:8] as a number, modulo a million, computed elsewhere:
// echo -n 1234 | sha256sum begins with 03ac674216f3e15c.
const coinOf1234 = 0x03ac674216f3e15c % 1_000_000

func TestBanksOfHits(t *testing.T) {
	s := &Server{}
	for want, hits := range map[string][]match.Hit{
		`{}`: nil,
		`{"A":[{"bank_content_id":4294967297,"distance":"4"}]}`: {{Number: 1<<32 + 1, Bank: "A", Distance: 4}},
		`{"A":[{"bank_content_id":1,"distance":"0"},{"bank_content_id":2,"distance":"31"}],"B":[{"bank_content_id":3,"distance":"93%[8%]"}]}`: {
			{Number: 1, Bank: "A"}, {Number: 2, Bank: "A", Distance: 31}, {Number: 3, Bank: "B", Share: 84_999, QueryShare: 925_000}},
	} {
		if got := string(s.appendBanks(nil, hits, nil)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	odd := "\"\\\n\x00é\xff"
	text := s.appendBanks(nil, []match.Hit{{Number: 1, Bank: odd}}, metadata{1: []byte(`{"label":"x"}`)})
	var back map[string][]struct{ Metadata struct{ Label string } }
	if err := json.Unmarshal(text, &back); err != nil || back["\"\\\n\x00é\ufffd"][0].Metadata.Label != "x" {
		t.Errorf("%s: %v", text, err)
	}
}

func TestTypesForContent(t *testing.T) {
	for _, c := range []struct{ content, list, want string }{
		{"photo", "", "pdq sha256"}, {"video", "", "video_md5 vpdq sha256"}, {"photo", " pdq ,", "pdq"}, {"photo", "video_md5", ""}, {"photo", "none", ""}, {"photo", " ,", ""}, {"video", "sha512,sha1", "sha512 sha1"},
	} {
		list, err := typesFor(c.content, c.list)
		got := ""
		for i, st := range list {
			if i > 0 {
				got += " "
			}
			got += st.name
		}
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %q: %q, %v", c.content, c.list, got, err)
		}
	}
}
