package flow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// bankDesk is the verbs of banks on a real database, with people of two units. Its jobs wait, and
// tests run what they would do.
type bankDesk struct {
	testing.TB
	*Flow
	north, south, analyst, admin, overseer auth.Principal
}

func eachDesk(t *testing.T, fn func(d *bankDesk)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) { fn(newDesk(t, db)) })
}

// small pieces show what happens between them.
var small = pieces{export: 50, fetch: 100, change: 40}

func newDesk(t testing.TB, db *sqldb.DB) *bankDesk {
	d := &bankDesk{TB: t}
	log := slog.New(slog.DiscardHandler)
	store, err := blob.Open(t.TempDir())
	d.must(err)
	store.Sync = false
	jobs, err := job.Open(db, job.Config{Node: "test", Log: log})
	d.must(err)
	index, err := match.Open(t.Context(), db, store, "")
	d.must(err)
	door, err := fetch.New(fetch.Config{AllowLoopback: true, MaxBytes: 4 << 20, Timeout: 5 * time.Second})
	d.must(err)
	d.Flow = &Flow{DB: db, Jobs: jobs, Store: store, Door: door, Index: index, Log: log, pieces: small}
	d.must(db.Update(t.Context(), d.populate))
	return d
}

func (d *bankDesk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *bankDesk) populate(tx *sqldb.Tx) error {
	for _, p := range []struct {
		to   *auth.Principal
		unit string
		role auth.Role
	}{{&d.north, "Unit North", auth.Coordinator}, {&d.south, "Unit South", auth.Coordinator}, {&d.analyst, "Unit North", auth.Analyst}, {&d.admin, "Operator", auth.Administrator}, {&d.overseer, "Oversight", auth.Overseer}} {
		u, err := auth.UnitByName(tx, p.unit)
		if problem.Is(err, problem.NotFound) {
			u, err = auth.AddUnit(tx, audit.System, auth.Unit{Name: p.unit, Country: "BE", Kind: "authority"})
		}
		if err != nil {
			return err
		}
		made, err := auth.AddUser(tx, audit.System, auth.User{Unit: u.ID, Name: "Sample Person", Email: fmt.Sprintf("%s@%x.test", p.role, p.unit), Roles: []auth.Role{p.role}})
		if err != nil {
			return err
		}
		if *p.to, err = auth.PrincipalOf(tx, made.ID); err != nil {
			return err
		}
	}
	return nil
}

func (d *bankDesk) bank(name string) match.Bank {
	d.Helper()
	b, err := d.AddBank(d.Context(), d.north, match.Bank{Name: name, Radius: 31, Enabled: true, Terms: "for detection only"})
	d.must(err)
	return b
}

func (d *bankDesk) now(bank string) (b match.Bank) {
	d.Helper()
	d.must(d.DB.View(d.Context(), func(tx *sqldb.Tx) (err error) { b, err = match.GetBank(tx, bank); return err }))
	return b
}

func (d *bankDesk) count(q sqldb.SQL, args ...any) (n int) {
	d.Helper()
	d.must(d.DB.View(d.Context(), func(tx *sqldb.Tx) error { return tx.Row(q, args...).Scan(&n) }))
	return n
}

func (d *bankDesk) events(subject id.Bank) (verbs []string) {
	d.Helper()
	d.must(d.DB.View(d.Context(), func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, string(subject))
		for _, e := range list {
			verbs = append(verbs, e.Verb)
		}
		return err
	}))
	return verbs
}

func (d *bankDesk) exported(who auth.Principal, bank string, e Export) (string, error) {
	write, err := d.ExportEntries(d.Context(), who, bank, e)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = write(&out)
	return out.String(), err
}

const sqlWaiting = "SELECT COUNT(*) FROM river_job WHERE kind = $1"

func TestImport(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		b := d.bank("SAMPLE")
		var file strings.Builder
		file.WriteString("kind,value,label\n")
		for i := range 1000 {
			switch i {
			case 7:
				fmt.Fprintf(&file, "sha256,%063x,short\n", i)
			case 500:
				fmt.Fprintf(&file, "tmk,%064x,unknown kind\n", i)
			case 999:
				fmt.Fprintf(&file, "sha256,%064x,\"open\n", i)
			default:
				fmt.Fprintf(&file, "sha256,%064x,number %d\n", i, i)
			}
		}
		got, err := d.ImportEntries(d.Context(), d.north, "SAMPLE", "text/csv", strings.NewReader(file.String()))
		d.must(err)
		if got.Lines != 1000 || got.Added != 997 || got.Failed != 3 || len(got.Bad) != 3 || got.Bad[0].Number != 9 || got.Bad[2].Number != 1001 {
			d.Errorf("%+v", got)
		}
		again, err := d.ImportEntries(d.Context(), d.admin, string(b.ID), "text/csv", strings.NewReader(file.String()))
		d.must(err)
		if again.Added != 0 || again.Repeated != 997 || again.Failed != 3 {
			d.Errorf("again: %+v", again)
		}
		if n := d.count(sqlWaiting, "match.retro"); n != 1 || d.now("SAMPLE").Entries != 997 {
			d.Errorf("%d jobs look back, %d entries", n, d.now("SAMPLE").Entries)
		}
		broken := errors.New("the line went dead")
		piece := strings.Join(strings.SplitAfter(file.String(), "\n")[:300], "")
		if _, err := d.ImportEntries(d.Context(), d.north, "SAMPLE", "text/csv", io.MultiReader(strings.NewReader(piece), &failing{broken})); !errors.Is(err, broken) {
			d.Errorf("a broken upload gives %v", err)
		}
	})
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// mixed has entries of all kinds of values, in the form of an export.
const mixed = `{"kind":"pdq","value":"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1","label":"<one> & \"more\"","labels":["clip","example"],"provenance":"unit one","expires_at":"2999-04-25T09:30:00.000001Z"}
{"kind":"text","value":"a text of\ntwo lines, with \"marks\""}
{"kind":"vpdq","value":"0,80,a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1,0.000\n30,100,0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f,1.000\n"}
{"kind":"sound","value":"1,2,3\n","label":"a sound"}
{"kind":"md5","value":"d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4"}
{"kind":"tlsh","value":"T1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1"}
`

func TestExportIsImportedAsItWas(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		d.bank("FIRST")
		got, err := d.ImportEntries(d.Context(), d.north, "FIRST", "application/jsonl", strings.NewReader(mixed))
		d.must(err)
		if got.Added != 6 || got.Failed != 0 {
			d.Fatalf("%+v", got)
		}
		n, err := d.RetractEntries(d.Context(), d.north, "FIRST", "a test", []string{"d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4"})
		d.must(err)
		if n != 1 {
			d.Errorf("%d retracted", n)
		}
		for i, form := range []string{"application/jsonl", "text/csv"} {
			for _, all := range []bool{false, true} {
				name := fmt.Sprintf("COPY_%d_%v", i, all)
				name = strings.ToUpper(name)
				d.bank(name)
				file, err := d.exported(d.north, "FIRST", Export{Form: form, All: all})
				d.must(err)
				got, err := d.ImportEntries(d.Context(), d.north, name, form, strings.NewReader(file))
				d.must(err)
				if got.Added != 5 || got.Failed != 0 || (got.Retracted == 1) != all || strings.Contains(file, "a test") != all {
					d.Errorf("%s, all %v: %+v of\n%s", form, all, got, file)
				}
				copied, err := d.exported(d.north, name, Export{Form: "text/csv"})
				d.must(err)
				first, err := d.exported(d.north, "FIRST", Export{Form: "text/csv"})
				d.must(err)
				if diff := cmp.Diff(first, copied); diff != "" {
					d.Errorf("%s, all %v:\n%s", form, all, diff)
				}
			}
		}
		b := d.now("FIRST")
		piece, err := d.exported(d.north, "FIRST", Export{Form: "application/jsonl", After: b.Slot<<32 | 2, Limit: 2})
		d.must(err)
		if strings.Count(piece, "\n") != 2 || !strings.Contains(piece, fmt.Sprintf(`{"number":%d,"kind":"vpdq"`, b.Slot<<32|3)) {
			d.Errorf("a piece:\n%s", piece)
		}
		if got := d.events(b.ID); got[len(got)-1] != "bank.exported" {
			d.Errorf("events %q", got)
		}
	})
}

func TestExportOfManyPieces(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		d.bank("MANY")
		var file strings.Builder
		n := 2*small.export + 3
		for i := range n {
			fmt.Fprintf(&file, "{\"kind\":\"sha256\",\"value\":\"%064x\"}\n", i)
		}
		_, err := d.ImportEntries(d.Context(), d.north, "MANY", "application/jsonl", strings.NewReader(file.String()))
		d.must(err)
		for limit, want := range map[int]int{0: n, 5: 5, small.export: small.export, small.export + 1: small.export + 1, 2 * n: n} {
			got, err := d.exported(d.north, "MANY", Export{Form: "application/jsonl", Limit: limit})
			if err != nil || strings.Count(got, "\n") != want {
				d.Errorf("limit %d: %d lines, %v", limit, strings.Count(got, "\n"), err)
			}
		}
	})
}

func TestWhoChangesABank(t *testing.T) {
	eachDesk(t, func(d *bankDesk) {
		b := d.bank("NORTHERN")
		d.must(d.DB.Update(d.Context(), func(tx *sqldb.Tx) error {
			_, err := match.AddEntries(tx, audit.System, b.ID, []match.Entry{{Kind: "md5", Value: strings.Repeat("d4", 16)}})
			return err
		}))
		off, ctx := false, d.Context()
		sub := match.Subscription{Form: match.FormCSV, URL: "https://feed.example/", Secret: "sesame", Every: time.Hour}
		made, err := d.Subscribe(ctx, d.north, "NORTHERN", sub)
		if err != nil || made.Secret != "" {
			d.Errorf("%+v, %v", made, err)
		}
		names := []string{strings.Repeat("d4", 16)}
		for _, who := range []auth.Principal{d.south, d.analyst, d.overseer} {
			for name, do := range map[string]func() error{
				"set":     func() error { _, err := d.SetBank(ctx, who, "NORTHERN", BankChange{Enabled: &off}); return err },
				"import":  func() error { _, err := d.ImportEntries(ctx, who, "NORTHERN", "text/csv", nil); return err },
				"retract": func() error { _, err := d.RetractEntries(ctx, who, "NORTHERN", "why", names); return err },
				"switch off": func() error {
					_, err := d.SwitchOffEntries(ctx, who, "NORTHERN", time.Now().Add(time.Hour), names)
					return err
				},
				"restore":     func() error { _, err := d.RestoreEntries(ctx, who, "NORTHERN", names); return err },
				"subscribe":   func() error { _, err := d.Subscribe(ctx, who, "NORTHERN", sub); return err },
				"unsubscribe": func() error { return d.Unsubscribe(ctx, who, made.ID) },
			} {
				if err := do(); !problem.Is(err, problem.Forbidden) {
					d.Errorf("%s by %s: %v", name, who.Roles, err)
				}
			}
		}
		if _, err := d.exported(d.south, "NORTHERN", Export{Form: "text/csv"}); !problem.Is(err, problem.Forbidden) || !strings.Contains(err.Error(), "for detection only") {
			d.Errorf("another unit takes it away: %v", err)
		}
		for _, who := range []auth.Principal{d.analyst, d.overseer, d.admin} {
			if _, err := d.exported(who, "NORTHERN", Export{Form: "text/csv"}); err != nil {
				d.Errorf("%s: %v", who.Roles, err)
			}
		}
		shared, radius := true, 40
		after, err := d.SetBank(ctx, d.admin, "NORTHERN", BankChange{Shared: &shared, Radius: &radius})
		if err != nil || !after.Shared || after.Radius != 40 || !after.Enabled || d.count(sqlWaiting, "match.retro") != 1 {
			d.Errorf("%+v, %v; a wider radius looks back: %d", after, err, d.count(sqlWaiting, "match.retro"))
		}
		if got, err := d.exported(d.south, "NORTHERN", Export{Form: "text/csv"}); err != nil || strings.Count(got, "\n") != 2 {
			d.Errorf("a shared bank: %q, %v", got, err)
		}
		if _, err := d.exported(d.south, "NORTHERN", Export{Form: "text/html"}); !problem.Is(err, problem.UnsupportedMedia) {
			d.Errorf("another form: %v", err)
		}
	})
}

// BenchmarkBank imports a file of 100,000 lines, and exports it again.
func BenchmarkBank(b *testing.B) {
	var file strings.Builder
	file.WriteString("kind,value,label,labels,provenance\n")
	const n = 100_000
	for i := range uint64(n) {
		fmt.Fprintf(&file, "pdq,%016x%016x%016x%016x,number %d,example clip,unit one\n", i*0x9e3779b97f4a7c15, i*0xbf58476d1ce4e5b9, i*0x94d049bb133111eb, i*0xd6e8feb86659fd93, i)
	}
	for name, open := range map[string]func() *sqldb.DB{
		"sqlite": func() *sqldb.DB { return dbtest.SQLite(b) },
		"postgres": func() *sqldb.DB {
			db, err := sqldb.Open(b.Context(), sqldb.Config{URL: dbtest.PostgresURL(b)})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(db.Close)
			return db
		},
	} {
		d := newDesk(b, open())
		d.pieces = pieces{}
		bank := 0
		b.Run("import/"+name, func(b *testing.B) {
			for b.Loop() {
				bank++
				d.bank(fmt.Sprintf("BANK_%d", bank))
				got, err := d.ImportEntries(b.Context(), d.north, fmt.Sprintf("BANK_%d", bank), "text/csv", strings.NewReader(file.String()))
				if err != nil || got.Added != n {
					b.Fatal(got.Added, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
		b.Run("again/"+name, func(b *testing.B) {
			for b.Loop() {
				got, err := d.ImportEntries(b.Context(), d.north, "BANK_1", "text/csv", strings.NewReader(file.String()))
				if err != nil || got.Repeated != n {
					b.Fatal(got.Repeated, err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
		for _, form := range []string{"text/csv", "application/jsonl"} {
			b.Run("export/"+form[strings.Index(form, "/")+1:]+"/"+name, func(b *testing.B) {
				for b.Loop() {
					write, err := d.ExportEntries(b.Context(), d.north, "BANK_1", Export{Form: form})
					if err != nil {
						b.Fatal(err)
					}
					if err := write(io.Discard); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			})
		}
	}
}
