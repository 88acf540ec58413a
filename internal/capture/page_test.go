package capture

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

func TestVisibleText(t *testing.T) {
	for _, tt := range []struct{ html, want string }{
		{"<p>one<p>two<br>three <b>bo</b>ld", "one\ntwo\nthree bold"},
		{"<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"},
		{" x \t\n y&nbsp;z &amp; &#x41;", "x y z & A"},
		{"<head><title>t</title><style>s{}</style></head>b<script>j()</script>c<noscript>n</noscript>d<template>t<p>u</template>e", "bcde"},
		{"a<div hidden>b<div>c</div>d</div>e", "a\ne"},
		{`a<span style="color:red; DISPLAY : none">b<i>c</i></span>d`, "ad"},
		{`a<span style="visibility:hidden">b</span>d`, "ad"},
		{"<p hidden>a<p>b", "b"}, {"<div><p hidden>a</div>b", "b"}, {"<ul><li hidden>a<li>b</ul>c", "b\nc"},
		{"<ul><li>a<li hidden>b</ul>c", "a\nc"}, {"<dl><dt>a<dd hidden>b<dt>c</dl>", "a\nc"}, {"<table><tr><td hidden>a<td>b</table>", "b"},
		{"<input hidden>a<br hidden>b", "a\nb"},
		{"<body hidden>shown by a script", "shown by a script"},
		{"<svg><title>no</title><g style='display:none'/><text>drawn</text></svg>", "drawn"},
		{"<iframe>a</iframe><object>b</object><video>c</video>d<textarea><b>e</textarea>", "d <b>e"},
		{"\ufeffa\x00b\x07c\xffd\u200be", "abc\ufffdd\u200be"},
		{"a</div></p></b>b<div", "a\nb"},
		{"<!-- x -->a<![CDATA[b]]>c", "ac"},
	} {
		if got := readPage([]byte(tt.html), "text/html; charset=utf-8").text; got != tt.want {
			t.Errorf("%s\n\tgives %q\n\twant  %q", tt.html, got, tt.want)
		}
	}
}

func TestTitles(t *testing.T) {
	for _, tt := range []struct{ html, want string }{
		{"<title>a &lt;b&gt;\n c</title><title>d</title>", "a <b> c"},
		{"<svg><title>icon</title></svg><title>page</title>", "page"}, {"<svg/><title>page</title>", "page"},
		{`<title> </title><meta property="og:title" content="shared">`, "shared"}, {"<p>none", ""},
		{"<title>" + strings.Repeat("ö", 5000) + "</title>", strings.Repeat("ö", longestTitle)},
		{"<title>cut off", "cut off"},
	} {
		if got := readPage([]byte(tt.html), "text/html; charset=utf-8").title; got != tt.want {
			t.Errorf("%.80s gives %.80q, want %.80q", tt.html, got, tt.want)
		}
	}
}

func TestEncodings(t *testing.T) {
	russian, err1 := charmap.Windows1251.NewEncoder().String("<title>Погода</title>")
	japaneseText, err2 := japanese.ShiftJIS.NewEncoder().String("<title>天気</title>")
	wide, err3 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("<title>Καιρός</title>")
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	for _, tt := range []struct{ body, contentType, want string }{
		{russian, "text/html; charset=windows-1251", "Погода"},
		{"<meta charset=windows-1251>" + russian, "text/html", "Погода"},
		{`<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">` + japaneseText, "", "天気"},
		{wide, "text/html; charset=utf-8", "Καιρός"}, // the byte order mark wins
		{"\ufeff<title>weiß</title>", "text/html; charset=iso-8859-1", "weiß"},
		{"<title>weiß</title>", "", "weiß"},
		{"<title>wei\xdf</title>", "", "weiß"},
		{"<title>weiß</title>", "text/html; charset=no-such", "weiß"},
		{russian, "text/html; charset=utf-8", strings.Repeat("\ufffd", 6)}, // wrong, and yet valid UTF-8
	} {
		if got := readPage([]byte(tt.body), tt.contentType).title; got != tt.want {
			t.Errorf("%q as %q gives %q, want %q", tt.body, tt.contentType, got, tt.want)
		}
	}
}

func TestHostilePagesCostTheirLength(t *testing.T) {
	const size = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, body := range map[string]string{
		"deep":       strings.Repeat("<div><b>", 500_000) + "end",
		"wide":       fill("<i a=1 b=2>x</i>"),
		"attributes": "<p " + fill("a=b ") + ">end",
		"one value":  "<img src='" + fill("x") + "'>end",
		"text":       fill("word "),
		"unclosed":   fill("<"),
		"entities":   fill("&amp;"),
		"pictures":   fill("<img src=a>") + fill("<img srcset='b 1x, c 2x'>"),
		"hidden":     fill("<div hidden>") + "end",
		"quotes":     fill(`<a b="`),
		"comments":   fill("<!--"),
	} {
		p := readPage([]byte(body), "text/html")
		if len(p.text) > longestText || !utf8.ValidString(p.text) || len(p.media("http://a.example/", 20)) > 20 {
			t.Errorf("%s: %d bytes of text", name, len(p.text))
		}
		if name == "deep" && p.text != "end" {
			t.Errorf("the text under a million elements is %q", p.text)
		}
	}
}

func TestMediaOfAPage(t *testing.T) {
	p := readPage([]byte(`<base href="https://cdn.example/d/">
		<img src="a.png"><img src="x.gif" data-src="lazy.png"><img src="small.png" srcset="mid.png 1x, big.png 2x">
		<noscript><img src="held.png"></noscript><div hidden><img src="covered.png"></div>
		<picture><source srcset="p.avif"><img src="p.png"></picture>
		<video poster="//m.example/poster.jpg"><source src="clip.webm"></video><audio src="talk.mp3"></audio>
		<embed src="e.pdf"><object data="o.pdf"></object><meta name="twitter:image" content="https://m.example/t.png"><meta property="og:image" content="/og.png">
		<link rel="image_src" href="l.png"><link rel="icon" href="icon.png">
		<a href="/f/REPORT.PDF?x=1#p2">r</a><a href="page.html">p</a><a href="mailto:a.png">m</a>
		<img src="javascript:a()"><img src="http://[bad"><img src=" sp ace.png
 "><img src=""><img src="a.png">`), "text/html")
	want := []string{"https://m.example/poster.jpg", "https://cdn.example/d/clip.webm", "https://cdn.example/d/talk.mp3", "https://cdn.example/d/e.pdf",
		"https://cdn.example/d/o.pdf", "https://m.example/t.png", "https://cdn.example/og.png", "https://cdn.example/d/l.png", "https://cdn.example/d/a.png",
		"https://cdn.example/d/lazy.png", "https://cdn.example/d/big.png", "https://cdn.example/d/held.png", "https://cdn.example/d/covered.png",
		"https://cdn.example/d/p.png", "https://cdn.example/d/sp%20ace.png", "https://cdn.example/f/REPORT.PDF?x=1"}
	if diff := cmp.Diff(want, p.media("https://a.example/post/1", 99)); diff != "" {
		t.Error(diff)
	}
	if got := p.media("https://cdn.example/d/a.png#x", 99); len(got) != len(want)-1 {
		t.Error("a page is not a medium of its own")
	}
}

func TestLargestOfASrcset(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a.png": "a.png", "a.png 1x, b.png 2x": "b.png", "b.png 640w,a.png 320w": "b.png", ", ,a.png": "a.png",
		"a,b.png 1x": "a,b.png", "a.png, b.png": "a.png", "a.png 1.5x, b.png 1x": "a.png", "a.png x, b.png 9q": "b.png", "a.png ,": "a.png",
	} {
		if got := largest(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestSniff(t *testing.T) {
	ftyp := func(brand string) string { return "\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00" }
	for in, want := range map[string]string{
		"": "text/plain", "\x89PNG\r\n\x1a\n": "image/png", "\xff\xd8\xff": "image/jpeg", "RIFF\x00\x00\x00\x00WEBPVP": "image/webp",
		ftyp("avif"): "image/avif", ftyp("heic"): "image/heic", ftyp("mif1"): "image/heif", ftyp("isom"): "video/mp4", ftyp("mp42"): "video/mp4",
		ftyp("qt  "): "video/quicktime", ftyp("M4A "): "audio/mp4", "II*\x00": "image/tiff", "MM\x00*": "image/tiff", "fLaC": "audio/flac",
		"ID3\x04": "audio/mpeg", "\xff\xfb\x90\x64": "audio/mpeg", "\xff\xf1\x50\x80": "audio/aac", "\xff\xff\xff\xff": "text/plain",
		"\x1aE\xdf\xa3": "video/webm", "OggS\x00": "application/ogg", "%PDF-1.7": "application/pdf", "PK\x03\x04": "application/zip",
		"<?xml version='1.0'?><svg/>": "image/svg+xml", "<svg xmlns='x'/>": "image/svg+xml", "<?xml version='1.0'?><rss/>": "text/xml",
		"  <!DOCTYPE html>": "text/html", `{"a": 1}`: "text/plain", "{\\rtf1": "application/rtf", "\x00\x01\x02": "application/octet-stream",
	} {
		if got := sniff([]byte(in)); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add([]byte("<title>a</title><p hidden>b<img srcset='c 1x, d 2x'><svg/>"), "text/html; charset=utf-8")
	f.Add([]byte("<base href='http://a.example/'><a href='x.pdf'>\xff\xfe"), "text/html; charset=utf-16le")
	f.Add([]byte("<meta charset=big5><noscript><img src=data:,x>"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		if len(body) == 0 {
			return
		}
		p := readPage(body, contentType)
		for _, text := range []string{p.text, p.title, p.language, languageOf(p.text)} {
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\t") || len(text) > longestText {
				t.Errorf("unfit for the database: %q", text)
			}
		}
		for _, link := range p.media("https://a.example/", 20) {
			if strings.HasPrefix(link, "data:") {
				dataOf(link)
			} else if u, err := url.Parse(link); err != nil || u.Host == "" || u.Fragment != "" {
				t.Errorf("%q is not a link: %v", link, err)
			}
		}
		sniff(body)
		plainText(body, contentType)
		if fmt.Sprint(p) != fmt.Sprint(readPage(body, contentType)) {
			t.Error("two readings differ")
		}
	})
}
