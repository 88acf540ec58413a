package document

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
)

// page is a document with its words, in the order of the official form; HTML and plain text
// are both made from it, so they say the same.
type page struct {
	Lang, Dir                         string
	Title, Basis                      string
	Reference, Unit, Platform, Answer string
	Intro                             []string
	Sections                          []section
	Items                             []item
	words                             *catalogue
}

type section struct {
	Letter, Title string
	Texts         []string
	Rows          []row
}

// row is one field: a value, a tick, options, or links.
type row struct {
	Key     string
	Label   string
	Note    string
	Tick    bool
	Ticked  bool
	Options []option
	Links   []string
	Text    []piece
}

type option struct {
	Text string
	On   bool
}

// piece is a stretch of what a person wrote: words, or a link in them, defanged unless it is the
// sender's own. A link runs from left to right, whatever stands around it.
type piece struct {
	Text string
	Link bool
}

type item struct {
	Number     int
	Identifier string
	URL        string
	Limbs      string
	Reasons    []piece
}

// Word gives a fixed word of the page's language.
func (p page) Word(name string) string { return p.words.words["word."+name] }

// box is a tick box with what a screen reader says of it.
type box struct {
	On   bool
	Word string
}

// Box makes a tick box.
func (p page) Box(on bool) box {
	if on {
		return box{true, p.Word("ticked")}
	}
	return box{false, p.Word("unticked")}
}

// page lays a checked document out.
func (d Document) page() (page, error) {
	if err := d.Check(); err != nil {
		return page{}, err
	}
	form, err := d.Law()
	if err != nil {
		return page{}, err
	}
	c := catalogues[d.Language]
	p := page{Lang: d.Language, Dir: "ltr", Title: c.words[d.Form+".title"], Basis: c.words[d.Form+".basis"], Reference: d.Reference,
		Unit: d.Unit, Platform: d.Platform, Answer: d.AnswerURL, words: c, Intro: c.numbered(d.Form+".intro", paragraphs[d.Form])}
	if c.rtl {
		p.Dir = "rtl"
	}
	for _, s := range form.Sections {
		name := d.Form + "." + s.Letter
		laid := section{Letter: s.Letter, Title: c.words[titleKey(d.Form, s.Letter)], Texts: c.numbered(name+".text", texts[name])}
		for _, f := range s.Fields {
			if r, shown := d.row(c, f); shown {
				laid.Rows = append(laid.Rows, r)
			}
		}
		p.Sections = append(p.Sections, laid)
	}
	for i, it := range d.Items {
		p.Items = append(p.Items, item{i + 1, it.ItemID, it.URL, strings.Join(it.Limbs, ", "), pieces(it.Reasons, link.Defang)})
	}
	return p, nil
}

func (c *catalogue) numbered(stem string, n int) (list []string) {
	for i := 1; i <= n; i++ {
		list = append(list, c.words[fmt.Sprintf("%s.%d", stem, i)])
	}
	return list
}

// row lays one field out. The annexes show every line that the official forms have, filled or
// not; elsewhere, and for what the program adds to an annex, an empty line is left out.
func (d Document) row(c *catalogue, f law.Field) (row, bool) {
	value := strings.TrimSpace(d.Values[f.Key])
	official := strings.HasPrefix(d.Form, "annex-") && f.Key != "b.emergency"
	if value == "" && !official && f.Shape != law.Tick {
		return row{}, false
	}
	key := wordKey(d.Form, f.Key)
	r := row{Key: f.Key, Label: c.words[key], Note: c.words[d.Form+"."+f.Key+".note"]}
	switch f.Shape {
	case law.Tick:
		r.Tick, r.Ticked = true, value == "yes"
	case law.Ticks, law.Choice:
		chosen := strings.Split(value, ",")
		for _, o := range f.Options {
			r.Options = append(r.Options, option{c.words[key+"."+o], slices.Contains(chosen, o)})
		}
	case law.Link, law.Links:
		for l := range strings.FieldsSeq(value) {
			r.Links = append(r.Links, l)
		}
	case law.Moment:
		r.Text = []piece{{Text: c.moment(value)}}
	case law.Country:
		r.Text = []piece{{Text: c.country(value)}}
	default:
		show := link.Defang
		if f.Own {
			show = func(l string) string { return l }
		}
		r.Text = pieces(value, show)
	}
	return r, true
}

// moment writes a moment with its offset, as it was given: the reader's own zone is no part of it.
func (c *catalogue) moment(value string) string {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return value
	}
	zone := "UTC"
	if _, offset := t.Zone(); offset != 0 {
		zone += t.Format("-07:00")
	}
	return strings.NewReplacer("{day}", fmt.Sprint(t.Day()), "{month}", c.words[fmt.Sprintf("month.%d", t.Month())], "{year}", fmt.Sprint(t.Year()),
		"{time}", t.Format("15:04:05")+" ("+zone+")").Replace(c.words["date"])
}

func (c *catalogue) country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := c.regions.Name(region); name != "" {
		return name + " (" + code + ")"
	}
	return code
}

// pieces cuts a text at the links in it, and shows each in a way.
func pieces(text string, show func(link string) string) (list []piece) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	from := 0
	for _, f := range link.Find(text) {
		if f.Offset > from {
			list = append(list, piece{Text: text[from:f.Offset]})
		}
		list = append(list, piece{Text: show(f.URL), Link: true})
		from = f.Offset + len(f.Raw)
	}
	if from < len(text) {
		list = append(list, piece{Text: text[from:]})
	}
	return list
}
