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
	sqlStanding   = "SELECT id, bank_id, retracted_at IS NOT NULL, off_until IS NOT NULL FROM bank_entry WHERE id IN (" + ten + ")"
	sqlRetract    = "UPDATE bank_entry SET retracted_at = $11, cause = $12, why = $13, batch = $14, off_until = NULL WHERE id IN (" + ten + ")"
	sqlRestore    = "UPDATE bank_entry SET retracted_at = NULL, cause = '', why = '', batch = $11, off_until = NULL, expires_at = CASE WHEN expires_at <= $12 THEN NULL ELSE expires_at END WHERE id IN (" + ten + ")"
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
	list, batch, err := nextFor(tx, bank, entries)
	in := idsOf(slices.DeleteFunc(list, func(s standing) bool { return s.retracted }))
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

// Restore takes entries back into their bank that were retracted, or are switched off until a
// moment, and says how many there were of both. An expiry that is past is taken off.
func Restore(tx *sqldb.Tx, by audit.Actor, bank id.Bank, entries ...id.Entry) (Added, error) {
	return restore(tx, by, bank, "", entries)
}

func restore(tx *sqldb.Tx, by audit.Actor, bank id.Bank, why string, entries []id.Entry) (Added, error) {
	list, batch, err := nextFor(tx, bank, entries)
	out := slices.DeleteFunc(list, func(s standing) bool { return !s.retracted && !s.off })
	if err != nil || len(out) == 0 {
		return Added{}, err
	}
	if _, err := tx.Exec(sqlCountGone, bank, batch, -retractedOf(out)); err != nil {
		return Added{}, err
	}
	if err := byTens(tx, sqlRestore, idsOf(out), batch, sqldb.At(tx.Now)); err != nil {
		return Added{}, err
	}
	detail := map[string]any{"batch": batch}
	if why != "" {
		detail["why"] = why
	}
	return Added{len(out), batch}, tell(tx, by, bank, "bank.entry_restored", detail, idsOf(out))
}

// standing is how an entry stands in its bank.
type standing struct {
	id             id.Entry
	retracted, off bool
}

func idsOf(list []standing) (ids []id.Entry) {
	for _, s := range list {
		ids = append(ids, s.id)
	}
	return ids
}

func retractedOf(list []standing) (n int) {
	for _, s := range list {
		if s.retracted {
			n++
		}
	}
	return n
}

// nextFor gives the bank's next batch and how those of the entries stand that are the bank's.
func nextFor(tx *sqldb.Tx, bank id.Bank, entries []id.Entry) (list []standing, batch int64, err error) {
	var slot, counted int64
	if err := tx.Row(sqlPlaceOf, bank).Scan(&slot, &batch, &counted); err != nil {
		return nil, 0, err
	}
	met := make(map[id.Entry]bool, len(entries))
	err = tens(entries, nil, func(args []any) error {
		return tx.Each(sqlStanding, args, func(scan sqldb.Scanner) error {
			var s standing
			var of id.Bank
			err := scan(&s.id, &of, &s.retracted, &s.off)
			if of == bank && !met[s.id] {
				list = append(list, s)
			}
			met[s.id] = true
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
	err = eachDue(tx, sqlExpiring, now, limit, func(b id.Bank, due []id.Entry) error {
		some, err := retract(tx, by, b, CauseExpiry, "its time is up", due)
		n += some
		return err
	})
	return n, err
}

// eachDue calls fn for each bank with those of its entries whose moment has come.
func eachDue(tx *sqldb.Tx, q sqldb.SQL, now time.Time, limit int, fn func(id.Bank, []id.Entry) error) error {
	var banks []id.Bank
	due := map[id.Bank][]id.Entry{}
	err := tx.Each(q, []any{sqldb.At(now), limit}, func(scan sqldb.Scanner) error {
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
		err = fn(b, due[b])
	}
	return err
}
