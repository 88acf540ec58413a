package match

import (
	"strings"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Added is what became of entries that were added.
type Added struct {
	New   int
	Batch int64 // in which the new ones are; 0 where there is none
}

const (
	sqlPlaceOf = "SELECT slot, batch, counted FROM bank WHERE id = $1"
	sqlCount   = "UPDATE bank SET batch = $2, counted = $3 WHERE id = $1"
	known      = "SELECT value, kind, bank_id, id, number, cause, subscription_id FROM bank_entry WHERE value = "
	also       = " UNION ALL " + known
	sqlKnown   = known + "$1" + also + "$2" + also + "$3" + also + "$4" + also + "$5" + also + "$6" + also + "$7" + also + "$8" + also + "$9" + also + "$10"

	sqlAddEntry = `INSERT INTO bank_entry (id, bank_id, number, batch, kind, value, label, labels, provenance, subscription_id, at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
)

// AddEntries adds fingerprints to a bank, thousands in one call, and says how many were
// not there before. One that was retracted stays so: an old file handed in again does not
// bring back what its keeper took out. Nor is one added that was retracted where it came from.
//
// The new ones are one batch. Who enqueues Retro for it in the same transaction misses none.
func AddEntries(tx *sqldb.Tx, by audit.Actor, bank id.Bank, entries []Entry) (Added, error) {
	return addEntries(tx, by, bank, "", entries)
}

func addEntries(tx *sqldb.Tx, by audit.Actor, bank id.Bank, from id.Subscription, entries []Entry) (Added, error) {
	var slot, batch, counted int64
	if err := tx.Row(sqlPlaceOf, bank).Scan(&slot, &batch, &counted); err != nil {
		return Added{}, err
	}
	clean := make([]Entry, len(entries))
	for i, e := range entries {
		var err error
		if clean[i], err = e.clean(); err != nil {
			return Added{}, err
		}
	}
	known, err := knownOf(tx, bank, clean)
	if err != nil {
		return Added{}, err
	}
	var rows [][]any
	batch++
	for _, e := range clean {
		k := fingerprint{e.Kind, e.Value}
		if _, ok := known[k]; ok || !e.RetractedAt.IsZero() {
			continue
		}
		known[k] = stand{} // named twice, it is added once
		counted++
		rows = append(rows, []any{id.New[id.Entry](tx.Now), bank, slot<<32 | counted, batch, e.Kind, e.Value, e.Label, strings.Join(e.Labels, " "), e.Provenance, from, sqldb.At(tx.Now), sqldb.At(e.ExpiresAt)})
	}
	if len(rows) == 0 {
		return Added{}, nil
	}
	// The bank's row first: another that adds to it waits here, and then begins again.
	if _, err := tx.Exec(sqlCount, bank, batch, counted); err != nil {
		return Added{}, err
	}
	if _, err := tx.InsertRows(sqlAddEntry, rows); err != nil {
		return Added{}, err
	}
	detail := map[string]int64{"added": int64(len(rows)), "repeated": int64(len(entries) - len(rows)), "batch": batch}
	return Added{len(rows), batch}, audit.Append(tx, by, audit.Entry{Verb: "bank.imported", Subject: string(bank), Detail: detail})
}

// stand is how an entry stands in its bank.
type stand struct {
	id     id.Entry
	number int64
	cause  Cause           // of its retraction; "" while it is in the bank
	from   id.Subscription // from which it was taken, if from any
}

// knownOf finds those of the entries that the bank has or had, and entries of other kinds with
// one of their values. The statement asks for one
// value at a time, whatever its bank: for a list of them, or with the bank, PostgreSQL makes a
// plan while the table is small, to read all of it or all of the bank, and keeps to that plan
// while the table grows.
func knownOf(tx *sqldb.Tx, bank id.Bank, entries []Entry) (map[fingerprint]stand, error) {
	found := make(map[fingerprint]stand, len(entries))
	values := make([]string, len(entries))
	for i, e := range entries {
		values[i] = e.Value
	}
	err := tens(values, nil, func(args []any) error {
		return tx.Each(sqlKnown, args, func(scan sqldb.Scanner) error {
			var f fingerprint
			var of id.Bank
			var s stand
			err := scan(&f.value, &f.kind, &of, &s.id, &s.number, &s.cause, &s.from)
			if of == bank {
				found[f] = s
			}
			return err
		})
	})
	return found, err
}
