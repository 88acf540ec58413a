package web

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor is one person's browser without a screen.
type visitor struct {
	t    testing.TB
	base string
	http *http.Client
}

// visit opens a visitor; first is the first name of who signs in, empty for nobody.
func (w *world) visit(first string) *visitor {
	jar, _ := cookiejar.New(nil)
	v := &visitor{t: w.t, base: w.server.URL, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if first != "" {
		w.giveDoor(first)
		status, _, _ := v.post("/signin", url.Values{"email": {email(first)}, "password": {password}})
		if status != http.StatusSeeOther {
			w.t.Fatalf("signing in as %s gave %d", first, status)
		}
	}
	return v
}

func (v *visitor) get(path string) (int, http.Header, string) { return v.do("GET", path, nil) }

func (v *visitor) post(path string, form url.Values) (int, http.Header, string) {
	return v.do("POST", path, form)
}

func (v *visitor) do(method, path string, form url.Values) (int, http.Header, string) {
	v.t.Helper()
	req, err := http.NewRequest(method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(body)
}

// page gets a page that must be there.
func (v *visitor) page(path string) *html.Node {
	v.t.Helper()
	status, _, body := v.get(path)
	if status != http.StatusOK {
		v.t.Fatalf("GET %s gave %d: %s", path, status, textOf(parsed(v.t, body)))
	}
	return parsed(v.t, body)
}

func parsed(t testing.TB, body string) *html.Node {
	t.Helper()
	n, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// all finds elements by a small selector: tag, .class, #id, [attribute], [attribute=value],
// joined without spaces; each may be left out.
func all(n *html.Node, selector string) (found []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && fits(d, selector) {
			found = append(found, d)
		}
	}
	return found
}

func fits(n *html.Node, selector string) bool {
	at := strings.IndexAny(selector, ".#[")
	if at < 0 {
		at = len(selector)
	}
	if at > 0 && n.Data != selector[:at] {
		return false
	}
	for rest := selector[at:]; rest != ""; {
		end := strings.IndexAny(rest[1:], ".#[")
		part := rest
		if rest[0] == '[' {
			end = strings.IndexByte(rest, ']')
			part, rest = rest[1:end], rest[end+1:]
			name, value, isValue := strings.Cut(part, "=")
			got, ok := attr(n, name)
			if !ok || isValue && got != value {
				return false
			}
			continue
		}
		if end >= 0 {
			part, rest = rest[:end+1], rest[end+1:]
		} else {
			rest = ""
		}
		if got, _ := attr(n, map[byte]string{'.': "class", '#': "id"}[part[0]]); !slices.Contains(strings.Fields(got), part[1:]) {
			return false
		}
	}
	return true
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var out []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode && strings.TrimSpace(d.Data) != "" {
			out = append(out, strings.TrimSpace(d.Data))
		}
	}
	return strings.Join(out, " ")
}

// one finds the only element that a selector fits.
func one(t testing.TB, n *html.Node, selector string) *html.Node {
	t.Helper()
	found := all(n, selector)
	if len(found) != 1 {
		t.Fatalf("%d elements fit %q, want 1", len(found), selector)
	}
	return found[0]
}
