package recheck

import (
	"fmt"
	"strings"
)

// Seen is what a look got.
type Seen struct {
	URL         string // that was asked for
	Final       string // that answered, after redirects
	Status      int    // of HTTP; 0: nothing came
	ContentType string
	Body        []byte // decoded
	Fault       string // why nothing came
}

// Was is what the capture had.
type Was struct {
	Title string
	Text  string   // visible text
	Media []string // URLs
}

// Classify judges a look against the capture, and says what told the verdict. It prefers to
// be unsure over being wrong: a page that changed is not a page that went.
//
// Words count only where they are new (a page about lost pages says "page not found" all
// along) and, as a rule, prominent: in the title, in a heading, or on a page with hardly
// any other text. Otherwise the menu of every forum would be a login wall.
func Classify(s Seen, was Was) (Verdict, string) {
	if s.Status == 0 {
		return Unsure, "no answer: " + s.Fault
	}
	v := view{seen: s, was: was}
	if v.isText() {
		v.page = readPage(s.Body, s.ContentType, s.Final)
	}
	v.compare()
	switch {
	case s.Status == 451: // RFC 7725
		return GeoBlocked, "status 451"
	case s.Status == 404, s.Status == 410:
		if _, why := v.says(v.prominent, account); why != "" {
			return AccountGone, fmt.Sprintf("status %d and %s", s.Status, why)
		}
		return Removed, fmt.Sprintf("status %d", s.Status)
	case s.Status == 401:
		return LoginWall, "status 401"
	case s.Status == 403:
		return v.forbidden()
	case s.Status < 200, s.Status > 299, s.Status == 204, s.Status == 205:
		return Unsure, fmt.Sprintf("status %d", s.Status)
	}
	return v.answered()
}

// view is a look beside the capture.
type view struct {
	seen Seen
	was  Was
	page page

	old, prominent, whole string // folded, between spaces

	total, missing int // sequences of words of the old text; those that are not there any more
	media          int // old media that the page still refers to
}

func (v *view) isText() bool {
	kind, _, _ := strings.Cut(strings.ToLower(v.seen.ContentType), ";")
	kind = strings.TrimSpace(kind)
	return kind == "" || strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml")
}

const (
	shortPage = 80       // words: a page of an error, not of a person
	maxWords  = 64 << 10 // bytes of folded text that are searched for telling words
)

func (v *view) compare() {
	v.old = fold(v.was.Title + "\n" + v.was.Text)
	v.whole = fold(v.page.title + "\n" + v.page.text)
	v.prominent = fold(v.page.title + "\n" + v.page.headings)
	if strings.Count(v.whole, " ")-1 <= shortPage {
		v.prominent = v.whole
	}
	v.total, v.missing = lost(fold(v.was.Text), v.whole)
	refs := map[string]bool{mediaKey(v.seen.Final): true}
	for _, r := range v.page.refs {
		refs[mediaKey(r)] = true
	}
	for _, m := range v.was.Media {
		if refs[mediaKey(m)] {
			v.media++
		}
	}
}

// kept is the share of the old text that is still there.
func (v *view) kept() float64 {
	if v.total == 0 {
		return 0
	}
	return 1 - float64(v.missing)/float64(v.total)
}

func (v *view) forbidden() (Verdict, string) {
	if verdict, why := v.says(v.prominent, geo, account, login, notFound); why != "" {
		return verdict, "status 403 and " + why
	}
	if v.page.password || loginPath(v.seen.Final) {
		return LoginWall, "status 403 and a form to sign in"
	}
	return Unsure, "status 403: it may be hidden from us only"
}

// enoughText is from how many sequences on it tells something that all of them are there.
const enoughText = 5

// answered judges a page with status 200.
func (v *view) answered() (Verdict, string) {
	whatIsLeft := fmt.Sprintf("%d %% of the text and %d of %d media are there", int(100*v.kept()), v.media, len(v.was.Media))
	switch {
	case v.missing == 0 && v.total >= enoughText,
		v.kept() >= 0.9 && v.media > 0 && v.media == len(v.was.Media):
		return StillUp, whatIsLeft
	case v.toHome() && v.kept() < 0.5:
		return RedirectedHome, "redirected to " + v.seen.Final
	}
	if verdict, why := v.says(v.prominent, geo, account, login, notFound); why != "" {
		return verdict, why
	}
	switch {
	case v.kept() >= 0.5 || v.media > 0 && 2*v.media >= len(v.was.Media):
		return StillUp, whatIsLeft
	case v.page.password:
		return LoginWall, "a form to sign in, and " + whatIsLeft
	case v.seen.URL != v.seen.Final && loginPath(v.seen.Final):
		return LoginWall, "redirected to " + v.seen.Final
	case v.total == 0 && len(v.was.Media) == 0:
		return Unsure, "the page answers, and the capture has nothing to hold it against"
	}
	if v.kept() < 0.2 && v.media == 0 {
		if verdict, why := v.says(v.whole, geo, account, notFound); why != "" {
			return verdict, why + ", and nothing of the old page is left"
		}
	}
	return Unsure, "the page answers with something else: " + whatIsLeft
}

// says looks for telling words that the capture did not have, in the order of kinds: what
// is particular before what is general.
func (v *view) says(where string, kinds ...kind) (Verdict, string) {
	where = where[:min(len(where), maxWords)]
	for _, k := range kinds {
		for _, p := range phrases[k] {
			if strings.Contains(where, p.folded) && !strings.Contains(v.old, p.folded) {
				return k.verdict(), fmt.Sprintf("it says %q (%s)", p.text, p.language)
			}
		}
	}
	return Unsure, ""
}

// lost counts the distinct sequences of three words of the old text, and those that the new
// text has not.
func lost(old, now string) (total, missing int) {
	there := sequences(now)
	for s := range sequences(old) {
		total++
		if !there[s] {
			missing++
		}
	}
	return total, missing
}

func sequences(folded string) map[string]bool {
	words := strings.Fields(folded)
	n := min(3, len(words))
	out := map[string]bool{}
	for i := 0; n > 0 && i+n <= len(words); i++ {
		out[strings.Join(words[i:i+n], " ")] = true
	}
	return out
}
