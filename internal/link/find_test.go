package link

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	for text, want := range map[string][]string{
		"see https://a.example/b.":                                        {"https://a.example/b"},
		"(https://a.example/b), and [x](https://a.example/c_(d)).":        {"https://a.example/b", "https://a.example/c_(d)"},
		"https://a.example/1,https://a.example/2;hxxp://a[.]example/3":    {"https://a.example/1", "https://a.example/2", "http://a.example/3"},
		`<a href="https://a.example/q?x=1&y=2">`:                          {"https://a.example/q?x=1&y=2"},
		"hXXps[:]//a[.]b(.)example/x?y=1":                                 {"https://a.b.example/x?y=1"},
		"h**p://a{dot}example":                                            {"http://a.example"},
		"hxxps://a [.] example/x and more":                                {"https://a.example/x"},
		"hxxps[://]a[ . ]example/x":                                       {"https://a.example/x"},
		"a[.]example/x, b[dot]example":                                    {"a.example/x", "b.example"},
		"mail a[@]b[.]example or c@d.example/x":                           nil,
		"www.a.example; a.example/x; file.txt/x; e.g. 12.04.2017/x; v1.2": {"www.a.example", "a.example/x"},
		"https://web.a.example/2017/https://b.example/c!":                 {"https://web.a.example/2017/https://b.example/c"},
		"看「https://a.example/x」。":                                         {"https://a.example/x"},
		"end.https://a.example/x":                                         {"https://a.example/x"},
		"seehttps://a.example/x":                                          {"https://a.example/x"},
		"ht\u200btps://a.exam\u00adple/x\u200b y":                         {"https://a.example/x"},
		"<https://a.example/x?y>":                                         {"https://a.example/x?y"},
		"'https://a.example/x','https://a.example/y'":                     {"https://a.example/x", "https://a.example/y"},
		"https:// nothing, hxxp://":                                       nil,
		"http://[2001:db8::1]/x) 198[.]51[.]100[.]7/y":                    {"http://[2001:db8::1]/x", "198.51.100.7/y"},
		"https://münz.example/weg hxxps://münz[.]example/weg":             {"https://münz.example/weg", "https://münz.example/weg"},
	} {
		var got []string
		for _, f := range Find(text) {
			got = append(got, f.URL)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestFindSaysWhere(t *testing.T) {
	text := "first\u200b line\nsecond hxxp://a[.]exam\u200bple/1\n\nhttps://a.example/2 https://a.example/3"
	want := []Found{
		{Raw: "hxxp://a[.]exam\u200bple/1", URL: "http://a.example/1", Line: 2},
		{Raw: "https://a.example/2", URL: "https://a.example/2", Line: 4},
		{Raw: "https://a.example/3", URL: "https://a.example/3", Line: 4},
	}
	for i := range want {
		want[i].Offset = strings.Index(text, want[i].Raw)
	}
	if diff := cmp.Diff(want, Find(text)); diff != "" {
		t.Error(diff)
	}
}

func TestRefang(t *testing.T) {
	for text, want := range map[string]string{
		"hxxps://a[.]b[.]example/x[.]html":    "https://a.b.example/x.html",
		"hxxp[:]//a(dot)example[:]8080/x":     "http://a.example:8080/x",
		"see hxxp://a [dot] example, b(.)x":   "see http://a.example, b.x",
		"<hxxps://a[.]example/>":              "https://a.example/",
		"(at) noon [1] he said (dot) {.}":     "(at) noon [1] he said (dot) {.}",
		"user[at]a[.]example":                 "user@a.example",
		"https://a.example/wiki/X_(dot)_(.)y": "https://a.example/wiki/X_(dot)_(.)y",
		"HXXPS://A[.]EXAMPLE":                 "https://A.EXAMPLE",
		"ordinary text, nothing to do":        "ordinary text, nothing to do",
	} {
		if got := Refang(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestDefang(t *testing.T) {
	for link, want := range map[string]string{
		"https://a.b.example/c.d?e=f.g":                "hxxps://a[.]b[.]example/c.d?e=f.g",
		"http://a.example:8080/":                       "hxxp://a[.]example:8080/",
		"https://k.example/web/2017/http://a.example/": "hxxps://k[.]example/web/2017/http[://]a[.]example/",
		"a.example/x":                                  "a[.]example/x",
	} {
		got := Defang(link)
		if got != want {
			t.Errorf("%q: got %q, want %q", link, got, want)
		}
		if back := Refang(got); back != link {
			t.Errorf("%q comes back as %q", link, back)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"see hxxps://a[.]b(.)example/x), www.c.example", "a [.] b\u200b[.]c (https://x.example/\u00adä)!", "<h**p[:]//é[dot]example>", "[hxxp://[::1]/x]",
	} {
		f.Add(s)
	}
	for _, g := range goldenGroups(f) {
		f.Add("text (" + Defang(g.Same[0]) + "), " + g.Same[len(g.Same)-1] + ".")
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, x := range Find(text) {
			if x.Offset < end || x.Offset+len(x.Raw) > len(text) || text[x.Offset:x.Offset+len(x.Raw)] != x.Raw || x.URL == "" {
				t.Fatalf("%q: %+v is not where it says", text, x)
			}
			if x.Line != 1+strings.Count(text[:x.Offset], "\n") {
				t.Fatalf("%q: %+v has the wrong line", text, x)
			}
			end = x.Offset + len(x.Raw)
		}
		Refang(text)
		Defang(text)
	})
}

// Every canonical link is found again in a sentence, plain and defanged, unless it ends
// in what a sentence ends in.
func TestFindsCanonicalLinks(t *testing.T) {
	b := goldenBook(t)
	for _, g := range goldenGroups(t) {
		c, err := b.Canonical(g.Same[0])
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(c.URL, "!") {
			continue
		}
		for _, text := range []string{"A link: " + c.URL + ".", "Ein Link („" + Defang(c.URL) + "“), dann mehr", "- " + c.URL + "\r\n"} {
			found := Find(text)
			if len(found) != 1 || found[0].URL != c.URL {
				t.Errorf("%q: found %+v, want %q", text, found, c.URL)
			}
		}
	}
}
