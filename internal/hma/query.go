package hma

import (
	"net/url"
	"strings"
)

// query is what stands behind the question mark of the routes that hash and match. Parsing it
// allocates only where a value is escaped: a service asks this ten thousand times a second.
type query struct {
	url, contentType, types string // what to fingerprint
	signal, signalType      string // or what was fingerprinted elsewhere
	banks, seed             string
	bypass, distance        string // truth values, as they were written
	metadata, signals       string
	after, limit            string
}

// parseQuery reads a query string as Flask does: pairs are split at "&" alone, the first
// value of a name counts, and a percent sign that begins no escape is itself. Names that are
// not known are passed over.
func parseQuery(text string) (q query) {
	for text != "" {
		var pair string
		pair, text, _ = strings.Cut(text, "&")
		name, value, _ := strings.Cut(pair, "=")
		if field := q.field(unescape(name)); field != nil && *field == "" {
			*field = unescape(value)
		}
	}
	return q
}

func (q *query) field(name string) *string {
	switch name {
	case "signal":
		return &q.signal
	case "signal_type":
		return &q.signalType
	case "url":
		return &q.url
	case "content_type":
		return &q.contentType
	case "types":
		return &q.types
	case "banks":
		return &q.banks
	case "seed":
		return &q.seed
	case "bypass_coinflip":
		return &q.bypass
	case "include_distance":
		return &q.distance
	case "metadata":
		return &q.metadata
	case "include_signals":
		return &q.signals
	case "after":
		return &q.after
	case "limit":
		return &q.limit
	}
	return nil
}

// unescape undoes the escapes of a query string.
func unescape(text string) string {
	if !strings.ContainsAny(text, "%+") {
		return text
	}
	if clean, err := url.QueryUnescape(text); err == nil {
		return clean
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '+':
			out.WriteByte(' ')
		case text[i] == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out.WriteByte(digit(text[i+1])<<4 | digit(text[i+2]))
			i += 2
		default:
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func digit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// truth reads a truth value in the spellings that HMA takes; "" is false.
func truth(name, text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "1", "t", "y", "yes", "on":
		return true, nil
	case "", "false", "0", "f", "n", "no", "off":
		return false, nil
	}
	return false, bad("%s is %.40q; write true or false", name, text)
}

// names splits a list of names at its commas; nil for an empty list.
func names(list string) (out []string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
