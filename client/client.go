// Package client speaks Argine's REST API. Its types are the JSON of the API, defined once:
// the server serves these very types.
//
// Every POST carries an Idempotency-Key. Call WithKey to choose it, so that the same call
// made again, by this process or the next, has its effect once and answers the same.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls one Argine with one token. Its methods may be called at the same time.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// New makes a client for the Argine at base ("http://127.0.0.1:8080") with an API token.
func New(base, token string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	return &Client{base: strings.TrimRight(base, "/"), token: token, http: &http.Client{Transport: transport}}
}

// Problem is a failure that the server told (RFC 9457).
type Problem struct {
	Type     string       `json:"type"`   // URI that ends in the slug of the kind
	Title    string       `json:"title"`  // the kind in words
	Status   int          `json:"status"` // HTTP status
	Detail   string       `json:"detail"` // what happened and what to do
	Errors   []FieldError `json:"errors,omitempty"`
	Instance string       `json:"instance,omitempty"`
}

// FieldError names one wrong part of the input.
type FieldError struct {
	Location string `json:"location,omitempty"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	for _, e := range p.Errors {
		text += "; " + strings.TrimPrefix(e.Location+": ", ": ") + e.Message
	}
	return text
}

// Slug is the kind of the failure in one word: "invalid", "conflict", "refused" …
func (p *Problem) Slug() string { return p.Type[strings.LastIndexByte(p.Type, '/')+1:] }

type keyOf struct{}

// WithKey sets the Idempotency-Key of the calls made with the context.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyOf{}, key)
}

const attempts = 4

// call sends one request and reads the answer into out. A server that says it is busy or
// away is asked again a few times; the key makes that safe.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, contentType string, body []byte, out any) error {
	key, _ := ctx.Value(keyOf{}).(string)
	if key == "" {
		key = rand.Text()
	}
	for attempt := 1; ; attempt++ {
		err := c.once(ctx, method, path, query, contentType, key, body, out)
		p, told := err.(*Problem)
		if err == nil || attempt == attempts || !told || (p.Status != http.StatusServiceUnavailable && p.Status != http.StatusTooManyRequests) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt*attempt) * 100 * time.Millisecond):
		}
	}
}

func (c *Client) once(ctx context.Context, method, path string, query url.Values, contentType, key string, body []byte, out any) error {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("no answer from Argine at %s: %w", c.base, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return failure(resp)
	}
	if raw, ok := out.(*[]byte); ok {
		*raw, err = io.ReadAll(resp.Body)
		return err
	}
	if out == nil || resp.StatusCode == http.StatusNoContent {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func failure(resp *http.Response) error {
	p := &Problem{Status: resp.StatusCode, Title: resp.Status}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if json.Unmarshal(text, p) != nil {
		p.Detail = strings.TrimSpace(string(text))
	}
	return p
}

func get[T any](ctx context.Context, c *Client, path string, query url.Values) (out T, err error) {
	return out, c.call(ctx, http.MethodGet, path, query, "", nil, &out)
}

func post[T any](ctx context.Context, c *Client, path string, in any) (out T, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	return out, c.call(ctx, http.MethodPost, path, nil, "application/json", body, &out)
}

func upload[T any](ctx context.Context, c *Client, path, contentType string, body []byte) (out T, err error) {
	return out, c.call(ctx, http.MethodPost, path, nil, contentType, body, &out)
}
