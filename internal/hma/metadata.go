package hma

import (
	"encoding/json"
	"strconv"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/match"
)

// metadata is what is known of the entries of an answer, as JSON by number. nil: it was not
// asked for.
type metadata map[int64][]byte

func (m metadata) of(number int64) []byte {
	if text := m[number]; text != nil {
		return text
	}
	return []byte("null") // retracted between the lookup and the reading
}

// entryData is what a match tells of the entry that was found.
type entryData struct {
	Bank       string   `json:"bank"`
	SignalType string   `json:"signal_type"`
	Signal     string   `json:"signal"`
	Label      string   `json:"label"`
	Labels     []string `json:"labels"`
	// The terms of sharing are for who may read banks, and where an entry comes from for who may
	// read this one.
	Terms      *string `json:"terms,omitempty"`
	Provenance *string `json:"provenance,omitempty"`
}

// metadata reads what is known of the entries that were found.
func (s *Server) metadata(c *call, want asked, hits []match.Hit) (metadata, error) {
	if !want.metadata {
		return nil, nil
	}
	numbers := make([]int64, len(hits))
	for i, h := range hits {
		numbers[i] = h.Number
	}
	described, err := s.Desk.Described(c.r.Context(), *c.who, numbers)
	if err != nil {
		return nil, err
	}
	out := make(metadata, len(described.Entries))
	for _, e := range described.Entries {
		data := entryData{Bank: e.BankName, SignalType: nameOf(e.Kind), Signal: e.Value, Label: e.Label, Labels: e.Labels}
		if data.Labels == nil {
			data.Labels = []string{}
		}
		if b := described.Banks[e.BankName]; c.who.May(auth.BankRead) {
			data.Terms = &b.Terms
			if b.OpenTo(*c.who) == nil {
				data.Provenance = &e.Provenance
			}
		}
		if out[e.Number], err = json.Marshal(data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// number reads a content id.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, bad("%.40q is no content id; write its number", text)
	}
	return n, nil
}
