package match

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlStanding   = "SELECT id, bank_id, retracted_at IS NULL FROM bank_entry WHERE id IN (" + ten + ")"
	sqlRetract    = "UPDATE bank_entry SET retracted_at = $11, cause = $12, why = $13, batch = $14 WHERE id IN (" + ten + ")"
	sqlRestore    = "UPDATE bank_entry SET retracted_at = NULL, cause = '', why = '', batch = $11, expires_at = CASE WHEN expires_at <= $12 THEN NULL ELSE expires_at END WHERE id IN (" + ten + ")"
	sqlCountGone  = "UPDATE bank SET batch = $2, retracted = retracted + $3 WHERE id = $1"
	sqlExpiring   = "SELECT id, bank_id FROM bank_entry WHERE expires_at <= $1 AND retracted_at IS NULL ORDER BY expires_at LIMIT $2"
	entriesToTell = 1000 // entries that one event names; with their reason they fit into it
)

// Retract takes entries out of a bank: from now on they match nothing. It says how many
// were in it until now. Matches that were found before stay on record.
func Retract(tx *sqldb.Tx, by audit.Actor, bank id.Bank, why string, entries ...id.Entry) (int, error) {
	why = strings.TrimSpace(why)
	if why == "" || !plain(why) {
		return 0, problem.New(problem.Invalid, "say why the entries are retracted, in plain text of at most %d bytes", maxText)
	}
	return retract(tx, by, bank, CausePerson, why, entries)
}

func retract(tx *sqldb.Tx, by audit.Actor, bank id.Bank, cause Cause, why string, entries []id.Entry) (int, error) {
	in, batch, err := nextFor(tx, bank, true, entries)
	if err != nil || len(in) == 0 {
		return 0, err
	}
	if _, err := tx.Exec(sqlCountGone, bank, batch, len(in)); err != nil {
		return 0, err
	}
	if err := byTens(tx, sqlRetract, in, sqldb.At(tx.Now), cause, why, batch); err != nil {
		return 0, err
	}
	return len(in), tell(tx, by, bank, "bank.entry_retracted", map[string]any{"cause": cause, "why": why, "batch": batch}, in)
}

// Restore takes retracted entries back into their bank, and says how many were out of it. An
// expiry that is past is taken off.
func Restore(tx *sqldb.Tx, by audit.Actor, bank id.Bank, entries ...id.Entry) (Added, error) {
	out, batch, err := nextFor(tx, bank, false, entries)
	if err != nil || len(out) == 0 {
		return Added{}, err
	}
	if _, err := tx.Exec(sqlCountGone, bank, batch, -len(out)); err != nil {
		return Added{}, err
	}
	if err := byTens(tx, sqlRestore, out, batch, sqldb.At(tx.Now)); err != nil {
		return Added{}, err
	}
	return Added{len(out), batch}, tell(tx, by, bank, "bank.entry_restored", map[string]any{"batch": batch}, out)
}

// nextFor gives the bank's next batch and those of the entries that are in the bank, or
// those that are not any more.
func nextFor(tx *sqldb.Tx, bank id.Bank, in bool, entries []id.Entry) (list []id.Entry, batch int64, err error) {
	var slot, counted int64
	if err := tx.Row(sqlPlaceOf, bank).Scan(&slot, &batch, &counted); err != nil {
		return nil, 0, err
	}
	met := make(map[id.Entry]bool, len(entries))
	err = tens(entries, nil, func(args []any) error {
		return tx.Each(sqlStanding, args, func(scan sqldb.Scanner) error {
			var e id.Entry
			var of id.Bank
			var standing bool
			err := scan(&e, &of, &standing)
			if standing == in && of == bank && !met[e] {
				list = append(list, e)
			}
			met[e] = true
			return err
		})
	})
	return list, batch + 1, err
}

// byTens runs a statement for ten entries at a time.
func byTens(tx *sqldb.Tx, q sqldb.SQL, entries []id.Entry, further ...any) error {
	return tens(entries, further, func(args []any) error { _, err := tx.Exec(q, args...); return err })
}

// tell records what happened to entries of a bank, as many events as it takes to name all.
func tell(tx *sqldb.Tx, by audit.Actor, bank id.Bank, verb string, detail map[string]any, entries []id.Entry) error {
	for some := range slices.Chunk(entries, entriesToTell) {
		named := maps.Clone(detail)
		named["entries"] = some
		if err := audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(bank), Detail: named}); err != nil {
			return err
		}
	}
	return nil
}

// Expire retracts entries whose time is up, at most limit of them, and says how many.
func Expire(tx *sqldb.Tx, by audit.Actor, now time.Time, limit int) (n int, err error) {
	var banks []id.Bank
	due := map[id.Bank][]id.Entry{}
	err = tx.Each(sqlExpiring, []any{sqldb.At(now), limit}, func(scan sqldb.Scanner) error {
		var e id.Entry
		var b id.Bank
		err := scan(&e, &b)
		if due[b] == nil {
			banks = append(banks, b)
		}
		due[b] = append(due[b], e)
		return err
	})
	for _, b := range banks {
		if err != nil {
			break
		}
		var some int
		some, err = retract(tx, by, b, CauseExpiry, "its time is up", due[b])
		n += some
	}
	return n, err
}
