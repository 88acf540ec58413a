package warc

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSURT(t *testing.T) {
	// The right column is what getSurt of warcio 2.4.11 gives.
	for url, want := range map[string]string{
		"https://www.host.example/b?z&a":        "example,host)/b?a&z",
		"http://WWW2.Host.example":              "example,host,www2)/", // only a lower-case prefix is removed
		"http://host.example:8080/A/b#fragment": "example,host:8080)/a/b",
		"https://host.example:443/":             "example,host)/",
		"http://192.0.2.7/x":                    "7,2,0,192)/x",
		"urn:view:https://host.example/A":       "urn:view:https://host.example/A",
		"https://host.example/é":                "example,host)/%C3%A9",
	} {
		if got := SURT(url); got != want {
			t.Errorf("SURT(%q) = %q, want %q", url, got, want)
		}
	}
}

func TestIndexLineRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~é]{0,30}`)
		e := IndexEntry{
			Time: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "time"), 0).UTC(), URL: text.Draw(t, "url"),
			MIME: text.Draw(t, "mime"), Status: rapid.IntRange(0, 599).Draw(t, "status"), Digest: text.Draw(t, "digest"),
			Filename: "a.warc.gz", Offset: rapid.Int64Min(0).Draw(t, "offset"), Length: rapid.Int64Min(0).Draw(t, "length"),
		}
		e.Key = SURT(e.URL)
		got, err := ParseIndexLine(e.String())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestParseIndexLine(t *testing.T) {
	// The example of the CDXJ 0.1.0 specification: numbers, and milliseconds.
	got, err := ParseIndexLine(`org,example)/index.html 20220106150849300 {"url":"https://example.org/index.html","digest":"sha-256:a8c5","mime":"image/png","offset":283,"length":2269,"status":200,"filename":"data.warc.gz"}`)
	want := IndexEntry{
		Key: "org,example)/index.html", Time: time.Date(2022, 1, 6, 15, 8, 49, 0, time.UTC), URL: "https://example.org/index.html",
		MIME: "image/png", Status: 200, Digest: "sha-256:a8c5", Filename: "data.warc.gz", Offset: 283, Length: 2269,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, line := range []string{
		"", "a 20220106150849", "a 2022 {}", `a 20220106150849 {"offset":"1","length":"2"}`,
		`a 20220106150849 {"offset":"-1","length":"2","filename":"x"}`, `a 20229906150849 {"offset":"1","length":"2","filename":"x"}`,
	} {
		if e, err := ParseIndexLine(line); err == nil {
			t.Errorf("%q was read as %+v", line, e)
		}
	}
}

func FuzzParseIndexLine(f *testing.F) {
	f.Add(`a 20220106150849 {"offset":"1","length":"2","filename":"x"}`)
	f.Fuzz(func(t *testing.T, line string) {
		if e, err := ParseIndexLine(line); err == nil && (e.Offset < 0 || e.Length < 0 || e.Filename == "") {
			t.Fatalf("%q gives %+v", line, e)
		}
	})
}
