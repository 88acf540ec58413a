package service

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
)

// handed is a copy in the answer of the service's API.
type handed struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Body []byte `json:"body"` // base64
}

// call asks the service's API. 2xx: done; 5xx, 408, 425, 429 and no answer: it may work later.
func (s *Service) call(ctx context.Context, t Task, now time.Time) Outcome {
	body, err := json.Marshal(t)
	if err != nil {
		return Outcome{Detail: err.Error()}
	}
	h := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}
	if err := (client.WebhookSigner{Secret: s.cfg.Secret}).Sign(h, t.ID, now, body); err != nil {
		return Outcome{Detail: err.Error()}
	}
	resp, err := s.door.Do(ctx, fetch.Request{Method: http.MethodPost, URL: s.cfg.URL, Header: h, Body: body})
	if err != nil {
		return Outcome{Again: true, Detail: "the service's API does not answer: " + problem.Message(err)}
	}
	var files struct {
		Files []handed `json:"files"`
	}
	out := Outcome{Close: func() {}}
	var note string
	out.Report, note = report(resp.Body)
	if resp.Truncated {
		return Outcome{Detail: "the answer of the service's API is too large; have it hand over large copies by a command", Again: true}
	}
	if json.Unmarshal(resp.Body, &files) == nil {
		for _, f := range files.Files {
			out.Copies = append(out.Copies, Copy{Name: f.Name, Type: f.Type, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Body)), nil }})
		}
	}
	if len(note) > maxSaid {
		note = note[:maxSaid]
	}
	out.Detail = strings.TrimSpace("HTTP " + strconv.Itoa(resp.Status) + " " + note)
	switch {
	case resp.Status >= 200 && resp.Status < 300:
		out.Done = true
	case resp.Status >= 500, resp.Status == http.StatusRequestTimeout, resp.Status == http.StatusTooEarly, resp.Status == http.StatusTooManyRequests:
		out.Again = true
	}
	return out
}
