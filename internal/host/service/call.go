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

// maxBack bounds what a call hands back, in bytes.
const maxBack = 64 << 20

// read reads copies that the service's API gets back.
func read(copies []Copy) (list []handed, err error) {
	left := int64(maxBack)
	for _, c := range copies {
		body, err := c.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(io.LimitReader(body, left+1))
		body.Close()
		if left -= int64(len(text)); err == nil && left < 0 {
			err = problem.New(problem.Refused, "what was kept is larger than a call can carry; open it on the page of the case, or have it handed back to a command")
		}
		if err != nil {
			return nil, err
		}
		list = append(list, handed{c.Name, c.Type, text})
	}
	return list, nil
}

// call asks the service's API. 2xx: done; 5xx, 408, 425, 429 and no answer: it may work later.
func (s *Service) call(ctx context.Context, t Task, now time.Time) Outcome {
	back, err := read(t.Back)
	if err != nil {
		return Outcome{Detail: problem.Message(err)}
	}
	body, err := json.Marshal(struct {
		Task
		Files []handed `json:"files,omitempty"`
	}{t, back})
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
