// Package service asks the hosting service itself to do something: to disable content, to
// reinstate it, to tell its provider, to hand over a copy of it. It is a command of the operator's own, or an address of
// the service's own API.
//
// Content is disabled and never destroyed, because an order can turn out to be without effect
// (Article 4(7)) and a complaint to be justified (Article 10(2)). What either way is asked
// carries the identifier of the act, the same at every attempt, so that the service can tell a
// repeat; and either way may hand over copies of the content and related data to be kept for
// six months (Article 6).
package service

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
)

// Config is how the service is asked. Neither a command nor a URL: a person does it by hand.
type Config struct {
	Command []string `toml:"command"` // program and arguments; it gets the task as JSON on its standard input
	URL     string   `toml:"url"`     // POST with the task as JSON, signed as Standard Webhooks
	Secret  string   `toml:"secret"`  // whsec_…, of those signatures
	Timeout string   `toml:"timeout"` // of one task: "2m"
	Inform  bool     `toml:"inform"`  // the service tells content providers itself
	Copies  bool     `toml:"copies"`  // the service hands over copies of content that is up, when it is asked to
}

// Set reports whether there is a service to ask.
func (c Config) Set() bool { return len(c.Command) > 0 || c.URL != "" }

// Check says what is wrong with the settings.
func (c Config) Check() error {
	if len(c.Command) > 0 && c.URL != "" {
		return problem.New(problem.Invalid, "host.service has a command and a url; keep one of them")
	}
	if c.URL != "" && c.Secret == "" {
		return problem.New(problem.Invalid, "host.service.url needs host.service.secret (whsec_ and base64), or anybody could hide content")
	}
	if _, err := c.limit(); err != nil {
		return problem.New(problem.Invalid, "host.service.timeout %q is no duration; write it as 90s or 2m", c.Timeout)
	}
	return nil
}

func (c Config) limit() (time.Duration, error) {
	if c.Timeout == "" {
		return 2 * time.Minute, nil
	}
	return time.ParseDuration(c.Timeout)
}

// Task is what the service is asked to do.
type Task struct {
	ID        string `json:"id"`     // of the act; the same at every attempt
	Action    string `json:"action"` // disable, reinstate, inform, copy
	Case      string `json:"case"`
	Track     string `json:"track,omitempty"`
	URL       string `json:"url"`
	Reference string `json:"reference,omitempty"`
	Authority string `json:"authority,omitempty"`
	Language  string `json:"language,omitempty"` // of Text
	Text      string `json:"text,omitempty"`     // for the content provider
	Account   string `json:"account,omitempty"`  // of the content provider

	Back []Copy `json:"-"` // of reinstate: what the service handed over when it removed the content
}

// Report is what the service says when it has done so. All of it may be left out.
type Report struct {
	Provider struct {
		Account  string `json:"account"`
		Mail     string `json:"mail"`
		Language string `json:"language"`
	} `json:"provider"`
	Removed bool   `json:"removed"` // removed, and not only disabled
	Media   string `json:"media"`   // video, image, text, audio
	Created string `json:"created"` // day on which the content was put there, 2026-11-28
	Note    string `json:"note"`
}

// Copy is a file that the service hands over to be kept. Body is read once.
type Copy struct {
	Name string
	Type string
	Open func() (io.ReadCloser, error)
}

// Outcome is what became of a task.
type Outcome struct {
	Done   bool
	Again  bool // it may work later
	Detail string
	Report Report
	Copies []Copy
	Close  func() // removes what was laid down for the copies
}

// Service is the hosting service, ready to be asked.
type Service struct {
	cfg   Config
	limit time.Duration
	door  *fetch.Door
	temp  string // where a command puts copies
}

// New makes it ready. door must be one that may reach the service's own network; temp is a
// directory in which copies lie until they are sealed.
func New(cfg Config, door *fetch.Door, temp string) (*Service, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	limit, _ := cfg.limit()
	return &Service{cfg: cfg, limit: limit, door: door, temp: temp}, nil
}

// Set reports whether there is a service to ask.
func (s *Service) Set() bool { return s.cfg.Set() }

// Informs reports whether the service tells content providers itself.
func (s *Service) Informs() bool { return s.cfg.Set() && s.cfg.Inform }

// Copies reports whether the service can be asked for a copy of what is up: content is neither
// disabled nor changed by that, and nothing of the copy is kept but its fingerprints.
func (s *Service) Copies() bool { return s.cfg.Set() && s.cfg.Copies }

// Do has a task done. now is the moment that the request is signed with.
func (s *Service) Do(ctx context.Context, t Task, now time.Time) Outcome {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	if len(s.cfg.Command) > 0 {
		return s.command(ctx, t)
	}
	return s.call(ctx, t, now)
}

// report reads what the service said, where it is JSON; anything else is a note.
func report(text []byte) (r Report, note string) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) > 0 && trimmed[0] == '{' && json.Unmarshal(trimmed, &r) == nil {
		return r, r.Note
	}
	return Report{}, strings.ToValidUTF8(string(trimmed), "\uFFFD")
}
