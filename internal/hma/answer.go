package hma

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/argine/argine/internal/problem"
)

// bad is a call that cannot be understood. HMA answers those with 400, as the table of
// statuses below does.
func bad(format string, args ...any) error { return problem.New(problem.Invalid, format, args...) }

// status is the HTTP status of a failure, as HMA's clients know it: what api tells with 422
// is 400 here.
func status(err error) int {
	if problem.Is(err, problem.Invalid) {
		return http.StatusBadRequest
	}
	var own *refusal
	if errors.As(err, &own) {
		return own.status
	}
	return problem.Of(err).Meaning().Status
}

// refusal is an error for which HMA has a status of its own.
type refusal struct {
	status int
	error
}

func (r *refusal) Unwrap() error { return r.error }

// as gives a failure of some kinds the status that HMA gives it.
func as(err error, status int, kinds ...problem.Kind) error {
	if err != nil && slices.Contains(kinds, problem.Of(err)) {
		return &refusal{status, err}
	}
	return err
}

var (
	jsonType  = []string{"application/json"}
	plainType = []string{"text/plain; charset=utf-8"}
)

// writeJSON answers with a body that is no hot path.
func writeJSON(w http.ResponseWriter, code int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		code, text = http.StatusInternalServerError, []byte(`{"message":"the answer cannot be written"}`)
	}
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(code)
	w.Write(append(text, '\n'))
}

// buffers are for answers of the hot path. One that grew large is not kept.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 4096); return &b }}

const keptBuffer = 64 << 10

func done(b *[]byte, text []byte) {
	if cap(text) <= keptBuffer {
		*b = text[:0]
		buffers.Put(b)
	}
}

// appendString appends a JSON text. Names of banks and hexadecimal digits, nearly all there
// is, need no escape.
func appendString(out []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, _ := json.Marshal(text) // a text: cannot fail
			return append(out, quoted...)
		}
	}
	out = append(out, '"')
	out = append(out, text...)
	return append(out, '"')
}

// appendDistance appends a distance, which HMA writes as a text.
func appendDistance(out []byte, n int) []byte {
	out = append(out, '"')
	out = strconv.AppendInt(out, int64(n), 10)
	return append(out, '"')
}

// notJSON says what is wrong with a body that should be a JSON object.
func notJSON(err error) error {
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return err
	}
	return problem.Wrap(err, problem.Invalid, "the body is not the JSON object that this route reads; send it with Content-Type: application/json")
}
