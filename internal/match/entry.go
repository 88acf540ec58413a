package match

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Entry is one fingerprint of a bank.
type Entry struct {
	Kind       string // pdq, sha256, md5
	Value      string // hexadecimal, lower case
	Label      string // what the bank's keeper says it shows
	Provenance string // where the keeper has it from
}

// digits is how many hexadecimal digits a fingerprint of each kind has.
var digits = map[string]int{KindPDQ: 64, KindSHA256: 64, KindMD5: 32}

// clean brings an entry into the form that is stored, or says what is wrong with it.
func (e Entry) clean() (Entry, error) {
	e.Kind = strings.ToLower(strings.TrimSpace(e.Kind))
	e.Value = strings.ToLower(strings.TrimSpace(e.Value))
	e.Label, e.Provenance = strings.TrimSpace(e.Label), strings.TrimSpace(e.Provenance)
	want, known := digits[e.Kind]
	switch {
	case !known:
		return e, problem.New(problem.Invalid, "%.20q is no kind of fingerprint that banks hold; write pdq, sha256 or md5", e.Kind)
	case len(e.Value) != want:
		return e, problem.New(problem.Invalid, "the value has %d characters; write the %d hexadecimal digits of its %s", len(e.Value), want, e.Kind)
	}
	if _, err := hex.DecodeString(e.Value); err != nil {
		return e, problem.New(problem.Invalid, "the value %.80q is not hexadecimal; write the %d digits 0-9 and a-f of its %s", e.Value, want, e.Kind)
	}
	for _, text := range []string{e.Label, e.Provenance} {
		if len(text) > maxText || !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return e, problem.New(problem.Invalid, "label or provenance is not plain text of at most %d bytes; shorten it", maxText)
		}
	}
	return e, nil
}

const (
	sqlBatch    = "SELECT batch FROM bank WHERE id = $1"
	sqlCount    = "UPDATE bank SET batch = $2 WHERE id = $1"
	sqlAddEntry = "INSERT INTO bank_entry (id, bank_id, batch, kind, value, label, provenance, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
	sqlRetract  = "UPDATE bank_entry SET retracted_at = $3 WHERE id = $1 AND bank_id = $2 AND retracted_at IS NULL"
)

// AddEntries adds fingerprints to a bank, thousands in one call, and says how many were
// not there before. One that was retracted stays so: an old file handed in again does not
// bring back what its keeper took out.
func AddEntries(tx *sqldb.Tx, by audit.Actor, bank id.Bank, entries []Entry) (added int, err error) {
	var last int64
	if err := tx.Row(sqlBatch, bank).Scan(&last); err != nil {
		return 0, err
	}
	rows := make([][]any, len(entries))
	for i, e := range entries {
		if e, err = e.clean(); err != nil {
			return 0, err
		}
		rows[i] = []any{id.New[id.Entry](tx.Now), bank, last + 1, e.Kind, e.Value, e.Label, e.Provenance, sqldb.At(tx.Now)}
	}
	n, err := tx.InsertRows(sqlAddEntry, rows)
	if err != nil || n == 0 {
		return 0, err
	}
	if _, err := tx.Exec(sqlCount, bank, last+1); err != nil {
		return 0, err
	}
	detail := map[string]int64{"added": n, "repeated": int64(len(entries)) - n, "batch": last + 1}
	return int(n), audit.Append(tx, by, audit.Entry{Verb: "bank.imported", Subject: string(bank), Detail: detail})
}

// Retract takes entries out of a bank: from now on they match nothing. It says how many
// were in it until now. Matches that were found before stay on record.
func Retract(tx *sqldb.Tx, by audit.Actor, bank id.Bank, entries ...id.Entry) (retracted int, err error) {
	var events []audit.Entry
	for _, e := range entries {
		n, err := tx.Exec(sqlRetract, e, bank, sqldb.At(tx.Now))
		if err != nil {
			return 0, err
		}
		if n > 0 {
			events = append(events, audit.Entry{Verb: "bank.entry_retracted", Subject: string(bank), Detail: map[string]id.Entry{"entry": e}})
		}
	}
	return len(events), audit.Append(tx, by, events...)
}
