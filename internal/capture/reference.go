package capture

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A page may name more media than are fetched. What the page itself holds up as its content
// goes before its other pictures, many of which are decoration.
const (
	rankShown = iota // the page's own preview (Open Graph), video, sound, embedded objects
	rankPicture
	rankLink // links to files
	ranks
)

// noted bounds how many references of a rank are remembered: some will be repeated or useless.
const noted = 60

const (
	inlineLeast = 256 // bytes; a data: picture below that is a placeholder or a dot
	inlineShown = 64  // bytes of a data: URL that are kept as its name
)

func (p *page) note(rank int, ref string) {
	ref = strings.TrimSpace(ref)
	inline := strings.HasPrefix(ref, "data:")
	if ref == "" || len(ref) > longestURL && !inline || len(p.named[rank]) >= noted || slices.Contains(p.named[rank], ref) {
		return
	}
	p.named[rank] = append(p.named[rank], ref)
}

// refer notes what media a start tag names.
func (p *page) refer(name string, a *attributes) {
	switch name {
	case "img":
		p.note(rankPicture, cmp.Or(largest(a.srcset), a.lazy, a.src)) // one of what is one picture
	case "source": // of a video or sound; those of <picture> have no src, and an <img> after them
		p.note(rankShown, a.src)
	case "video", "audio":
		p.note(rankShown, a.poster)
		p.note(rankShown, a.src)
	case "embed":
		p.note(rankShown, a.src)
	case "object":
		p.note(rankShown, a.data)
	case "meta":
		switch strings.ToLower(a.property) {
		case "og:image", "og:image:url", "og:image:secure_url", "og:video", "og:video:url", "og:video:secure_url", "og:audio", "twitter:image", "twitter:image:src", "twitter:player:stream":
			p.note(rankShown, a.content)
		}
	case "link":
		if strings.EqualFold(a.rel, "image_src") {
			p.note(rankShown, a.href)
		}
	case "a", "area":
		if leadsToMedium(a.href) {
			p.note(rankLink, a.href)
		}
	}
}

// media gives the first n media that the page at the URL names, resolved, each once.
func (p *page) media(at string, n int) (list []string) {
	base, err := url.Parse(at)
	if err != nil {
		return nil
	}
	own := escaped(withoutFragment(*base))
	if ref, err := base.Parse(strings.TrimSpace(p.base)); err == nil && p.base != "" {
		base = ref
	}
	for _, rank := range p.named {
		for _, ref := range rank {
			if len(list) == n {
				return list
			}
			target := resolve(base, ref)
			if target != "" && target != own && !slices.Contains(list, target) {
				list = append(list, target)
			}
		}
	}
	return list
}

// resolve returns "" for what is neither on the web nor in the page.
func resolve(base *url.URL, ref string) string {
	if strings.HasPrefix(ref, "data:") {
		return ref
	}
	ref = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(ref) // the URL standard, 4.4
	target, err := base.Parse(ref)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Host == "" {
		return ""
	}
	if link := escaped(withoutFragment(*target)); len(link) <= longestURL {
		return link
	}
	return ""
}

// longestURL is the longest link that is asked for or kept beside a capture, in bytes; of a
// longer one the archive has the rest.
const longestURL = 8 << 10

// shownURL makes a link fit for the database: printable ASCII of bounded length.
func shownURL(link string) string {
	link = escaped(link)
	return link[:min(len(link), longestURL)]
}

// escaped percent-encodes the bytes that a link may not have, as a browser does before it
// sends them.
func escaped(link string) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(link) {
		if c := link[i]; c <= ' ' || c >= 0x7f {
			out.Write([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}

func withoutFragment(u url.URL) string {
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

var mediaFiles = words(`.jpg .jpeg .jfif .png .gif .webp .avif .bmp .tif .tiff .heic .heif .jxl .svg
	.mp4 .m4v .mov .webm .mkv .avi .mpg .mpeg .3gp .ogv .flv .wmv .mp3 .m4a .aac .wav .flac .ogg .oga .opus
	.pdf .epub .doc .docx .odt .rtf .ppt .pptx .odp`)

func leadsToMedium(href string) bool {
	u, err := url.Parse(strings.TrimSpace(href))
	return err == nil && mediaFiles[strings.ToLower(path.Ext(u.Path))]
}

// largest takes of a srcset (HTML standard, 4.8.4.2.1) the candidate with the greatest
// width or density.
func largest(srcset string) (best string) {
	most := -1.0
	for srcset = strings.TrimLeft(srcset, " \t\r\n\f,"); srcset != ""; srcset = strings.TrimLeft(srcset, " \t\r\n\f,") {
		end := strings.IndexAny(srcset, " \t\r\n\f")
		if end < 0 {
			end = len(srcset)
		}
		link, rest, descriptor := srcset[:end], srcset[end:], ""
		if bare := strings.TrimRight(link, ","); bare != link {
			link = bare
		} else {
			descriptor, rest, _ = strings.Cut(rest, ",")
		}
		size := 1.0
		if d := strings.TrimSpace(descriptor); d != "" {
			size, _ = strconv.ParseFloat(d[:len(d)-1], 64)
		}
		if size > most {
			best, most = link, size
		}
		srcset = rest
	}
	return best
}

// dataOf gives the bytes of a data: URL (RFC 2397).
func dataOf(link string) ([]byte, bool) {
	head, data, found := strings.Cut(strings.TrimPrefix(link, "data:"), ",")
	if !found {
		return nil, false
	}
	text, err := url.PathUnescape(data)
	if err != nil {
		return nil, false
	}
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(head)), ";base64") {
		return []byte(text), true
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	body, err := base64.RawStdEncoding.DecodeString(text)
	return body, err == nil
}
