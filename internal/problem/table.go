package problem

import "net/http"

// Meaning is what a kind means outside the program.
type Meaning struct {
	Slug   string // last part of the problem type URI (RFC 9457)
	Title  string
	Status int  // HTTP status
	Exit   int  // exit code of the command line
	Retry  bool // the same call may succeed later
}

var table = map[Kind]Meaning{
	Internal:         {"internal", "Internal error", http.StatusInternalServerError, 70, false},
	Invalid:          {"invalid", "Invalid input", http.StatusUnprocessableEntity, 65, false},
	Unauthenticated:  {"unauthenticated", "Not signed in", http.StatusUnauthorized, 77, false},
	Forbidden:        {"forbidden", "Not permitted", http.StatusForbidden, 77, false},
	NotFound:         {"not-found", "Not found", http.StatusNotFound, 66, false},
	Conflict:         {"conflict", "Conflict", http.StatusConflict, 73, false},
	Refused:          {"refused", "Refused by a rule", http.StatusConflict, 73, false},
	TooLarge:         {"too-large", "Too large", http.StatusRequestEntityTooLarge, 65, false},
	TooMany:          {"too-many", "Too many requests", http.StatusTooManyRequests, 75, true},
	Unavailable:      {"unavailable", "Unavailable", http.StatusServiceUnavailable, 75, true},
	Tampered:         {"tampered", "Audit log does not add up", http.StatusInternalServerError, 1, false},
	UnsupportedMedia: {"unsupported-media", "Unsupported media type", http.StatusUnsupportedMediaType, 65, false},
}

// Meaning returns the row of the table for the kind.
func (k Kind) Meaning() Meaning { return table[k] }

// FromStatus returns the kind that a service of ours meant by an HTTP status and slug.
func FromStatus(status int, slug string) Kind {
	for kind, m := range table {
		if m.Slug == slug {
			return kind
		}
	}
	for kind, m := range table {
		if m.Status == status && kind != Tampered && kind != Refused {
			return kind
		}
	}
	return Internal
}
