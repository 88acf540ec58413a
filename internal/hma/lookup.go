package hma

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/match"
)

func lookupRoutes() []route {
	return []route{
		{"GET", "/m/lookup", auth.MatchLookup, (*Server).lookup, says{what: "What a fingerprint matches, by bank; or the file behind a url, by signal type and bank", query: "signal signal_type url content_type types " + choosing, answer: map[string]any{}}},
		{"POST", "/m/lookup", auth.MatchLookup, (*Server).lookupFile, says{what: "What an uploaded file matches, by signal type and bank", query: "content_type types " + choosing, file: true, answer: map[string]map[string][]hitData{}}},
		{"GET", "/m/raw_lookup", auth.MatchLookup, (*Server).rawLookup, says{what: "The entries that a fingerprint matches, in all banks that are switched on", query: "signal! signal_type! include_distance banks metadata", answer: map[string][]any{}}},
		{"POST", "/m/compare", auth.MatchLookup, (*Server).compare, says{what: "How far apart pairs of fingerprints are", body: map[string][]string{}, answer: map[string][]any{}}},
		{"GET", "/m/index/status", auth.MatchLookup, (*Server).indexStatus, says{what: "How the indexes stand", query: "signal_type", answer: map[string]indexState{}}},
	}
}

// choosing are the parameters of a lookup that say which banks are asked.
const choosing = "banks seed bypass_coinflip metadata"

// hitData is an entry that matches, as it is told.
type hitData struct {
	ID       int64      `json:"bank_content_id"`
	Distance string     `json:"distance"`
	Metadata *entryData `json:"metadata,omitempty"`
}

// wholeShare is the share of a bank that takes part in every lookup.
const wholeShare = 1_000_000

// coin is what a bank's share must exceed.
func coin(seed string) int {
	if seed == "" {
		return rand.IntN(wholeShare)
	}
	sum := sha256.Sum256([]byte(seed))
	return int(binary.BigEndian.Uint64(sum[:8]) % wholeShare)
}

// asked is how a call wants its matches.
type asked struct {
	banks    []string // nil: all
	coin     int      // -1: none was thrown
	metadata bool
}

func askedBy(q *query) (a asked, err error) {
	a = asked{banks: names(q.banks), coin: -1}
	bypass, err := truth("bypass_coinflip", q.bypass)
	if err != nil {
		return a, err
	}
	if !bypass {
		a.coin = coin(q.seed)
	}
	a.metadata, err = truth("metadata", q.metadata)
	return a, err
}

// lookup finds what a fingerprint, or the file behind a URL, matches. A fingerprint is answered
// by banks, a file by signal types and then banks.
func (s *Server) lookup(c *call) error {
	q := parseQuery(c.r.URL.RawQuery)
	want, err := askedBy(&q)
	if err != nil {
		return err
	}
	if q.url != "" {
		return s.lookupURL(c, &q, want)
	}
	if q.signal == "" || q.signalType == "" {
		return bad("Either url or both signal and signal_type are required")
	}
	hits, err := s.hits(c.r.Context(), q.signalType, q.signal, want)
	if err != nil {
		return err
	}
	m, err := s.metadata(c, want, hits)
	if err != nil {
		return err
	}
	buf := buffers.Get().(*[]byte)
	out := s.appendBanks((*buf)[:0], hits, m)
	c.w.Header()["Content-Type"] = jsonType
	_, err = c.w.Write(append(out, '\n'))
	c.sent = true
	done(buf, out)
	return err
}

// hits looks a fingerprint up and leaves out the banks that lost the toss. The rest is in the
// order of banks, nearest first.
func (s *Server) hits(ctx context.Context, signalType, signal string, want asked) ([]match.Hit, error) {
	st, err := signalNamed(signalType)
	if err != nil {
		return nil, err
	}
	hits, err := s.Index.Lookup(ctx, match.Query{Kind: st.kind, Value: signal, Banks: want.banks, Radius: -1})
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	if want.coin >= 0 {
		hits = slices.DeleteFunc(hits, func(h match.Hit) bool { return h.Open <= want.coin })
	}
	if len(hits) > 1 {
		slices.SortFunc(hits, func(a, b match.Hit) int {
			return cmp.Or(cmp.Compare(a.Bank, b.Bank), a.Distance-b.Distance, b.Share-a.Share, cmp.Compare(a.Number, b.Number))
		})
	}
	return hits, nil
}

// appendBanks appends {"BANK": [{"bank_content_id": 1, "distance": "0"}]}.
func (s *Server) appendBanks(out []byte, hits []match.Hit, m metadata) []byte {
	out = append(out, '{')
	for i, h := range hits {
		switch {
		case i == 0:
			out = append(appendString(out, h.Bank), ":["...)
		case h.Bank != hits[i-1].Bank:
			out = append(out, "],"...)
			out = append(appendString(out, h.Bank), ":["...)
		default:
			out = append(out, ',')
		}
		out = appendHit(out, h, m)
	}
	if len(hits) > 0 {
		out = append(out, ']')
	}
	return append(out, '}')
}

func appendHit(out []byte, h match.Hit, m metadata) []byte {
	out = append(out, `{"bank_content_id":`...)
	out = strconv.AppendInt(out, h.Number, 10)
	out = append(out, `,"distance":`...)
	out = appendNearness(out, h)
	if m != nil {
		out = append(out, `,"metadata":`...)
		out = append(out, m.of(h.Number)...)
	}
	return append(out, '}')
}

// appendNearness appends how near a hit lies, as HMA writes it: the bits of a picture, or of a
// video how much of the query was found and, in brackets, how much of the entry.
func appendNearness(out []byte, h match.Hit) []byte {
	if h.Share == 0 && h.QueryShare == 0 {
		return appendDistance(out, h.Distance)
	}
	percent := func(share int) int64 { return int64((share + 5000) / 10_000) }
	out = strconv.AppendInt(append(out, '"'), percent(h.QueryShare), 10)
	out = strconv.AppendInt(append(out, "%["...), percent(h.Share), 10)
	return append(out, `%]"`...)
}

// rawLookup lists the entries that a fingerprint matches, in all banks that are enabled,
// whatever their share.
func (s *Server) rawLookup(c *call) error {
	q := parseQuery(c.r.URL.RawQuery)
	want, err := askedBy(&q)
	if err != nil {
		return err
	}
	distance, err := truth("include_distance", q.distance)
	switch {
	case err != nil:
		return err
	case q.signal == "":
		return bad("signal is required")
	case q.signalType == "":
		return bad("signal_type is required")
	}
	want.coin = -1
	hits, err := s.hits(c.r.Context(), q.signalType, q.signal, want)
	if err != nil {
		return err
	}
	m, err := s.metadata(c, want, hits)
	if err != nil {
		return err
	}
	out := []byte(`{"matches":[`)
	for i, h := range hits {
		if i > 0 {
			out = append(out, ',')
		}
		if distance || m != nil {
			out = appendHit(out, h, m)
		} else {
			out = strconv.AppendInt(out, h.Number, 10)
		}
	}
	c.w.Header()["Content-Type"] = jsonType
	c.w.WriteHeader(http.StatusOK)
	c.sent = true
	_, err = c.w.Write(append(out, "]}\n"...))
	return err
}
