package hma

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

func hashRoutes() []route {
	return []route{
		{"GET", "/h/hash", auth.MatchLookup, (*Server).hashURL, says{what: "The fingerprints of the file behind a url", query: "url! content_type types", answer: signals{}}},
		{"POST", "/h/hash", auth.MatchLookup, (*Server).hashFile, says{what: "The fingerprints of an uploaded file", query: "content_type types", file: true, answer: signals{}}},
	}
}

// hashURL fetches a file and tells its fingerprints.
func (s *Server) hashURL(c *call) error {
	q := parseQuery(c.r.URL.RawQuery)
	if q.url == "" {
		return bad("url is required")
	}
	f, types, err := s.fetched(c, &q)
	if err != nil {
		return err
	}
	return c.signals(f, types, &q)
}

// hashFile tells the fingerprints of an uploaded file.
func (s *Server) hashFile(c *call) error {
	q := parseQuery(c.r.URL.RawQuery)
	f, types, err := s.uploaded(c, &q)
	if err != nil {
		return err
	}
	return c.signals(f, types, &q)
}

func (c *call) signals(f flow.Fingerprints, types []signalType, q *query) error {
	out := map[string]string{}
	for _, st := range types {
		if value := valueOf(f, st.kind); value != "" {
			out[st.name] = value
		} else if q.types != "" && f.Missing != nil {
			return f.Missing // it was asked for by name
		}
	}
	return c.json(http.StatusOK, out)
}

// fetched fingerprints the file behind a URL. That it cannot be fetched is the caller's
// mistake in HMA, whatever the reason.
func (s *Server) fetched(c *call, q *query) (flow.Fingerprints, []signalType, error) {
	f, err := s.Flow.FingerprintURL(c.r.Context(), *c.who, q.contentType, q.url)
	if err != nil {
		return f, nil, as(err, http.StatusBadRequest, problem.Unavailable, problem.Refused)
	}
	types, err := typesFor(f.Kind, q.types)
	return f, types, err
}

// uploaded fingerprints the file of a multipart form, whose field is named after the content
// type; or a body that is the file itself, with its type in Content-Type or content_type.
func (s *Server) uploaded(c *call, q *query) (f flow.Fingerprints, types []signalType, err error) {
	c.hurry()
	media, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil && q.contentType == "" {
		return f, nil, bad("Missing multipart/form-data file upload")
	}
	if media == "multipart/form-data" {
		return s.uploadedForm(c, q, params["boundary"])
	}
	content := q.contentType
	switch kind, _, _ := strings.Cut(media, "/"); {
	case content != "":
	case kind == "image":
		content = flow.Photo
	case kind == "video":
		content = flow.Video
	default:
		return f, nil, bad("Missing multipart/form-data file upload")
	}
	if types, err = typesFor(content, q.types); err != nil {
		return f, nil, unknownContent(content, err)
	}
	f, err = s.Flow.Fingerprint(c.r.Context(), *c.who, watched(content, types), c.r.Body, c.r.ContentLength)
	return f, types, cutOff(err)
}

// watched spares a video the decoding where only its digests are wanted.
func watched(content string, types []signalType) string {
	if content == flow.Video && !slices.ContainsFunc(types, func(st signalType) bool { return st.kind == match.KindVPDQ }) {
		return flow.VideoBytes
	}
	return content
}

// uploadedForm reads the one file of a form as it comes, without keeping it.
func (s *Server) uploadedForm(c *call, q *query, boundary string) (f flow.Fingerprints, types []signalType, err error) {
	form, err := c.r.MultipartReader()
	if err != nil || boundary == "" {
		return f, nil, bad("Missing multipart/form-data file upload")
	}
	seen := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, nil, cutOff(err)
		}
		if part.FileName() == "" {
			continue // a field and no file
		}
		if seen {
			return f, nil, bad("Only one file allowed per request")
		}
		seen = true
		content := part.FormName()
		if types, err = typesFor(content, q.types); err != nil {
			return f, nil, unknownContent(content, err)
		}
		if f, err = s.Flow.Fingerprint(c.r.Context(), *c.who, watched(content, types), part, c.r.ContentLength); err != nil {
			return f, nil, cutOff(err)
		}
	}
	if !seen {
		return f, nil, bad("Missing multipart/form-data file upload")
	}
	return f, types, nil
}

func unknownContent(content string, err error) error {
	if usual[content] == nil {
		return bad("no such content_type: '%.40s'", content)
	}
	return err
}

// cutOff tells a body that did not come whole from a failure of ours.
func cutOff(err error) error {
	var known *problem.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return problem.Wrap(err, problem.Invalid, "the upload broke off or is no form; send it again")
}

// lookupURL finds what the file behind a URL matches.
func (s *Server) lookupURL(c *call, q *query, want asked) error {
	f, types, err := s.fetched(c, q)
	if err != nil {
		return err
	}
	if q.signalType == "" {
		return s.answerFile(c, f, types, want)
	}
	for _, st := range types { // one signal type is asked about: its banks are the answer
		if st.name == q.signalType {
			found, err := s.fileBanks(c, f, st, want)
			if err != nil {
				return err
			}
			return c.json(http.StatusOK, found)
		}
	}
	return c.json(http.StatusOK, struct{}{})
}

// lookupFile finds what an uploaded file matches.
func (s *Server) lookupFile(c *call) error {
	q := parseQuery(c.r.URL.RawQuery)
	want, err := askedBy(&q)
	if err != nil {
		return err
	}
	f, types, err := s.uploaded(c, &q)
	if err != nil {
		return err
	}
	return s.answerFile(c, f, types, want)
}

func (s *Server) answerFile(c *call, f flow.Fingerprints, types []signalType, want asked) error {
	out := map[string]json.RawMessage{}
	for _, st := range types {
		found, err := s.fileBanks(c, f, st, want)
		if err != nil {
			return err
		}
		if found != nil {
			out[st.name] = found
		}
	}
	return c.json(http.StatusOK, out)
}

// leastQuality is the PDQ quality below which a picture is not looked up by its looks: it has
// too few features, and would match what has as few.
const leastQuality = 50

// fileBanks finds what one fingerprint of a file matches, by banks; nil where it has none.
func (s *Server) fileBanks(c *call, f flow.Fingerprints, st signalType, want asked) (json.RawMessage, error) {
	value := valueOf(f, st.kind)
	if value == "" {
		return nil, nil
	}
	if st.name == "pdq" && f.Quality < leastQuality {
		return json.RawMessage("{}"), nil
	}
	hits, err := s.hits(c.r.Context(), st.name, value, want)
	if err != nil {
		return nil, err
	}
	m, err := s.metadata(c, want, hits)
	return s.appendBanks(nil, hits, m), err
}
