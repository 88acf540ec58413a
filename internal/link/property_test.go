package link

import (
	"net/url"
	"strings"
	"testing"

	whatwg "github.com/nlnwa/whatwg-url/url"
	"pgregory.net/rapid"
)

// pasted draws links: those of the golden list with something done to them, and links put
// together from pieces that have been trouble.
func pasted(t testing.TB) *rapid.Generator[string] {
	var known []string
	for _, g := range goldenGroups(t) {
		known = append(known, g.Same...)
	}
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"/", "//", "\\", ".", "..", "%2e", "%2E%2e", "%", "%2", "%25", "%2F", "%3f", "%23", "%zz", "+", "%2b", "&", "=", "?", "#", "#!", "#/", "!",
			":~:text=a", ":", ";", "@", "a", "Z", "7", "ü", "é", "\u200c", "می", "(.)", "[.]", "{.}", "(dot)", "hxxp://", "http://", "h**p://", "://", "[:]",
			"utm_source=a", "x=1", "v=Ab3", "t=55", "watch", "status/9", "s/", "joinchat/", "file/", "thread/", "post/", "'", "\"", "|", "^", "~", "_", "-",
			"q=https://vds.example/Ab3", "redirect", "l.php?u=http%3A%2F%2Fx.example%2F", "www.", "..", "%E2%80%8B", "\u00a0", "%0a", ",", "*", "$",
		}),
		rapid.StringN(0, 3, 8),
	)
	tail := rapid.Custom(func(rt *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 10).Draw(rt, "tail"), "") })
	host := rapid.SampledFrom([]string{
		"vidshare.example", "m.vidshare.example", "vds.example", "chirp.example", "cou.example", "forum.agora.example", "dropbin.example",
		"quill.example", "anna.quill.example", "m.anna.quillpages.example", "keepsake.example", "boards.example", "cirrus.example",
		"münzblog.example", "127.0.0.1:9101", "shrt.example", "fr.pixgrid.example", "unknown.example", "WWW.unknown.example:8080",
		"192.0.2.7", "[2001:db8::1]", "x.onion", "faß.example", "xn--fa-hia.example", "ｆｕｌｌ.example", "a。b.example", "1.2.3", "0x7f.1", "a_b.example",
	})
	return rapid.Custom(func(rt *rapid.T) string {
		if rapid.Bool().Draw(rt, "known") {
			return rapid.SampledFrom(known).Draw(rt, "link") + tail.Draw(rt, "more")
		}
		scheme := rapid.SampledFrom([]string{"https://", "http://", "HTTP:", "", "//", "hxxps://"}).Draw(rt, "scheme")
		return scheme + host.Draw(rt, "host") + rapid.SampledFrom([]string{"/", "?", "#", "", ":443/", "./"}).Draw(rt, "first") + tail.Draw(rt, "more")
	})
}

func TestIdempotent(t *testing.T) {
	b, links := goldenBook(t), pasted(t)
	rapid.Check(t, func(rt *rapid.T) { checkIdempotent(rt, b, links.Draw(rt, "raw")) })
}

type reporter interface {
	Fatalf(format string, args ...any)
	Helper()
}

// checkIdempotent checks what holds of the canonical form of anything at all.
func checkIdempotent(t reporter, b *Book, raw string) {
	t.Helper()
	c, err := b.Canonical(raw)
	if err != nil {
		return
	}
	again, err := b.Canonical(c.URL)
	if err != nil || again != c {
		t.Fatalf("%q -> %+v -> %+v, %v", raw, c, again, err)
	}
	if _, err := url.Parse(c.URL); err != nil {
		t.Fatalf("%q: net/url does not read %q: %v", raw, c.URL, err)
	}
	if got := Refang(Defang(c.URL)); got != c.URL {
		t.Fatalf("%q -> %q -> %q", c.URL, Defang(c.URL), got)
	}
}

// A host without rules: what a browser makes of the link and what the short way makes of
// it are the same thing.
func TestSameAsBrowser(t *testing.T) {
	var none *Book
	links := pasted(t)
	rapid.Check(t, func(rt *rapid.T) {
		raw := links.Draw(rt, "raw")
		if !hasScheme(raw) || strings.ContainsAny(raw, "[{(*\"'<") || visible(raw) != raw {
			return // what people do to links, browsers do not undo
		}
		c, err := none.Canonical(raw)
		u, werr := whatwg.Parse(strings.TrimSpace(raw))
		if err != nil {
			return
		}
		if werr != nil {
			rt.Fatalf("%q: a browser refuses it (%v), we made %q", raw, werr, c.URL)
		}
		want, err := none.Canonical(u.Href(false))
		if err != nil || want != c {
			rt.Fatalf("%q: a browser sees %q, which is %q (%v); we made %q", raw, u.Href(false), want.URL, err, c.URL)
		}
		if u.Hostname() != c.Host && u.Hostname() != c.Host+"." {
			rt.Fatalf("%q: host %q, a browser has %q", raw, c.Host, u.Hostname())
		}
	})
}

// The short way for plain host names, against the WHATWG parser, on names only.
func TestPlainHostSameAsBrowser(t *testing.T) {
	name := rapid.StringMatching(`[A-Za-z0-9-]{1,8}(\.[A-Za-z0-9-]{1,8}){1,3}\.?`)
	rapid.Check(t, func(rt *rapid.T) {
		raw := name.Draw(rt, "host")
		if !plainHost(raw) {
			return
		}
		u, err := whatwg.Parse("https://" + raw + "/")
		got, gotErr := normalHost(raw)
		if err != nil || gotErr != nil || strings.TrimSuffix(u.Hostname(), ".") != got {
			rt.Fatalf("%q: %q, %v; the browser has %v, %v", raw, got, gotErr, u, err)
		}
	})
}

// No tracking parameter, order, case of host or port changes what a link is.
func TestVariantsMerge(t *testing.T) {
	b := goldenBook(t)
	var known []string
	for _, g := range goldenGroups(t) {
		known = append(known, g.Same...)
	}
	rapid.Check(t, func(rt *rapid.T) {
		want, err := b.Canonical(rapid.SampledFrom(known).Draw(rt, "link"))
		if err != nil {
			rt.Fatal(err)
		}
		u, _ := url.Parse(want.URL)
		if rapid.Bool().Draw(rt, "upper") {
			u.Host = strings.ToUpper(u.Host)
		}
		if rapid.Bool().Draw(rt, "port") && u.Port() == "" {
			u.Host += map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
		}
		add := rapid.SampledFrom([]string{"utm_source=x", "fbclid=A%20b", "Gclid=9", "UTM_x=1"}).Draw(rt, "tracking")
		if u.RawQuery == "" {
			u.RawQuery = add
		} else if rapid.Bool().Draw(rt, "first") {
			u.RawQuery = add + "&" + u.RawQuery
		} else {
			u.RawQuery += "&" + add
		}
		variant := u.String()
		if rapid.Bool().Draw(rt, "defanged") {
			variant = Defang(variant)
		}
		if got, err := b.Canonical(variant); err != nil || got != want {
			rt.Fatalf("%q: got %+v, %v; want %+v", variant, got, err, want)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, g := range goldenGroups(f) {
		for _, raw := range g.Same {
			f.Add(raw)
		}
	}
	b := goldenBook(f)
	f.Fuzz(func(t *testing.T, raw string) { checkIdempotent(t, b, raw) })
}

func BenchmarkCanonical(b *testing.B) {
	book := goldenBook(b)
	for name, raw := range map[string]string{
		"known":      "http://www.vidshare.example/watch?v=Ab3_dEf-9&utm_source=x&t=42s#comments",
		"rewritten":  "https://mobile.chirper.example/some_one/status/990000000000000001?s=20&t=aa",
		"unknown":    "HTTP://WWW.Unknown.Example:80/a/./c/../b?y=2&x=1&fbclid=q#part",
		"foreign":    "http://www.MÜNZBLOG.example/Beitrag/über",
		"defanged":   "hxxps://vidshare[.]example/watch?v=Ab3_dEf-9",
		"subdomains": "https://m.anna.quillpages.example/post/31/a-long-title?source=rss",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := book.Canonical(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
