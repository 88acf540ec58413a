package sqldb_test

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// before is the schema of an earlier version, of which people have databases with rows in them.
const before = 35

// earlier are rows of that version, of tables that later ones have changed.
var earlier = []string{
	"INSERT INTO item (id, platform_id, url, url_sum, host, kind, page, language, title, stage, answer, verdict, created_at, moved_at) VALUES ('itm_1', '', 'https://clips.example/1', $1, 'clips.example', 'post', 'item', 'en', '', 'held', '', '', 1, 1)",
	"INSERT INTO action_item (action_id, item_id, url_key, platform_id, language, stage, answer, verdict) VALUES ('act_1', 'itm_1', $1, '', 'en', 'held', '', '')",
	"INSERT INTO assessment (id, item_id, step, user_id, unit_id, decision, limbs, purpose, purpose_reasons, confidence, reasons, edition, at) VALUES ('asm_1', 'itm_1', 1, 'usr_1', 'unt_1', 'terrorist', 'a', 'none', '', 90, '', '32021R0784', 1)",
	"INSERT INTO interest (id, unit_id, kind, value, contact, expires_at, created_at) VALUES ('int_1', 'unt_2', 'url_prefix', 'clips.example/', 'Desk', 9, 1)",
	"INSERT INTO clearance (id, item_id, state, interest_id, contact, until, at) VALUES ('clr_1', 'itm_1', 'hold', 'int_1', 'Desk', 9, 1)",
	"INSERT INTO clearance (id, item_id, state, interest_id, contact, until, at) VALUES ('clr_2', 'itm_2', 'hold', '', 'Another desk', 9, 1)",
	"INSERT INTO deconflict_question (item_id, unit_id, asked_at, closes_at, answer, contact, until, reference, answered_by) VALUES ('itm_2', 'unt_2', 1, 5, 'interest', 'Another desk', 9, '', 'usr_2')",
	"INSERT INTO bank (id, slot, name, unit_id, radius, terms, enabled, share, own, shared, batch, created_at) VALUES ('bnk_1', 1, 'BANK', 'unt_1', 31, '', TRUE, 1, FALSE, FALSE, 1, 1)",
	"INSERT INTO bank_entry (id, bank_id, batch, kind, value, label, provenance, at, number) VALUES ('ent_1', 'bnk_1', 1, 'sha256', 'ab', '', '', 1, 1)",
	"INSERT INTO subscription (id, bank_id, form, url, secret, every, checkpoint, fault, next_at) VALUES ('sub_1', 'bnk_1', 'csv', 'https://lists.example/', '', 60000000, '', '', 7)",
	"INSERT INTO delivery (id, subject_id, kind, platform_id, address, transport, state, attempts, receipt, created_at) VALUES ('dlv_1', 'ref_1', 'referral', 'plf_1', '', 'smtp', 'delivered', 1, '250 ok', 1)",
	"INSERT INTO host_kept (id, case_id, name, type, size, sum, kept_at) VALUES ('kpt_1', 'cas_1', 'page.txt', 'text/plain', 1, 'ab', 1)",
}

// now is what they mean today, each as one text.
var now = map[string]sqldb.SQL{
	"held not_specified":              "SELECT stage || ' ' || ideology FROM item",
	"held not_specified in an action": "SELECT stage || ' ' || ideology || ' in an action' FROM action_item",
	"not_specified by one":            "SELECT ideology || ' by one' FROM assessment",
	"due at once: its owner is asked": "SELECT CASE until WHEN 1 THEN 'due at once: its owner is asked' ELSE 'held' END FROM clearance WHERE id = 'clr_1'",
	"held until 9":                    "SELECT 'held until ' || CAST(until AS TEXT) FROM clearance WHERE id = 'clr_2'",
	"stands, 0":                       "SELECT 'stands, ' || CAST(declared_at + silence AS TEXT) FROM interest WHERE ended_at IS NULL",
	"a unit that takes part":          "SELECT CASE WHEN for_interest THEN 'an owner' ELSE 'a unit that takes part' END FROM deconflict_question",
	"matches":                         "SELECT CASE WHEN off_until IS NULL THEN 'matches' ELSE 'is off' END FROM bank_entry",
	"is fetched at 7":                 "SELECT CASE WHEN paused THEN 'paused' ELSE 'is fetched at ' || CAST(next_at AS TEXT) END FROM subscription",
	"250 ok, unsigned":                "SELECT receipt || ', ' || CASE receipt_signature WHEN '' THEN 'unsigned' ELSE 'signed' END FROM delivery",
	"page.txt of any, 0":              "SELECT name || ' of any, ' || CAST(place AS TEXT) FROM host_kept",
}

// TestAnUpgradeKeepsWhatIsThere: a database of an earlier version is brought up to date with its rows.
func TestAnUpgradeKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "argine.db")
	t.Run("sqlite", func(t *testing.T) {
		upgraded(t, "sqlite", path, goose.DialectSQLite3, sqldb.SQLiteSchema(), sqldb.Config{Path: path})
	})
	t.Run("postgres", func(t *testing.T) {
		url := dbtest.PostgresURL(t)
		upgraded(t, "pgx", url, goose.DialectPostgres, sqldb.Schema(), sqldb.Config{URL: url})
	})
}

func upgraded(t *testing.T, driver, at string, dialect goose.Dialect, schema fs.FS, cfg sqldb.Config) {
	raw, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	run := func(q string, args ...any) {
		t.Helper()
		if _, err := raw.Exec(q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if dialect == goose.DialectPostgres {
		run("DROP SCHEMA public CASCADE")
		run("CREATE SCHEMA public")
	}
	provider, err := goose.NewProvider(dialect, raw, schema, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	for i, q := range earlier {
		if i < 2 {
			run(q, []byte{1})
		} else {
			run(q)
		}
	}
	db, err := sqldb.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for want, q := range now {
		var got string
		if err := db.View(t.Context(), func(tx *sqldb.Tx) error { return tx.Row(q).Scan(&got) }); err != nil || got != want {
			t.Errorf("%q, want %q: %v", got, want, err)
		}
	}
}
