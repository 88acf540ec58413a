package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// visitor is a person of the service who looks at pages without a browser.
type visitor struct {
	h    *hosted
	http *http.Client
}

// newVisitor signs in by the one-time link.
func newVisitor(h *hosted) *visitor {
	h.Helper()
	jar, _ := cookiejar.New(nil)
	v := &visitor{h: h, http: &http.Client{Jar: jar}}
	link, err := h.app.FirstLink(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	if link != "" {
		v.send(link, url.Values{"password": {password}, "again": {password}}.Encode())
	}
	v.send("/signin", url.Values{"email": {"admin@localhost"}, "password": {password}}.Encode())
	return v
}

// page is the text of a page, which must be there.
func (v *visitor) page(path string) string {
	v.h.Helper()
	resp, err := v.http.Get(v.h.base + path)
	if err != nil {
		v.h.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		v.h.Fatalf("%s: HTTP %d, %v: %s", path, resp.StatusCode, err, body)
	}
	return string(body)
}

// send posts a form and returns the page that it leads to, and its status.
func (v *visitor) send(path, form string) (string, int) {
	v.h.Helper()
	resp, err := v.http.Post(v.h.base+path, "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		v.h.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body), resp.StatusCode
}

func between(text, before, after string) string {
	_, text, _ = strings.Cut(text, before)
	text, _, _ = strings.Cut(text, after)
	return text
}
