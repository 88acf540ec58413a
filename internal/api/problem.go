package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

// typePrefix begins the URI of a problem's type. It names a kind and is not looked up.
const typePrefix = "urn:argine:problem:/"

// told is a failure as the API tells it. It serves as the library's error.
type told struct{ client.Problem }

// GetStatus implements huma.StatusError.
func (t *told) GetStatus() int { return t.Status }

func (t *told) Error() string { return t.Problem.Error() }

// ContentType implements huma.ContentTypeFilter.
func (t *told) ContentType(string) string { return "application/problem+json" }

func failure(err error) *told {
	m := problem.Of(err).Meaning()
	t := &told{client.Problem{Type: typePrefix + m.Slug, Title: m.Title, Status: m.Status, Detail: problem.Message(err)}}
	var e *problem.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			t.Errors = append(t.Errors, client.FieldError{Location: f.Path, Message: f.Message})
		}
	}
	return t
}

// The library makes the errors of what it checks itself, the form of inputs, through this
// hook; it has no other. What was sent is not sent back: it may be personal.
func init() {
	huma.NewErrorWithContext = func(_ huma.Context, status int, text string, errs ...error) huma.StatusError {
		return checked(status, text, errs)
	}
	huma.NewError = func(status int, text string, errs ...error) huma.StatusError { return checked(status, text, errs) }
}

// whatToDo says it in place of the library's words, which only name the fault.
var whatToDo = map[problem.Kind]string{
	problem.Invalid:          "the call is not in the form that /openapi.json describes; correct what is listed under errors",
	problem.TooLarge:         "the body is over 8 MiB; send it in parts",
	problem.UnsupportedMedia: "this kind of body is not read here; send JSON with the Content-Type application/json",
}

func checked(status int, text string, errs []error) *told {
	kind := problem.FromStatus(status, "")
	if status == http.StatusBadRequest {
		kind, status = problem.Invalid, http.StatusUnprocessableEntity
	}
	if better := whatToDo[kind]; better != "" {
		text = better
	}
	t := &told{client.Problem{Type: typePrefix + kind.Meaning().Slug, Title: kind.Meaning().Title, Status: status, Detail: text}}
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if errors.As(err, &detail) {
			t.Errors = append(t.Errors, client.FieldError{Location: detail.Location, Message: detail.Message})
		} else if err != nil {
			t.Errors = append(t.Errors, client.FieldError{Message: err.Error()})
		}
	}
	return t
}

func writeJSON(w io.Writer, v any) { json.NewEncoder(w).Encode(v) }
