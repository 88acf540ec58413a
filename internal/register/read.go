package register

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// Forms are the media types that Read takes.
const Forms = "text/csv, application/json or application/jsonl"

// Reading is what was read of a file: the good entries, and each bad one with its reason.
type Reading struct {
	Entries     int // good and bad ones
	Authorities []Authority
	Bad         []Bad
}

// Bad is an entry that cannot be used.
type Bad struct {
	Line int
	Text string // its beginning
	Err  error
}

// longestLine bounds one entry.
const longestLine = 64 << 10

// Read reads a register. JSON is a list of authorities, or an object with an edition and the
// list under "authorities"; in JSON Lines each line is one authority; CSV has a header, and
// separates the members of a list by spaces. A bad entry costs that entry.
func Read(contentType string, r io.Reader) (Reading, error) {
	media, err := lines.MediaType(contentType, Forms)
	if err != nil {
		return Reading{}, err
	}
	var out Reading
	switch media {
	case "text/csv":
		err = out.csv(r)
	case "application/jsonl", "application/x-ndjson":
		err = out.jsonl(r)
	case "application/json":
		err = out.json(r)
	default:
		err = lines.Unread(media, Forms)
	}
	return out, err
}

// take keeps an entry, or why it cannot be.
func (out *Reading) take(line int, text string, a Authority, err error) {
	out.Entries++
	if err == nil {
		a, err = a.Check()
	}
	for _, before := range out.Authorities {
		if err == nil && before.MemberState == a.MemberState && before.Name == a.Name {
			err = problem.New(problem.Conflict, "%s has an authority of this name in the file already; take one out", a.MemberState)
		}
	}
	if err != nil {
		out.Bad = append(out.Bad, Bad{Line: line, Text: lines.Show(text), Err: err})
		return
	}
	out.Authorities = append(out.Authorities, a)
}

var others = []string{"address", "telephone", "domains", "webhook_keys", "dkim_domains", "languages", "redress_body", "redress_deadline", "redress_provisions", "made_up", "edition"}

func (out *Reading) csv(r io.Reader) error {
	in, err := lines.New(r, longestLine)
	if err != nil {
		return err
	}
	return lines.EachRow(in, []string{"name", "member_state", "roles", "email"}, others, func(row lines.Row) error {
		a, err := ofRow(row)
		out.take(row.Number, row.Text, a, err)
		return nil
	})
}

func ofRow(row lines.Row) (Authority, error) {
	if row.Err != nil {
		return Authority{}, row.Err
	}
	list := func(name string) []string { return strings.Fields(strings.ReplaceAll(row.Field(name), ";", " ")) }
	a := Authority{Name: row.Field("name"), MemberState: row.Field("member_state"), Roles: list("roles"), Address: row.Field("address"),
		Email: row.Field("email"), Telephone: row.Field("telephone"), Domains: list("domains"), WebhookKeys: list("webhook_keys"),
		DKIMDomains: list("dkim_domains"), Languages: list("languages"), Edition: row.Field("edition"),
		Redress: Redress{Body: row.Field("redress_body"), Deadline: row.Field("redress_deadline"), Provisions: row.Field("redress_provisions")}}
	var err error
	if text := strings.TrimSpace(row.Field("made_up")); text != "" {
		if a.MadeUp, err = strconv.ParseBool(text); err != nil {
			return a, problem.New(problem.Invalid, "made_up is true or false, not %.20q", text)
		}
	}
	return a, nil
}

func (out *Reading) jsonl(r io.Reader) error {
	in, err := lines.New(r, longestLine)
	if err != nil {
		return err
	}
	return lines.Each(in, func(line lines.Line) error {
		var a Authority
		if line.Err == nil {
			a, line.Err = ofJSON([]byte(line.Text))
		}
		out.take(line.Number, line.Text, a, line.Err)
		return nil
	})
}

func ofJSON(text []byte) (a Authority, err error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&a); err != nil {
		return a, problem.Wrap(err, problem.Invalid, "it is not an authority in JSON: %v", err)
	}
	if in.More() {
		return a, problem.New(problem.Invalid, "something stands behind the authority; write one on each line")
	}
	return a, nil
}

// maxFile bounds a register in JSON: those of all member states have a few hundred entries.
const maxFile = 16 << 20

func (out *Reading) json(r io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return err
	}
	if len(text) > maxFile {
		return problem.New(problem.TooLarge, "the register is over 16 MiB; is it the right file?")
	}
	var whole struct {
		Edition     string          `json:"edition"`
		MadeUp      bool            `json:"made_up"`
		Authorities json.RawMessage `json:"authorities"`
	}
	list := json.RawMessage(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if trimmed := bytes.TrimSpace(list); len(trimmed) > 0 && trimmed[0] == '{' {
		if err := json.Unmarshal(trimmed, &whole); err != nil {
			return broken(trimmed, err)
		}
		list = whole.Authorities
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(list, &entries); err != nil {
		return broken(list, err)
	}
	at := 0 // entries are looked for in order, to tell their lines
	for _, entry := range entries {
		if i := bytes.Index(text[at:], entry); i >= 0 {
			at += i
		}
		a, err := ofJSON(entry)
		if a.Edition == "" {
			a.Edition = whole.Edition
		}
		a.MadeUp = a.MadeUp || whole.MadeUp
		out.take(1+bytes.Count(text[:at], []byte{'\n'}), string(entry), a, err)
		at += len(entry)
	}
	return nil
}

// broken tells where a file stops being JSON: nothing behind it can be read.
func broken(text []byte, err error) error {
	where := ""
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		where = fmt.Sprintf(" from line %d on", 1+bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte{'\n'}))
	}
	return problem.Wrap(err, problem.Invalid, "the file is not JSON with a list of authorities%s: %v; in JSON Lines one bad entry costs only that entry", where, err)
}
