package web

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pages holds, for each language, its words and each page's template with these words in it.
type pages struct {
	matcher language.Matcher
	spoken  []*words // in the order of the matcher's tags
	sets    map[*words]map[string]*template.Template
}

func mustPages() *pages {
	bundle, tags, err := readWords()
	if err != nil {
		panic(err)
	}
	p := &pages{matcher: language.NewMatcher(tags), sets: map[*words]map[string]*template.Template{}}
	for _, tag := range tags {
		w := newWords(bundle, tag)
		p.spoken = append(p.spoken, w)
		p.sets[w] = parse(w)
	}
	return p
}

// choose gives the language that suits a browser best.
func (p *pages) choose(accept string) *words {
	wanted, _, _ := language.ParseAcceptLanguage(accept)
	_, i, _ := p.matcher.Match(wanted...)
	return p.spoken[i]
}

// parse reads the templates: each page file joined with the layout and the pieces (_*.html).
func parse(w *words) map[string]*template.Template {
	common := template.Must(template.New("").Funcs(functions(w)).Funcs(hostFunctions(w)).ParseFS(templateFiles, "templates/_*.html"))
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err)
	}
	out := map[string]*template.Template{}
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".html")
		if !strings.HasPrefix(base, "_") {
			out[base] = template.Must(template.Must(common.Clone()).ParseFS(templateFiles, name))
		}
	}
	return out
}

func functions(w *words) template.FuncMap {
	return template.FuncMap{
		"t": w.say, "named": w.named, "num": w.number, "dec": w.decimal, "moment": w.moment, "took": w.took,
		"language": w.languageName, "country": w.countryName, "asset": asset, "defang": link.Defang, "bytes": w.size,
		"iso": func(t time.Time) string { return t.UTC().Format(time.RFC3339) }, "has": slices.Contains[[]string],
		"short": func(s string, n int) string { return s[:min(n, len(s))] }, "percent": percent, "share": func(f float64) string { return w.decimal(f * 100) }, "reason": problem.Message, "reasons": fully,
		"part": func(millionths int) string { return w.decimal(float64(millionths) / 1e4) },
		"list": func(values ...string) []string { return values }, "add": func(a, b int) int { return a + b }, "portal_form": portalFormOf,
		"dict": dict, "tab": tabOf, "shown": mediaShown, "again": reuploadsOf,
	}
}

// frame is what all pages have: who looks, and where on the desk.
type frame struct {
	Lang, Dir string
	Title     string
	Section   string // of the main navigation
	Who       auth.Principal
	Path      string
	Action    *client.Action // of the pages of one action
	Tab       string
	Scripts   []string // of this page, beside the common ones
	Notice    string   // what the last click came to
}

func (s *Server) frame(c *call, title, section string) frame {
	return frame{Lang: c.words.tag.String(), Dir: c.words.dir(), Title: title, Section: section, Who: c.who, Path: c.r.URL.RequestURI()}
}

// May reports whether the person may do something, for showing or leaving out a button.
func (f frame) May(perm string) bool { return f.Who.User != "" && f.Who.May(auth.Permission(perm)) }

// LooksUp reports whether the page is one of those that are looked things up in.
func (f frame) LooksUp() bool {
	return slices.Contains([]string{"platforms", "register", "designations", "banks", "people", "transparency"}, f.Section)
}

// of makes the frame of a page of an action.
func (f frame) of(a client.Action, tab string) frame {
	f.Action, f.Tab = &a, tab
	return f
}

// render writes a page. It is made whole first: a page that fails half way would look like
// one that is complete.
func (s *Server) render(c *call, status int, name string, data any) error {
	return s.piece(c, status, name, "layout", data)
}

func (s *Server) piece(c *call, status int, name, define string, data any) error {
	var out bytes.Buffer
	if err := s.pages.sets[c.words][name].ExecuteTemplate(&out, define, data); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Language", c.words.tag.String())
	c.w.WriteHeader(status)
	if c.r.Method != http.MethodHead {
		c.w.Write(out.Bytes())
	}
	return nil
}

// fully says a failure with the fields that are wrong.
func fully(err error) string {
	text := problem.Message(err)
	var e *problem.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			text += "; " + f.Path + ": " + f.Message
		}
	}
	return text
}

// dict gives a piece of a page several values by name.
func dict(pairs ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole) * 100
}
