package host

import (
	"strings"

	"github.com/argine/argine/internal/host/cases"
)

// place names a field of a form for a reader: its section, and what it is about.
func place(key string) string {
	letter, rest, found := strings.Cut(key, ".")
	if !found {
		return "The " + key
	}
	return "Section " + strings.ToUpper(letter) + ", " + strings.ReplaceAll(rest, "_", " ")
}

// ReadyMade is Annex III as the faults of an order call for it, for a person to read over and
// send: what is missing is insufficient information, what is wrong a manifest error.
func ReadyMade(c cases.Case) (out Impossibility) {
	var missing, wrong []string
	for _, f := range c.Faults {
		line := place(f.Key) + ": " + f.Why
		if f.Article != "" {
			line += " (Article " + f.Article + ")"
		}
		if f.Why == "it is missing" || f.Key == "document" {
			missing = append(missing, line)
		} else {
			wrong = append(wrong, line)
		}
	}
	if len(wrong) > 0 {
		out.Grounds = append(out.Grounds, "manifest_errors")
		out.Errors = strings.Join(wrong, "\n")
	}
	if len(missing) > 0 {
		out.Grounds = append(out.Grounds, "insufficient")
		out.Wanted = strings.Join(missing, "\n")
	}
	if len(out.Grounds) > 0 {
		out.Reasons = "The order does not hold what Article 3(4) asks for, so that it cannot be executed as it is. The hour runs anew from the clarification."
	}
	return out
}
