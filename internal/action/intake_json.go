package action

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// jsonLine reads an object with the members url, source, note and seen_at; others are passed over.
func jsonLine(text string, out func(Line) error) error {
	if err := lines.Usable(text); err != nil {
		return out(Line{Err: err})
	}
	var in struct {
		URL    string `json:"url"`
		Source string `json:"source"`
		Note   string `json:"note"`
		SeenAt string `json:"seen_at"`
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return out(Line{Err: problem.Wrap(err, problem.Invalid, `the line is not a JSON object whose members url, source, note and seen_at are texts; write {"url": "https://…"} on one line`)})
	}
	seen, err := seenAt(in.SeenAt)
	return out(Line{URL: in.URL, Source: in.Source, Note: in.Note, SeenAt: seen, Err: err})
}

// seenAt reads the moment at which a link was seen; the zero time when there is none.
func seenAt(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1970 {
		return time.Time{}, problem.New(problem.Invalid, "seen_at is %.40q; write it like 2026-04-25T09:30:00Z, or leave it empty", text)
	}
	return t.UTC(), nil
}
