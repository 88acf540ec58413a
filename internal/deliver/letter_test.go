package deliver

import (
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
)

var update = flag.Bool("update", false, "write the golden files")

var approved = time.Date(2026, 4, 25, 9, 30, 0, 0, time.UTC)

func content(lang string, items int) Content {
	c := Content{
		Delivery: "dlv_01", Platform: "Sample Clips", Unit: "Unité Nord", Answer: "https://desk.unit.example/v1/referrals/ref_01/answers",
		Referral: refer.Referral{ID: "ref_01", Track: refer.TrackReferral, Reference: "AR-2026-000123", Language: lang, State: refer.StateApproved, ApprovedAt: approved},
	}
	all := []refer.Item{
		{Item: "itm_01", URL: "https://clips.example/v/1?a=1&b=<2>", Limbs: []string{"a", "c"}, Reasons: "Néant, voir https://other.example/x.\nDeuxième ligne"},
		{Item: "itm_02", URL: "http://www.clips.example/user/x", Limbs: []string{"b"}, Reasons: "=1+1; says \"x, y\""},
	}
	for i := range items {
		c.Items = append(c.Items, all[i%2])
	}
	return c
}

func compose(t *testing.T, c Content) Letter {
	t.Helper()
	l, err := Compose(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLettersInAllLanguages(t *testing.T) {
	if diff := cmp.Diff([]string{"en", "de", "el", "es", "fr", "it", "pl", "pt"}, Languages()); diff != "" {
		t.Fatal(diff)
	}
	for _, lang := range Languages() {
		l := compose(t, content(lang, 2))
		if l.Language != lang {
			t.Errorf("%s: written in %s", lang, l.Language)
		}
		path := filepath.Join("testdata", "letter."+lang+".txt")
		got := "Subject: " + l.Subject + "\n\n" + l.Body
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}

var unfilled = regexp.MustCompile(`\{\{|\}\}|<no value>|%!|%[a-z]`)

func TestNothingIsUnfilledAndNothingClickable(t *testing.T) {
	for _, lang := range Languages() {
		for _, n := range []int{1, 2, 5, 12, 22, 500} {
			l := compose(t, content(lang, n))
			text := l.Subject + "\n" + l.Body
			if found := unfilled.FindString(text); found != "" {
				t.Errorf("%s, %d items: %q stands in the letter", lang, n, found)
			}
			for _, host := range []string{"clips.example", "other.example"} {
				if strings.Contains(text, host) {
					t.Errorf("%s: the link to %s is not defanged", lang, host)
				}
			}
			for _, must := range []string{"Unité Nord", "AR-2026-000123", "2021/784", "40", "https://desk.unit.example/v1/referrals/ref_01/answers", "hxxps://clips[.]example/v/1?a=1&b=<2>", "a, c", "itm_01", "Néant"} {
				if !strings.Contains(text, must) {
					t.Errorf("%s: %q is missing", lang, must)
				}
			}
		}
	}
}

// No sentence of one catalogue stands in another, and all have the same keys.
func TestCataloguesAreComplete(t *testing.T) {
	read := func(lang string) map[string]any {
		data, err := catalogueFiles.ReadFile("catalogue/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(lang, err)
		}
		return m
	}
	owner := map[string]string{}
	english := read("en")
	for _, lang := range Languages() {
		m := read(lang)
		for key := range english {
			if m[key] == nil {
				t.Errorf("%s has no %q", lang, key)
			}
		}
		for key, v := range m {
			if english[key] == nil {
				t.Errorf("%s has %q, which English has not", lang, key)
			}
			text, ok := v.(string)
			if !ok {
				forms := v.(map[string]any)
				text, _ = forms["other"].(string)
				if forms["one"] == nil || text == "" || forms["one"] == forms["other"] || lang == "pl" && (forms["few"] == nil || forms["many"] == nil) {
					t.Errorf("%s %s: forms %v", lang, key, forms)
				}
			}
			if was := owner[text]; was != "" && len(text) > 30 { // "Motivos:" is Spanish and Portuguese
				t.Errorf("%q stands in %s and %s", text, was, lang)
			}
			owner[text] = lang
		}
	}
}

func TestTheRestOfTheWorldReadsEnglish(t *testing.T) {
	for wanted, want := range map[string]string{"": "en", "ar": "en", "pt-BR": "pt", "de-AT": "de", "EL": "el", "nonsense!": "en", "en-GB": "en", "fr-BE": "fr", "nl": "en"} {
		if l := compose(t, content(wanted, 1)); l.Language != want {
			t.Errorf("%q is written in %s, want %s", wanted, l.Language, want)
		}
	}
}

func TestAttachmentsAreExact(t *testing.T) {
	c := content("fr", 2)
	l := compose(t, c)
	hook, err := encode(l.Message, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"attached": l.Attached[0].Body, "webhook": hook} {
		var d client.Message
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatal(name, err)
		}
		if name == "webhook" && d.Text != l.Body || name == "attached" && d.Text != "" {
			t.Errorf("%s: text %q", name, d.Text)
		}
		d.Text = ""
		want := client.Message{Type: "referral.created", ID: "dlv_01", At: approved, Subject: "ref_01", Reference: "AR-2026-000123", AnswerURL: c.Answer,
			Referral: &client.MessageReferral{ID: "ref_01", Reference: "AR-2026-000123", Language: "fr", Track: "referral"}}
		for _, it := range c.Items {
			want.Referral.Items = append(want.Referral.Items, client.ReferralItem{ItemID: string(it.Item), URL: it.URL, Limbs: it.Limbs, Reasons: it.Reasons})
		}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(string(l.Attached[1].Body))).ReadAll()
	want := [][]string{
		{"reference", "item_id", "url", "limbs", "reasons"},
		{"AR-2026-000123", "itm_01", c.Items[0].URL, "a c", c.Items[0].Reasons},
		{"AR-2026-000123", "itm_02", c.Items[1].URL, "b", "'" + c.Items[1].Reasons},
	}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestWhatMakesNoLetter(t *testing.T) {
	for name, spoil := range map[string]func(*Content){
		"no items":     func(c *Content) { c.Items = nil },
		"no link":      func(c *Content) { c.Items = []refer.Item{{Item: id.Item("itm_1"), URL: "not a link"}} },
		"an order":     func(c *Content) { c.Referral.Track = refer.TrackOrder },
		"not approved": func(c *Content) { c.Referral.ApprovedAt = time.Time{} },
	} {
		c := content("en", 1)
		spoil(&c)
		if _, err := Compose(c); !problem.Is(err, problem.Invalid) && !problem.Is(err, problem.Refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Names and reasons cannot turn the letter around or put lines into its head.
func TestHostileNames(t *testing.T) {
	c := content("en", 1)
	c.Unit, c.Platform = "Unit\r\nBcc: x@y.example\u202e", "Plat\x00form {{.Count}}"
	l := compose(t, c)
	if strings.ContainsAny(l.Unit, "\r\n\u202e") || strings.ContainsAny(l.Subject+l.Body, "\r\x00\u202e") || !strings.Contains(l.Body, "Plat form {{.Count}}") {
		t.Errorf("unit %q, body %q", l.Unit, l.Body)
	}
}
