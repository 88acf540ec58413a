package recheck

import (
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/tools/txtar"
)

// golden reads the table of responses.
func golden(t testing.TB) map[string]struct {
	seen Seen
	was  Was
	want Verdict
} {
	archive, err := txtar.ParseFile("testdata/looks.txtar")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]struct {
		seen Seen
		was  Was
		want Verdict
	}{}
	for _, f := range archive.Files {
		head, body, _ := strings.Cut(string(f.Data), "\n\n")
		c := out[f.Name]
		c.seen.Body = []byte(body)
		for line := range strings.SplitSeq(head, "\n") {
			key, value, _ := strings.Cut(line, ": ")
			switch key {
			case "want":
				c.want = Verdict(value)
			case "status":
				c.seen.Status, _ = strconv.Atoi(value)
			case "url":
				c.seen.URL = value
			case "final":
				c.seen.Final = value
			case "type":
				c.seen.ContentType = value
			case "title":
				c.was.Title = value
			case "text":
				c.was.Text = value
			case "media":
				c.was.Media = strings.Fields(value)
			default:
				key, _, _ = strings.Cut(line, ":")
				if key != "title" && key != "text" && key != "media" && key != "type" {
					t.Fatalf("%s: line %q", f.Name, line)
				}
			}
		}
		out[f.Name] = c
	}
	if len(out) < 80 {
		t.Fatalf("only %d cases were read", len(out))
	}
	return out
}

func TestClassifyGolden(t *testing.T) {
	for name, c := range golden(t) {
		got, why := Classify(c.seen, c.was)
		if got != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got, why, c.want)
		}
		if why == "" {
			t.Errorf("%s: no reason", name)
		}
	}
}

// What the page of a language said when it was captured tells nothing.
func TestWordsOfTheCaptureDoNotCount(t *testing.T) {
	for name, c := range golden(t) {
		if !strings.HasSuffix(name, "-soft_404") {
			continue
		}
		c.was.Text += " " + readPage(c.seen.Body, c.seen.ContentType, c.seen.Final).headings
		if got, why := Classify(c.seen, c.was); got == Soft404 {
			t.Errorf("%s: %s (%s)", name, got, why)
		}
	}
}

// Pages in the encodings of their languages are read.
func TestOldEncodings(t *testing.T) {
	cases := golden(t)
	for name, enc := range map[string]*charmap.Charmap{"ar": charmap.Windows1256, "el": charmap.ISO8859_7, "pl": charmap.ISO8859_2, "ru": charmap.KOI8R, "tr": charmap.Windows1254} {
		c := cases[name+"-account_gone"]
		body, err := enc.NewEncoder().Bytes(c.seen.Body)
		if err != nil {
			t.Fatal(name, err)
		}
		c.seen.Body = body
		label := strings.ToLower(strings.ReplaceAll(enc.String(), " ", "-"))
		c.seen.ContentType = "text/html; charset=" + label
		if got, why := Classify(c.seen, c.was); got != AccountGone {
			t.Errorf("%s in %s: %s (%s)", name, label, got, why)
		}
	}
}

// Every phrase of the table, alone in a heading, tells its own kind and no other.
func TestEveryPhraseTellsItsKind(t *testing.T) {
	seen := map[string]string{}
	for k := range kinds {
		for _, p := range phrases[k] {
			if strings.TrimSpace(p.folded) == "" {
				t.Errorf("an empty phrase of kind %d in %s", k, p.language)
			}
			if was := seen[p.language+p.folded]; was != "" {
				t.Errorf("%s %q stands in the table twice", p.language, p.text)
			}
			seen[p.language+p.folded] = p.text
			body := "<title>Tube</title><h1>" + p.text + "</h1>"
			got, why := Classify(Seen{URL: "https://t.example/a", Final: "https://t.example/a", Status: 200, ContentType: "text/html; charset=utf-8", Body: []byte(body)},
				Was{Text: "What stood there before was about the harbour"})
			if got != k.verdict() {
				t.Errorf("%s %q: %s (%s), want %s", p.language, p.text, got, why, k.verdict())
			}
		}
	}
}

func TestGone(t *testing.T) {
	for v, want := range map[Verdict]bool{Removed: true, Soft404: true, AccountGone: true, RedirectedHome: true, LoginWall: false, GeoBlocked: false, StillUp: false, Unsure: false} {
		if v.Gone() != want {
			t.Errorf("%s: %v", v, !want)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, c := range golden(f) {
		f.Add(c.seen.Status, c.seen.Final, c.seen.ContentType, c.seen.Body, c.was.Text)
	}
	f.Fuzz(func(t *testing.T, status int, final, contentType string, body []byte, text string) {
		v, why := Classify(Seen{URL: "https://t.example/a", Final: final, Status: status, ContentType: contentType, Body: body}, Was{Text: text, Media: []string{final}})
		if v == "" || why == "" {
			t.Errorf("%q, %q", v, why)
		}
		if (status == 404 || status == 410) && !v.Gone() {
			t.Errorf("status %d: %s", status, v)
		}
	})
}
