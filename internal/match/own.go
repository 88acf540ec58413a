package match

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// OwnJob asks to put what confirmed items carry into the banks of those who confirmed them.
type OwnJob struct {
	Items []id.Item `json:"items"`
}

func (OwnJob) Kind() string  { return "match.own" }
func (OwnJob) Queue() string { return "match" }

const (
	// ownAfter is how long confirmed items gather before they enter an own bank. In an action
	// people confirm one every second; together they cost hardly more than one alone, and the
	// bank's row is not fought over.
	ownAfter = 5 * time.Second
	// ownAtOnce is how many of them enter in one transaction.
	ownAtOnce = 100
)

// ownRadius is that of a unit's own bank until its people set another.
const ownRadius = reuploadRadius

const (
	sqlOwnBank  = "SELECT " + bankColumns + " FROM bank WHERE unit_id = $1 AND own"
	sqlCarried  = "SELECT m.sha256, m.pdq, m.quality, m.size, m.video, m.sound FROM item_medium im JOIN medium m ON m.sha256 = im.sha256 WHERE im.item_id = $1 ORDER BY m.sha256"
	sqlOwnTexts = "SELECT DISTINCT text FROM item_text WHERE item_id = $1 AND minhash <> '' AND text <> '' ORDER BY text"
	sqlWait     = "INSERT INTO bank_waiting (item_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
	sqlWaiting  = "SELECT item_id FROM bank_waiting WHERE at <= $1 ORDER BY at, item_id LIMIT $2"
	sqlWaited   = "DELETE FROM bank_waiting WHERE item_id = $1"
	sqlSupport  = "INSERT INTO bank_source (entry_id, item_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	sqlLeaving  = `SELECT s.entry_id, e.bank_id FROM bank_source s JOIN bank_entry e ON e.id = s.entry_id WHERE s.item_id = $1
		AND NOT EXISTS (SELECT 1 FROM bank_source o WHERE o.entry_id = s.entry_id AND o.item_id <> $1) ORDER BY s.entry_id`
	sqlUnsupport = "DELETE FROM bank_source WHERE item_id = $1"

	// leastBytes is the size below which equal bytes say little: spacers, icons, avatars.
	leastBytes = 4 << 10
)

// AwaitOwn notes that an item was confirmed: a little later it enters an own bank.
func AwaitOwn(tx *sqldb.Tx, item id.Item) error {
	_, err := tx.Exec(sqlWait, item, sqldb.At(tx.Now.Add(ownAfter)))
	return err
}

// ClaimOwn moves items that have waited long enough into jobs, which the caller enqueues in the
// same transaction. Its changes are no event of the trade.
func ClaimOwn(tx *sqldb.Tx, now time.Time, limit int) (jobs []OwnJob, err error) {
	items, err := sqldb.Column[id.Item](tx, sqlWaiting, sqldb.At(now), limit)
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(items, ownAtOnce) {
		for _, it := range some {
			if _, err := tx.Exec(sqlWaited, it); err != nil {
				return nil, err
			}
		}
		jobs = append(jobs, OwnJob{some})
	}
	return jobs, nil
}

// Banked is what became of items that were put into an own bank.
type Banked struct {
	Bank        id.Bank
	New, Back   int   // entries that were never there, and that came back
	First, Last int64 // batches in which they are; 0 where nothing changed
}

// BankConfirmed puts what confirmed items carry into the own bank of a unit, which is made
// when it is first needed. An entry stays while one of the items stands that carry it; one
// that a person took out stays out. A second call changes nothing.
func BankConfirmed(tx *sqldb.Tx, by audit.Actor, unit id.Unit, items ...id.Item) (out Banked, err error) {
	var all []Entry
	carried := make([][]Entry, len(items))
	for i, it := range items {
		if carried[i], err = carriedBy(tx, it); err != nil {
			return out, err
		}
		all = append(all, carried[i]...)
	}
	if len(all) == 0 {
		return out, nil
	}
	bank, err := ownBank(tx, by, unit)
	if err != nil {
		return out, err
	}
	added, err := AddEntries(tx, by, bank.ID, all)
	if err != nil {
		return out, err
	}
	known, err := knownOf(tx, bank.ID, all)
	if err != nil {
		return out, err
	}
	var back []id.Entry
	for i, it := range items {
		reversed, err := support(tx, by, bank.ID, it, carried[i], known)
		if err != nil {
			return out, err
		}
		back = append(back, reversed...)
	}
	restored, err := Restore(tx, by, bank.ID, back...)
	if err != nil {
		return out, err
	}
	out = Banked{Bank: bank.ID, New: added.New, Back: restored.New, First: added.Batch, Last: max(added.Batch, restored.Batch)}
	if out.First == 0 {
		out.First = restored.Batch
	}
	return out, nil
}

// support notes that an item supports its entries, and says which of them come back by that.
func support(tx *sqldb.Tx, by audit.Actor, bank id.Bank, item id.Item, entries []Entry, known map[fingerprint]stand) (reversed []id.Entry, err error) {
	var sources [][]any
	for _, e := range entries {
		s := known[fingerprint{e.Kind, e.Value}]
		sources = append(sources, []any{s.id, item, sqldb.At(tx.Now)})
		if s.cause == CauseReversal {
			reversed = append(reversed, s.id)
		}
	}
	supported, err := tx.InsertRows(sqlSupport, sources)
	if err != nil || supported == 0 {
		return nil, err
	}
	detail := map[string]any{"bank": bank, "entries": len(sources)}
	return reversed, audit.Append(tx, by, audit.Entry{Verb: "item.banked", Subject: string(item), Detail: detail})
}

// Unbank takes back what an item put into own banks: entries that no other item supports
// leave. It says how many did.
func Unbank(tx *sqldb.Tx, by audit.Actor, item id.Item) (n int, err error) {
	leaving := map[id.Bank][]id.Entry{}
	var banks []id.Bank
	err = tx.Each(sqlLeaving, []any{item}, func(scan sqldb.Scanner) error {
		var e id.Entry
		var b id.Bank
		err := scan(&e, &b)
		if leaving[b] == nil {
			banks = append(banks, b)
		}
		leaving[b] = append(leaving[b], e)
		return err
	})
	if err != nil {
		return 0, err
	}
	supported, err := tx.Exec(sqlUnsupport, item)
	if err != nil || supported == 0 {
		return 0, err
	}
	for _, b := range banks {
		gone, err := retract(tx, by, b, CauseReversal, "the items that put it here were reversed", leaving[b])
		if err != nil {
			return 0, err
		}
		n += gone
	}
	return n, audit.Append(tx, by, audit.Entry{Verb: "item.unbanked", Subject: string(item), Detail: map[string]int64{"entries": supported, "left": int64(n)}})
}

// carriedBy is what an item carries that is worth finding again: not small files, pictures
// without features, texts of a few words.
func carriedBy(tx *sqldb.Tx, item id.Item) (entries []Entry, err error) {
	add := func(kind, value string) {
		entries = append(entries, Entry{Kind: kind, Value: value, Label: "confirmed by two people", Provenance: string(item)})
	}
	err = tx.Each(sqlCarried, []any{item}, func(scan sqldb.Scanner) error {
		var sha256, pdq, video, sound string
		var quality, size int64
		if err := scan(&sha256, &pdq, &quality, &size, &video, &sound); err != nil {
			return err
		}
		if size >= leastBytes {
			add(KindSHA256, sha256)
		}
		if pdq != "" && quality >= minQuality {
			add(KindPDQ, pdq)
		}
		if video != "" {
			add(KindVPDQ, video)
		}
		if sound != "" {
			add(KindSound, sound)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	texts, err := sqldb.Column[string](tx, sqlOwnTexts, item)
	for _, text := range texts {
		add(KindText, text)
	}
	return entries, err
}

// ownBank finds or makes a unit's own bank.
func ownBank(tx *sqldb.Tx, by audit.Actor, unit id.Unit) (Bank, error) {
	b, err := readBank(tx.Row(sqlOwnBank, unit).Scan)
	if !problem.Is(err, problem.NotFound) {
		return b, err
	}
	u, err := auth.UnitByName(tx, string(unit))
	if err != nil {
		return Bank{}, err
	}
	name := ownName(u.Name)
	for taken := true; ; name += "_" {
		if taken, err = tx.Exists(sqlNameTaken, name); err != nil {
			return Bank{}, err
		}
		if !taken {
			break
		}
	}
	return addBank(tx, by, Bank{Name: name, Unit: unit, Radius: ownRadius, Enabled: true, Share: Whole, Own: true,
		Terms: "what two people of this Argine confirmed; not to be handed on"})
}

// ownName makes the name of a bank of a unit's: letters lose their accents, and what is
// neither letter nor digit becomes an underscore.
func ownName(unit string) string {
	var out strings.Builder
	out.WriteString("OWN_")
	for _, r := range norm.NFKD.String(unit) {
		switch r = unicode.ToUpper(r); {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			out.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case !strings.HasSuffix(out.String(), "_"):
			out.WriteByte('_')
		}
		if out.Len() >= longestOwnName {
			break
		}
	}
	return strings.TrimRight(out.String(), "_")
}

const longestOwnName = 60
