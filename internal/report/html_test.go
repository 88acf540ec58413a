package report

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var update = flag.Bool("update", false, "write the golden files")

// find lists the elements for which ok holds.
func find(n *html.Node, ok func(*html.Node) bool) (list []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && ok(d) {
			list = append(list, d)
		}
	}
	return list
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func within(n *html.Node, tag atom.Atom) []*html.Node {
	return find(n, func(d *html.Node) bool { return d.DataAtom == tag })
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func parse(t *testing.T, page []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// words is the page as one hears it: headings, sentences and table rows, without drawings.
func words(doc *html.Node) string {
	var out strings.Builder
	for _, n := range find(doc, func(d *html.Node) bool {
		switch d.DataAtom {
		case atom.H1, atom.H2, atom.P, atom.Dt, atom.Dd, atom.Tr, atom.Caption, atom.Figcaption, atom.Li:
			return true
		}
		return false
	}) {
		if n.DataAtom == atom.Tr {
			var cells []string
			for _, c := range find(n, func(d *html.Node) bool { return d.DataAtom == atom.Td || d.DataAtom == atom.Th }) {
				cells = append(cells, text(c))
			}
			out.WriteString(strings.Join(cells, " | ") + "\n")
			continue
		}
		out.WriteString(n.Data + ": " + text(n) + "\n")
	}
	return out.String()
}

func TestPageOfTheSmallWorld(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		buildSmall(t, db)
		page := pageOf(t, db)
		doc := parse(t, page)
		needsNothing(t, doc)
		const golden = "testdata/small.txt"
		if *update {
			if err := os.WriteFile(golden, []byte(words(doc)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(words(doc), "\n")); diff != "" {
			t.Errorf("the page has changed; read it, then run the test with -update (-want +got):\n%s", diff)
		}
		for _, live := range []string{"http://help", "https://mail", "<b>satire", "<1>", "one.example/1"} {
			if bytes.Contains(page, []byte(live)) {
				t.Errorf("the page holds %q", live)
			}
		}
	})
}

// needsNothing checks that the page loads nothing, leads nowhere and can be heard.
func needsNothing(t *testing.T, doc *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range find(doc, func(*html.Node) bool { return true }) {
		for _, key := range []string{"src", "srcset", "data", "action", "poster", "style", "onload", "xlink:href"} {
			if attr(n, key) != "" {
				t.Errorf("<%s %s=%q>", n.Data, key, attr(n, key))
			}
		}
		if n.DataAtom == atom.Script || n.DataAtom == atom.Link || n.DataAtom == atom.Iframe || n.DataAtom == atom.Img {
			t.Errorf("<%s> in the page", n.Data)
		}
		if id := attr(n, "id"); id != "" && ids[id] {
			t.Errorf("two elements have the id %q", id)
		} else if id != "" {
			ids[id] = true
		}
	}
	for _, a := range within(doc, atom.A) {
		if to := attr(a, "href"); !strings.HasPrefix(to, "#") || !ids[to[1:]] {
			t.Errorf("a link leads to %q", to)
		}
	}
	for _, f := range within(doc, atom.Figure) {
		charts := find(f, func(d *html.Node) bool { return d.Data == "svg" })
		if len(charts) != 2 || len(within(f, atom.Details)) != 1 || len(within(f, atom.Td)) == 0 {
			t.Errorf("figure %s: %d charts, %d twins with %d cells", attr(f, "id"), len(charts), len(within(f, atom.Details)), len(within(f, atom.Td)))
		}
		for _, c := range charts {
			for _, of := range strings.Fields(attr(c, "aria-labelledby")) {
				if !ids[of] {
					t.Errorf("chart %s is named by %q, which is not there", attr(f, "id"), of)
				}
			}
		}
	}
}

func TestPagesOfNextToNothing(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		build(t, db, (*builder).setting)
		for _, step := range []func(){
			func() {},
			func() {
				build(t, db, func(b *builder) { b.put(thing{n: 1, stage: "ready", by: []string{"unt_c"}, captured: "captured"}) })
			},
		} {
			step()
			page := pageOf(t, db)
			doc := parse(t, page)
			needsNothing(t, doc)
			if got := text(doc); !strings.Contains(got, "Nothing has been delivered yet") || strings.Contains(got, "NaN") {
				t.Errorf("the page says: %s", got)
			}
		}
	})
}
