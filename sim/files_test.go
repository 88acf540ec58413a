package sim

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

var linkInText = regexp.MustCompile(`h(?:tt|xx)ps?://[^\s<>]+`)

// linksOf reads a file back as a careful person would.
func linksOf(t *testing.T, f File) []string {
	t.Helper()
	var out []string
	switch f.ContentType {
	case typeCSV:
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(f.Body, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		column := 0
		for i, name := range rows[0] {
			if name == "url" {
				column = i
			}
		}
		for _, row := range rows[1:] {
			out = append(out, row[column])
		}
	case typeJSONL:
		for line := range strings.Lines(string(f.Body)) {
			var row struct{ URL string }
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			out = append(out, row.URL)
		}
	case typeList:
		for line := range strings.Lines(string(f.Body)) {
			if !strings.HasPrefix(line, "#") {
				out = append(out, strings.TrimSpace(line))
			}
		}
	case typeText:
		undo := strings.NewReplacer("[.]", ".", "[dot]", ".", "hxxp", "http")
		for _, link := range linkInText.FindAllString(string(f.Body), -1) {
			out = append(out, undo.Replace(link))
		}
	}
	return out
}

func TestFilesComeToTheTruth(t *testing.T) {
	w := defaultWorld()
	type key struct {
		unit int
		url  string
	}
	taken, items, types := map[key]bool{}, map[int]bool{}, map[string]bool{}
	for wave := 1; wave <= 2; wave++ {
		for _, f := range w.Files(wave) {
			types[f.ContentType] = true
			links, repeated, bad := linksOf(t, f), 0, 0
			for _, link := range links {
				i := w.find(link)
				switch {
				case i < 0:
					bad++
					continue
				case taken[key{f.Unit, link}]:
					repeated++
				case w.items[i].wave != wave:
					t.Errorf("%s is handed in with wave %d", link, wave)
				}
				taken[key{f.Unit, link}] = true
				items[i] = true
			}
			if len(links) != f.Links+f.Bad || repeated != f.Repeated || bad != f.Bad {
				t.Errorf("unit %d, wave %d, %s: %d links, %d repeated, %d bad; the file says %d, %d, %d",
					f.Unit, wave, f.ContentType, len(links)-bad, repeated, bad, f.Links, f.Repeated, f.Bad)
			}
		}
	}
	truth := w.Truth()
	if len(taken) != truth.Contributions || len(items) != truth.Items || len(types) != 4 {
		t.Errorf("%d contributions of %d items in %d forms, the truth says %d and %d", len(taken), len(items), len(types), truth.Contributions, truth.Items)
	}
}

func TestVariantsLeadToTheirItem(t *testing.T) {
	w := small(t)
	rng := w.stream("test", 0)
	for i := range w.items {
		if got := w.find(w.items[i].url); got != i {
			t.Errorf("%s leads to item %d, not %d", w.items[i].url, got, i)
		}
		for n := range 30 {
			if v := w.variant(rng, &w.items[i], n%2 == 0); w.find(v) != i {
				t.Errorf("%s leads to item %d, not %d", v, w.find(v), i)
			}
		}
	}
	for _, other := range []string{"https://nobody.example/t/4000000001", "https://" + w.platforms[0].Host + "/nothing/here", ":", ""} {
		if i := w.find(other); i >= 0 {
			t.Errorf("%s leads to item %d", other, i)
		}
	}
}

func TestInterestsHoldWhatTheyShould(t *testing.T) {
	w := small(t)
	for i := range w.items {
		it := &w.items[i]
		holding, sums := -1, map[string]bool{}
		for _, m := range it.media {
			sums[w.media.sha256(m)] = true
		}
		for k, interest := range w.Interests() {
			switch interest.Kind {
			case "url_prefix":
				if strings.HasPrefix(it.url, interest.Value) {
					holding = k
				}
			case "sha256":
				if sums[interest.Value] {
					holding = k
				}
			}
		}
		if (holding >= 0) != it.held() {
			t.Errorf("%s: held %v, an interest covers it: %v", it.url, it.held(), holding >= 0)
		}
		if holding < 0 {
			continue
		}
		others := false
		for _, h := range w.handed {
			others = others || h.item == i && h.unit != w.Interests()[holding].Unit
		}
		if !others {
			t.Errorf("%s is handed in by nobody but the unit with the interest, which holds nothing", it.url)
		}
	}
}
