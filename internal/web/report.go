package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/argine/argine/internal/id"
)

// report serves the after-action report as the one file that it is. It carries its style
// within itself, so that it can be handed on; the policy allows exactly these styles, by
// their digests, and nothing else.
func report(s *Server, c *call) error {
	body, err := s.Desk.ReportHTML(c.ctx(), c.who, id.Action(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Security-Policy", reportPolicy(body))
	c.w.Write(body)
	return nil
}

func reportPolicy(body []byte) string {
	var styles []string
	for rest := body; ; {
		_, after, ok := bytes.Cut(rest, []byte("<style"))
		if !ok {
			break
		}
		_, after, _ = bytes.Cut(after, []byte(">"))
		style, tail, ok := bytes.Cut(after, []byte("</style>"))
		if !ok {
			break
		}
		sum := sha256.Sum256(style)
		styles = append(styles, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		rest = tail
	}
	allowed := "'none'"
	if len(styles) > 0 {
		allowed = strings.Join(styles, " ")
	}
	return "default-src 'none'; style-src " + allowed + "; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
}
