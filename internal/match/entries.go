package match

import (
	"slices"
	"strconv"
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	entryColumns = "e.id, e.number, e.bank_id, b.name, e.kind, e.value, e.label, e.labels, e.provenance, e.expires_at, e.off_until, e.at, e.retracted_at, e.cause, e.why"
	entryTables  = " FROM bank_entry e JOIN bank b ON b.id = e.bank_id "

	sqlEntriesByNumber = "SELECT " + entryColumns + entryTables + "WHERE e.number IN (" + ten + ") ORDER BY e.number"
	sqlEntriesByValue  = "SELECT " + entryColumns + entryTables + "WHERE e.value = $1 AND e.bank_id = $2 ORDER BY e.number"
	sqlEntriesAfter    = "SELECT " + entryColumns + entryTables + "WHERE e.number > $1 AND e.number < $2 AND ($3 OR e.retracted_at IS NULL) ORDER BY e.number LIMIT $4"
	sqlEntryNumbered   = "SELECT id FROM bank_entry WHERE number = $1 AND bank_id = $2"
	sqlEntryWithID     = "SELECT id FROM bank_entry WHERE id = $1 AND bank_id = $2"
	sqlSlotOf          = "SELECT slot FROM bank WHERE id = $1"
)

// GetEntries reads entries by their numbers, with the names of their banks, in the order of
// numbers. Those that are retracted are among them; numbers that nobody has are passed over.
func GetEntries(tx *sqldb.Tx, numbers []int64) ([]Entry, error) {
	var list []Entry
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	err := tens(slices.Compact(sorted), nil, func(args []any) error {
		found, err := sqldb.List(tx, sqlEntriesByNumber, args, readWhole)
		list = append(list, found...)
		return err
	})
	return list, err
}

// EntriesAfter reads a piece of a bank in the order of numbers: at most limit entries that
// come after a number, 0 for the first piece. With all, those that are retracted are among
// them. A bank of any size is read piece by piece, and nothing is missed or told twice.
func EntriesAfter(tx *sqldb.Tx, bank id.Bank, after int64, limit int, all bool) ([]Entry, error) {
	var slot int64
	if err := tx.Row(sqlSlotOf, bank).Scan(&slot); err != nil {
		return nil, err
	}
	return sqldb.List(tx, sqlEntriesAfter, []any{max(after, slot<<32), (slot + 1) << 32, all, limit}, readWhole)
}

// Named finds entries of a bank as people name them: by identifier, by number, or by their value.
func Named(tx *sqldb.Tx, bank id.Bank, names []string) ([]id.Entry, error) {
	var list []id.Entry
	for _, name := range names {
		found, err := entryNamed(tx, bank, strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, problem.New(problem.NotFound, "the bank has no entry %.80q; name it by its identifier, number or value as `argine bank entries` shows them", name)
		}
		list = append(list, found...)
	}
	return list, nil
}

func entryNamed(tx *sqldb.Tx, bank id.Bank, name string) ([]id.Entry, error) {
	if strings.HasPrefix(name, id.Entry("").Prefix()+"_") {
		return sqldb.Column[id.Entry](tx, sqlEntryWithID, name, bank)
	}
	if number, err := strconv.ParseInt(name, 10, 64); err == nil && len(name) < 20 {
		return sqldb.Column[id.Entry](tx, sqlEntryNumbered, number, bank)
	}
	var ids []id.Entry
	for _, form := range []string{strings.ToLower(name), strings.ToUpper(name)} { // digests, TLSH
		found, err := sqldb.List(tx, sqlEntriesByValue, []any{form, bank}, readWhole)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			ids = append(ids, e.ID)
		}
	}
	return ids, nil
}

func readWhole(scan sqldb.Scanner) (e Entry, err error) {
	var labels string
	err = scan(&e.ID, &e.Number, &e.Bank, &e.BankName, &e.Kind, &e.Value, &e.Label, &labels, &e.Provenance,
		sqldb.Into(&e.ExpiresAt), sqldb.Into(&e.OffUntil), sqldb.Into(&e.At), sqldb.Into(&e.RetractedAt), &e.Cause, &e.Why)
	e.Labels = strings.Fields(labels)
	return e, err
}
