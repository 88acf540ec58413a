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
			added += n
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
		x, err := Open(b.Context(), db)
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

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
