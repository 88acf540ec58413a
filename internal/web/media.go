package web

import (
	"encoding/hex"
	"io"
	"net/http"
	"slices"

	"github.com/argine/argine/internal/problem"
)

// pictures are the kinds that a browser decodes as still pictures. All others are handed
// out as bytes that no browser shows.
var pictures = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}

// medium hands out the bytes of a medium after two deliberate steps on the page, and
// records the look first: exposure that could not be counted does not happen.
func medium(s *Server, c *call) error {
	digest := c.r.PathValue("sha256")
	if raw, err := hex.DecodeString(digest); err != nil || len(raw) != 32 {
		return problem.New(problem.NotFound, "%.80q is no digest of a medium; open it from the page of its item", digest)
	}
	m, err := s.Desk.Medium(c.ctx(), c.who, digest)
	if err != nil {
		return err
	}
	defer m.Body.Close()
	if err := s.Flow.Looked(c.ctx(), c.who, digest); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Type", m.MIME)
	if !slices.Contains(pictures, m.MIME) {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", "attachment")
	}
	if c.r.Method != http.MethodHead {
		io.Copy(c.w, m.Body)
	}
	return nil
}
