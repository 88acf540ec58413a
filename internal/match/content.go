package match

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Exchanges speak of contents: one picture or video with a fingerprint of each of several
// kinds. Here each fingerprint is an entry. Those that were added as one content stand one
// after another in their bank, and their provenance begins with the same mark.

const (
	contentMark  = "content " // then twelve hexadecimal digits, and what else is known after a semicolon
	mostTogether = 10         // entries of one content: one of each kind
)

// OneContent makes the lines of entries that are fingerprints of one medium, as ReadEntries
// would, and marks them. A single one needs no mark.
func OneContent(entries []Entry) ([]EntryLine, error) {
	out := make([]EntryLine, len(entries))
	sum := sha256.New()
	for i, e := range slices.SortedFunc(slices.Values(entries), func(a, b Entry) int { return cmp.Compare(a.Kind, b.Kind) }) {
		told := toldEntry{Kind: e.Kind, Value: e.Value, Label: e.Label, Labels: e.Labels, Provenance: e.Provenance}
		if out[i] = told.line(lines.Line{Number: i + 1, Text: e.Value}); out[i].Err != nil {
			return nil, out[i].Err
		}
		io.WriteString(sum, out[i].Kind+" "+out[i].Value+"\n")
	}
	if len(out) < 2 {
		return out, nil
	}
	mark := contentMark + hex.EncodeToString(sum.Sum(nil)[:6])
	for i := range out {
		out[i].Provenance = strings.TrimSuffix(mark+"; "+out[i].Provenance, "; ")
	}
	return out, nil
}

// markOf is the mark of an entry, "" for one that stands alone.
func markOf(e Entry) string {
	if !strings.HasPrefix(e.Provenance, contentMark) {
		return ""
	}
	mark, _, _ := strings.Cut(e.Provenance, ";")
	return mark
}

// Content gives the entries of a bank that are one content with the entry of a number, that
// one among them, in the order of numbers. They may be retracted.
func Content(tx *sqldb.Tx, bank id.Bank, number int64) ([]Entry, error) {
	var numbers []int64
	for n := max(1, number-mostTogether); n <= number+mostTogether; n++ {
		numbers = append(numbers, n)
	}
	near, err := GetEntries(tx, numbers)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(near, func(e Entry) bool { return e.Number == number && e.Bank == bank })
	if at < 0 {
		return nil, problem.New(problem.NotFound, "there is no entry %d in this bank; see the list of its entries", number)
	}
	mark := markOf(near[at])
	if mark == "" {
		return near[at : at+1], nil
	}
	together := slices.DeleteFunc(near, func(e Entry) bool { return e.Bank != bank || markOf(e) != mark })
	slices.SortFunc(together, func(a, b Entry) int { return cmp.Compare(a.Number, b.Number) })
	return together, nil
}

// Known gives those of the entries that a bank has or had, as they stand there, in the order
// of numbers.
func Known(tx *sqldb.Tx, bank id.Bank, entries []Entry) ([]Entry, error) {
	known, err := knownOf(tx, bank, entries)
	if err != nil {
		return nil, err
	}
	var numbers []int64
	for _, e := range entries {
		if stand, ok := known[fingerprint{value: e.Value, kind: e.Kind}]; ok { // known may tell of other kinds too
			numbers = append(numbers, stand.number)
		}
	}
	return GetEntries(tx, numbers)
}
