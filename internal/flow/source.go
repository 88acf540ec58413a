package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

// source reads what a subscription's other side tells.
type source struct {
	door *fetch.Door
	sub  match.Subscription
	size int // of the pieces of another Argine's export
	line func(match.EntryLine) error
}

// sourceFault is a failure of the other side, and none of ours.
type sourceFault struct{ error }

func faulty(format string, args ...any) error {
	return sourceFault{problem.New(problem.Unavailable, format, args...)}
}

const mostPieces = 50_000 // answers to one fetch: 250 million entries of another Argine; then something turns in circles

// read reads all, and says up to where the next fetch needs no more.
func (s source) read(ctx context.Context) (checkpoint string, err error) {
	switch s.sub.Form {
	case match.FormArgine:
		return "", s.argine(ctx)
	case match.FormHashList:
		return s.hashList(ctx)
	}
	contentType := map[string]string{match.FormCSV: "text/csv", match.FormJSONL: "application/jsonl"}[s.sub.Form]
	body, err := s.get(ctx, s.sub.URL, contentType, s.sub.Secret)
	if err != nil {
		return "", err
	}
	return "", s.entries(contentType, body, s.line)
}

// entries reads a file; that it is none is the other side's fault, and what the lines come to is not.
func (s source) entries(contentType string, body []byte, fn func(match.EntryLine) error) error {
	var inner error
	err := match.ReadEntries(contentType, bytes.NewReader(body), func(line match.EntryLine) error { inner = fn(line); return inner })
	if err != nil && inner == nil {
		return sourceFault{err}
	}
	return err
}

// argine reads the export of another Argine, piece by piece: entries have numbers there, and a
// piece begins behind the last one of the piece before.
func (s source) argine(ctx context.Context) error {
	target, err := url.Parse(s.sub.URL)
	if err != nil {
		return err
	}
	after, read := int64(0), 0
	for range mostPieces {
		q := target.Query()
		q.Set("form", "jsonl")
		q.Set("limit", strconv.Itoa(s.size))
		q.Set("after", strconv.FormatInt(after, 10))
		target.RawQuery = q.Encode()
		body, err := s.get(ctx, target.String(), "application/jsonl", s.sub.Secret)
		if err != nil {
			return err
		}
		n, last := 0, after
		err = s.entries("application/jsonl", body, func(line match.EntryLine) error {
			n++
			line.Number += read
			if line.Err == nil && line.Entry.Number <= last {
				return faulty("the entries do not come in the order of their numbers; give the URL of a bank's export, …/v1/banks/NAME/export")
			}
			last = max(last, line.Entry.Number)
			return s.line(line)
		})
		if err != nil || n < s.size {
			return err
		}
		if last == after {
			return faulty("a whole piece of the export cannot be used")
		}
		after, read = last, read+n
	}
	return faulty("the export does not come to an end")
}

// hashList reads what changed in a hash list since the checkpoint: with a token for the name
// and password, then piece by piece, each from the checkpoint of the one before.
func (s source) hashList(ctx context.Context) (string, error) {
	base, err := url.Parse(strings.TrimSuffix(s.sub.URL, "/") + "/")
	if err != nil {
		return "", err
	}
	token, err := s.token(ctx, base)
	if err != nil {
		return "", err
	}
	checkpoint, read := s.sub.Checkpoint, 0
	for range mostPieces {
		target := base.JoinPath("api/hash-list/v2/all")
		target.RawQuery = url.Values{"order": {"asc"}, "after": {checkpoint}}.Encode()
		body, err := s.get(ctx, target.String(), "application/json", token)
		if err != nil {
			return "", err
		}
		page, err := match.ReadHashList(body)
		if err != nil {
			return "", sourceFault{err}
		}
		for _, line := range page.Lines(base.Host, read) {
			if err := s.line(line); err != nil {
				return "", err
			}
		}
		read += len(page.Results)
		moved := page.Checkpoint != "" && page.Checkpoint != checkpoint
		if moved {
			checkpoint = page.Checkpoint
		}
		if page.Next == nil || *page.Next == "" {
			return checkpoint, nil
		}
		if !moved {
			return "", faulty("the hash list says that there is more, and not where")
		}
	}
	return "", faulty("the hash list does not come to an end")
}

func (s source) token(ctx context.Context, base *url.URL) (string, error) {
	name, password, given := strings.Cut(s.sub.Secret, ":")
	if !given {
		return "", faulty("the hash list asks for a name and a password, and none are set; set them as the credentials of the exchange")
	}
	form := url.Values{"username": {name}, "password": {password}, "resend": {"False"}}
	body, err := s.ask(ctx, fetch.Request{Method: http.MethodPost, URL: base.JoinPath("token-auth/tcap/").String(), Body: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}})
	if err != nil {
		return "", err
	}
	var answer struct{ Token string }
	if err := json.Unmarshal(body, &answer); err != nil || answer.Token == "" {
		return "", faulty("no token was given for the name and password; check the secret")
	}
	return answer.Token, nil
}

func (s source) get(ctx context.Context, target, accept, secret string) ([]byte, error) {
	header := http.Header{"Accept": {accept}}
	if secret != "" {
		header.Set("Authorization", "Bearer "+secret)
	}
	return s.ask(ctx, fetch.Request{URL: target, Header: header, FollowRedirects: true})
}

// ask makes one request. Whatever stops it but the end of our own context is the source's
// fault. The door bounds the size of an answer, and one that is cut off is not the answer.
func (s source) ask(ctx context.Context, r fetch.Request) ([]byte, error) {
	resp, err := s.door.Do(ctx, r)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, sourceFault{err}
	case resp.Status == http.StatusUnauthorized || resp.Status == http.StatusForbidden:
		return nil, faulty("the source refuses with HTTP %d; check the secret, and whether it may be taken", resp.Status)
	case resp.Status != http.StatusOK:
		return nil, faulty("the source answers HTTP %d", resp.Status)
	case resp.Truncated || resp.Encoding != "":
		return nil, faulty("the answer is larger than what is fetched at once, or damaged; subscribe to a source that comes in pieces")
	}
	return resp.Body, nil
}
