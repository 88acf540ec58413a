package web

import (
	"encoding/json"
	"net/http"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

// policy lets a page load Argine's own files and nothing else. There is no 'unsafe-inline':
// text of a hostile page that got through the escaping could still run nothing.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}

// tellProblem answers in the API's way for a path of the API that nobody has.
func tellProblem(w http.ResponseWriter, kind problem.Kind, err error) {
	m := kind.Meaning()
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(m.Status)
	json.NewEncoder(w).Encode(client.Problem{Type: "urn:argine:problem:/" + m.Slug, Title: m.Title, Status: m.Status, Detail: problem.Message(err)})
}
