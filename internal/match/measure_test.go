package match

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// measured is the size of the banks that are measured.
const measured = 100_000

// importFile reads a file into a bank as package flow does, 2,000 entries a transaction.
func importFile(tb testing.TB, db *sqldb.DB, bank id.Bank, file string) (added int) {
	tb.Helper()
	var list []Entry
	flush := func() error {
		return db.Update(tb.Context(), func(tx *sqldb.Tx) error {
			n, err := AddEntries(tx, keeper, bank, list)
			added += n.New
			list = list[:0]
			return err
		})
	}
	err := ReadEntries("text/csv", strings.NewReader(file), func(l EntryLine) error {
		if l.Err != nil {
			return l.Err
		}
		if list = append(list, l.Entry); len(list) < 2000 {
			return nil
		}
		return flush()
	})
	if err == nil && len(list) > 0 {
		err = flush()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return added
}

// bankFile is a file of n hashes of pictures.
func bankFile(n int) string {
	r := rand.New(rand.NewPCG(3, 4))
	var file strings.Builder
	file.WriteString("kind,value,label,provenance\n")
	for i := range n {
		fmt.Fprintf(&file, "pdq,%s,sample %d,unit one\n", text(randomBits(r)), i)
	}
	return file.String()
}

// BenchmarkBank imports a bank, opens an index of it and refreshes that when nothing is new.
func BenchmarkBank(b *testing.B) {
	file := bankFile(measured)
	for b.Loop() {
		db := dbtest.SQLite(b)
		var bank Bank
		if err := db.Update(b.Context(), func(tx *sqldb.Tx) (err error) {
			bank, err = AddBank(tx, keeper, Bank{Name: "MEASURED", Radius: 31, Enabled: true})
			return err
		}); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		if n := importFile(b, db, bank.ID, file); n != measured {
			b.Fatalf("added %d", n)
		}
		b.ReportMetric(time.Since(began).Seconds(), "import-s")
		before := heap()
		began = time.Now()
		x, err := Open(b.Context(), db, nil, "")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(began).Seconds(), "open-s")
		b.ReportMetric(float64(heap()-before)/1e6, "index-MB")
		began = time.Now()
		for range 1000 {
			if err := x.Refresh(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "refresh-us")
		runtime.KeepAlive(x)
	}
}

// fillBank puts n pictures into a bank as AddEntries leaves them, and nothing else.
func fillBank(b *testing.B, db *sqldb.DB, n int) (values []string) {
	b.Helper()
	const statement = `INSERT INTO bank_entry (id, bank_id, number, batch, kind, value, label, labels, provenance, at) VALUES ($1, $2, $3, $4, 'pdq', $5, '', '', '', 0)`
	r := rand.New(rand.NewPCG(3, 4))
	err := db.Housekeeping(b.Context(), "a measurement", func(tx *sqldb.Tx) error {
		if _, err := tx.Exec("INSERT INTO bank (id, name, unit_id, radius, terms, enabled, batch, created_at, slot, counted) VALUES ('bnk_m', 'MEASURED', '', 31, '', TRUE, $1, 0, 1, $2)", n/2000, n); err != nil {
			return err
		}
		var rows [][]any
		for i := range n {
			values = append(values, text(randomBits(r)))
			rows = append(rows, []any{fmt.Sprintf("ent_%09d", i), "bnk_m", int64(1<<32 + i + 1), i/2000 + 1, values[i]})
			if len(rows) == 10_000 || i == n-1 {
				if _, err := tx.InsertRows(statement, rows); err != nil {
					return err
				}
				rows = rows[:0]
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return values
}

// timed runs fn n times and says what one took.
func timed(b *testing.B, n int, unit time.Duration, name string, fn func(i int) error) {
	b.Helper()
	began := time.Now()
	for i := range n {
		if err := fn(i); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(time.Since(began))/float64(unit)/float64(n), name)
}

// BenchmarkIndex loads a million entries, from the database and from a snapshot, looks up,
// and refreshes when nothing is new.
func BenchmarkIndex(b *testing.B) {
	const n = 1_000_000
	db, dir := dbtest.SQLite(b), b.TempDir()
	values := fillBank(b, db, n)
	for b.Loop() {
		before := heap()
		var x *Index
		timed(b, 1, time.Second, "open-s", func(int) (err error) { x, err = Open(b.Context(), db, nil, dir); return err })
		b.ReportMetric(float64(heap()-before)/1e6, "index-MB")
		timed(b, 1, time.Second, "save-s", func(int) error { return x.Save(b.Context()) })
		var again *Index
		timed(b, 1, time.Second, "reopen-s", func(int) (err error) { again, err = Open(b.Context(), db, nil, dir); return err })
		if again.banked.Len() != n || again.Fault() != nil {
			b.Fatal(again.banked.Len(), again.Fault())
		}
		for name, index := range map[string]*Index{"lookup-ns": x, "mapped-lookup-ns": again} {
			timed(b, 20_000, time.Nanosecond, name, func(i int) error {
				hits, err := index.Lookup(b.Context(), Query{KindPDQ, values[i*37%n], nil, -1})
				if err == nil && len(hits) == 0 {
					err = fmt.Errorf("entry %d is missed", i)
				}
				return err
			})
		}
		if err := x.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
		timed(b, 1000, time.Microsecond, "refresh-us", func(int) error { return x.Refresh(b.Context()) })
		timed(b, 1000, time.Microsecond, "follow-us", func(int) error { return x.takeBanks(b.Context()) })
		runtime.KeepAlive(again)
	}
}

// BenchmarkRetro looks for a batch of 2,000 entries among 100,000 stored pictures, one in ten
// of them near one.
func BenchmarkRetro(b *testing.B) {
	db := dbtest.SQLite(b)
	values := fillBank(b, db, 2000)
	r := rand.New(rand.NewPCG(5, 6))
	err := db.Housekeeping(b.Context(), "a measurement", func(tx *sqldb.Tx) error {
		var media, carried [][]any
		for i := range 100_000 {
			hash := randomBits(r)
			if i%10 == 0 {
				hash, _ = bitsOf(values[i/10%2000])
				hash = flip(hash, i/10%30)
			}
			digest := fmt.Sprintf("%064x", i)
			media = append(media, []any{digest, text(hash)})
			carried = append(carried, []any{fmt.Sprintf("itm_%d", i/2), digest})
		}
		if _, err := tx.InsertRows("INSERT INTO medium (sha256, md5, mime, size, width, height, pdq, quality, fault, at) VALUES ($1, '', '', 1, 1, 1, $2, 100, '', 0)", media); err != nil {
			return err
		}
		_, err := tx.InsertRows("INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, $2, '', '', 0)", carried)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	x, err := Open(b.Context(), db, nil, "")
	if err != nil {
		b.Fatal(err)
	}
	if err := x.Refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	items := 0
	for b.Loop() {
		list, err := Retro(b.Context(), x, "bnk_m", 1)
		if err != nil {
			b.Fatal(err)
		}
		items = len(list)
	}
	b.ReportMetric(float64(items), "items")
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
