package hma

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

func contentRoutes() []route {
	return []route{
		{"GET", "/c/bank/{name}/content", auth.BankRead, (*Server).contents, says{what: "List what a bank holds, a page at a time", query: "after limit", answer: contentPage{}}},
		{"POST", "/c/bank/{name}/content", auth.BankManage, (*Server).addContent, says{what: "Add a file to a bank: one behind the url, or an upload", query: "url content_type types", file: true, answer: addedContent{}}},
		{"POST", "/c/bank/{name}/signal", auth.BankManage, (*Server).addSignals, says{what: "Add fingerprints to a bank that were made elsewhere", body: signals{}, answer: addedContent{}}},
		{"GET", "/c/bank/{name}/content/{id}", auth.BankRead, (*Server).content, says{what: "One content of a bank", query: "include_signals", answer: contentData{}}},
		{"PUT", "/c/bank/{name}/content/{id}", auth.BankManage, (*Server).setContent, says{what: "Take a content out (0), back (1), or switch it off until a second since 1970", body: contentWishes{}, answer: contentData{}}},
		{"DELETE", "/c/bank/{name}/content/{id}", auth.BankManage, (*Server).deleteContent, says{what: "Take a content out of its bank", answer: map[string]int{}}},
	}
}

// about is what a caller says about a content that is added.
type about struct {
	ContentID  string          `json:"content_id"`
	ContentURI string          `json:"content_uri"`
	JSON       json.RawMessage `json:"json"`
	Label      string          `json:"label"`
	Labels     []string        `json:"labels"`
}

// aboutIn reads the metadata of a call whose body is JSON; HMA forbids members that it does
// not know.
func aboutIn(c *call) (a about, err error) {
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		return a, nil
	}
	var body struct {
		Metadata json.RawMessage `json:"metadata"`
	}
	if err := c.body(&body); err != nil || body.Metadata == nil || string(body.Metadata) == "null" {
		return a, err
	}
	in := json.NewDecoder(strings.NewReader(string(body.Metadata)))
	in.DisallowUnknownFields()
	if err := in.Decode(&a); err != nil {
		return a, problem.Wrap(err, problem.Invalid, "Invalid metadata: it is an object with the members content_id, content_uri, json, label and labels")
	}
	return a, nil
}

// entries makes the entries of one content from its fingerprints by kind.
func (a about) entries(values map[string]string) []match.Entry {
	var from []string
	for _, each := range [][2]string{{"content_id", a.ContentID}, {"content_uri", a.ContentURI}, {"json", string(a.JSON)}} {
		if each[1] != "" {
			from = append(from, each[0]+" "+each[1])
		}
	}
	var out []match.Entry
	for kind, value := range values {
		out = append(out, match.Entry{Kind: kind, Value: value, Label: a.Label, Labels: a.Labels, Provenance: strings.Join(from, "; ")})
	}
	return out
}

// addContent fingerprints a file, uploaded or behind a URL, and adds it to a bank.
func (s *Server) addContent(c *call) error {
	b, err := s.named(c)
	if err != nil {
		return err
	}
	q := parseQuery(c.r.URL.RawQuery)
	a, err := aboutIn(c)
	if err != nil {
		return err
	}
	f, types, err := s.fetchedOrUploaded(c, &q)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, st := range types {
		if value := valueOf(f, st.kind); value != "" && (st.kind != match.KindPDQ || f.Quality >= leastQuality) {
			values[st.kind] = value
		}
	}
	if len(values) == 0 {
		return bad("the picture has a PDQ quality of %d and would match others by accident; at least %d is needed, or bank it by types=sha256", f.Quality, leastQuality)
	}
	return s.add(c, b, a.entries(values))
}

// fetchedOrUploaded fingerprints the file behind the URL of the query, or the one in the body.
func (s *Server) fetchedOrUploaded(c *call, q *query) (flow.Fingerprints, []signalType, error) {
	if q.url != "" {
		return s.fetched(c, q)
	}
	return s.uploaded(c, q)
}

// addSignals adds fingerprints that were made elsewhere: {"pdq": "…"}.
func (s *Server) addSignals(c *call) error {
	b, err := s.named(c)
	if err != nil {
		return err
	}
	var given signals
	if err := c.body(&given); err != nil {
		return err
	}
	if len(given) == 0 {
		return bad("No signals given")
	}
	values := map[string]string{}
	for name, value := range given {
		st, err := signalNamed(name)
		if err != nil {
			return bad("No such signal type %.40s", name)
		}
		values[st.kind] = value
	}
	return s.add(c, b, about{}.entries(values))
}

// add adds the entries of one content and answers with its id.
func (s *Server) add(c *call, b match.Bank, entries []match.Entry) error {
	added, err := s.Flow.AddContent(c.r.Context(), *c.who, b.Name, entries)
	if err != nil {
		return err
	}
	told, err := s.signalsOf(c, added)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, addedContent{firstOf(added), told})
}

// signals are the fingerprints of one content, by the names of their types.
type signals map[string]string

type addedContent struct {
	ID      int64   `json:"id"`
	Signals signals `json:"signals"`
}

// firstOf is the id of the content that the entries are.
func firstOf(entries []match.Entry) int64 {
	first := entries[0].Number
	for _, e := range entries {
		first = min(first, e.Number)
	}
	return first
}

// signalsOf gives the fingerprints of one content, those of videos, sounds and texts in full.
func (s *Server) signalsOf(c *call, entries []match.Entry) (map[string]string, error) {
	out := map[string]string{}
	for _, e := range entries {
		value, err := s.Flow.Features(c.r.Context(), e)
		if err != nil {
			return nil, err
		}
		out[nameOf(e.Kind)] = signalOf(e.Kind, value)
	}
	return out, nil
}

// contentData is a content as HMA tells it. disable_until_ts is 1 while it matches, 0 once it
// was retracted, and else the moment until which it is switched off, in seconds since 1970.
type contentData struct {
	ID       int64             `json:"id"`
	Disabled int64             `json:"disable_until_ts"`
	Collab   struct{}          `json:"collab_metadata"`
	URI      *string           `json:"original_media_uri"`
	Bank     bankConfig        `json:"bank"`
	Signals  map[string]string `json:"signals,omitempty"`
	Label    string            `json:"label,omitempty"`
	Labels   []string          `json:"labels,omitempty"`
	From     string            `json:"provenance,omitempty"`
}

func dataOf(now time.Time, b match.Bank, entries []match.Entry, signals map[string]string) contentData {
	first := entries[0]
	out := contentData{ID: firstOf(entries), Signals: signals, Bank: configOf(b), Label: first.Label, Labels: first.Labels, From: first.Provenance}
	for _, e := range entries {
		switch {
		case !e.RetractedAt.IsZero():
		case !e.OffUntil.After(now):
			out.Disabled = enabledAlways
		case out.Disabled != enabledAlways:
			out.Disabled = e.OffUntil.Unix()
		}
	}
	return out
}

// found reads the content in the path.
func (s *Server) found(c *call) (match.Bank, []match.Entry, error) {
	b, err := s.named(c)
	if err != nil {
		return b, nil, err
	}
	n, err := number(c.r.PathValue("id"))
	if err != nil {
		return b, nil, problem.Wrap(err, problem.NotFound, "content '%.40s' not found", c.r.PathValue("id"))
	}
	entries, err := s.Desk.Content(c.r.Context(), *c.who, b, n)
	if problem.Is(err, problem.NotFound) {
		err = problem.Wrap(err, problem.NotFound, "content '%d' not found", n)
	}
	return b, entries, err
}

func (s *Server) content(c *call) error {
	b, entries, err := s.found(c)
	if err != nil {
		return err
	}
	q := parseQuery(c.r.URL.RawQuery)
	with, err := truth("include_signals", q.signals)
	if err != nil {
		return err
	}
	var signals map[string]string
	if with {
		if signals, err = s.signalsOf(c, entries); err != nil {
			return err
		}
	}
	return c.json(http.StatusOK, dataOf(s.Flow.DB.Now(), b, entries, signals))
}

const (
	contentsAtOnce = 100
	mostContents   = 1000
)

type contentPage struct {
	Contents []contentData `json:"contents"`
	Next     *int64        `json:"next"` // after= of the next page; null on the last
}

// contents lists a bank's entries in the order of their numbers, a page at a time. HMA has no
// such route; here a keeper sees what the bank holds, of videos, sounds and texts the digests:
// a page of them in full could take a gigabyte.
func (s *Server) contents(c *call) error {
	b, err := s.named(c)
	if err != nil {
		return err
	}
	q := parseQuery(c.r.URL.RawQuery)
	after, limit := int64(0), int64(contentsAtOnce)
	for text, to := range map[string]*int64{q.after: &after, q.limit: &limit} {
		if text == "" {
			continue
		}
		if *to, err = number(text); err != nil {
			return err
		}
	}
	entries, err := s.Desk.Contents(c.r.Context(), *c.who, b, after, int(min(limit, mostContents)))
	if err != nil {
		return err
	}
	out := contentPage{Contents: []contentData{}}
	for _, e := range entries {
		out.Contents = append(out.Contents, dataOf(s.Flow.DB.Now(), b, []match.Entry{e}, map[string]string{nameOf(e.Kind): e.Value}))
	}
	if n := len(entries); n == int(min(limit, mostContents)) {
		out.Next = &entries[n-1].Number
	}
	return c.json(http.StatusOK, out)
}

// What HMA writes into disable_until_ts besides moments.
const (
	disabledForGood = 0
	enabledAlways   = 1
)

// longestOff is how long a content can be switched off, as in HMA.
const longestOff = 5 * 365 * 24 * time.Hour

// contentWishes are what a caller says about a content that is there.
type contentWishes struct {
	Until json.RawMessage `json:"disable_until_ts,omitempty"` // a number, or one as a text
}

// setContent retracts a content (disable_until_ts 0), takes it back (1, or a moment that is
// past), or switches it off until a moment.
func (s *Server) setContent(c *call) error {
	var in contentWishes
	if err := c.body(&in); err != nil {
		return err
	}
	b, entries, err := s.found(c)
	if err != nil {
		return err
	}
	if in.Until != nil {
		if err := s.disable(c, b, entries, strings.Trim(string(in.Until), `"`)); err != nil {
			return err
		}
	}
	return s.content(c)
}

func (s *Server) disable(c *call, b match.Bank, entries []match.Entry, until string) error {
	seconds, err := strconv.ParseInt(until, 10, 64)
	switch latest := s.Flow.DB.Now().Add(longestOff); {
	case err != nil || seconds < 0:
		return bad("disable_until_ts must be a non-negative integer: 0 for good, 1 to enable, or the second since 1970 until which the content is off")
	case seconds > latest.Unix():
		return bad("disable_until_ts must be less than 5 years in the future")
	case seconds == disabledForGood:
		_, err = s.Flow.RetractEntries(c.r.Context(), *c.who, b.Name, "switched off through the matching service", namesOf(entries))
	default:
		_, err = s.Flow.SwitchOffEntries(c.r.Context(), *c.who, b.Name, time.Unix(seconds, 0).UTC(), namesOf(entries))
	}
	return err
}

// namesOf names entries as flow wants them named.
func namesOf(entries []match.Entry) (out []string) {
	for _, e := range entries {
		out = append(out, string(e.ID))
	}
	return out
}

// deleteContent retracts a content: from now on it matches nothing.
func (s *Server) deleteContent(c *call) error {
	b, entries, err := s.found(c)
	if problem.Is(err, problem.NotFound) && b.ID != "" {
		return c.json(http.StatusOK, map[string]int{"deleted": 0})
	}
	if err != nil {
		return err
	}
	n, err := s.Flow.RetractEntries(c.r.Context(), *c.who, b.Name, "deleted through the matching service", namesOf(entries))
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]int{"deleted": min(n, 1)})
}
