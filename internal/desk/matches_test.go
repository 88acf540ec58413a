package desk

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const (
	addBank     = "INSERT INTO bank (id, name, unit_id, radius, terms, enabled, batch, created_at, slot) VALUES ($1, $1, '', 31, '', TRUE, 1, 0, $2)"
	addEntry    = "INSERT INTO bank_entry (id, bank_id, batch, kind, value, label, provenance, at, number, labels) VALUES ($1, $2, 1, 'pdq', $1, '', '', 0, $3, 'front series')"
	addMatch    = "INSERT INTO match (id, item_id, sha256, bank_id, entry_id, kind, distance, label, own, share, at) VALUES ($1, $2, 'aa', $3, $4, 'vpdq', $5, 'a label', $6, 750000, 0)"
	addMedium   = "INSERT INTO medium (sha256, md5, mime, size, width, height, pdq, quality, fault, at) VALUES ('aa', '', 'image/png', 1, 1, 1, '', 0, '', 0) ON CONFLICT DO NOTHING"
	addCarried  = "INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, 'aa', '', '', 0)"
	addText     = "INSERT INTO item_text (item_id, sha256, at) VALUES ($1, 'aa', 0)"
	addReupload = "INSERT INTO reupload (item_id, earlier_id, sha256, earlier_sha256, distance, gone_at, at, kind) VALUES ($1, $2, 'aa', 'bb', 7, 0, 0, 'vpdq')"
)

// run executes statements of a test.
func (b *board3) run(t *testing.T, statements ...[]any) {
	t.Helper()
	err := b.desk.DB.Housekeeping(t.Context(), "a test", func(tx *sqldb.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(sqldb.SQL(s[0].(string)), s[1:]...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// elsewhere makes an action of another unit with n items that carry the medium, and a
// reviewer who sees it.
func (b *board3) elsewhere(t *testing.T, n int) (items []string, other auth.Principal) {
	t.Helper()
	err := b.desk.DB.Update(t.Context(), func(tx *sqldb.Tx) error {
		unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Unit South", Country: "PT", Kind: "authority"})
		if err != nil {
			return err
		}
		u, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit.ID, Name: "cleo", Email: "cleo@desk.test", Roles: []auth.Role{auth.Reviewer}})
		if err != nil {
			return err
		}
		if other, err = auth.PrincipalOf(tx, u.ID); err != nil {
			return err
		}
		a, err := action.Open(tx, audit.System, action.Action{Name: "Another Action", Unit: unit.ID, Units: []id.Unit{unit.ID}, OpensAt: tx.Now, ClosesAt: tx.Now.Add(1e12)})
		if err != nil {
			return err
		}
		var news []item.New
		for i := range n {
			at := fmt.Sprintf("https://files.example/f/%d", i)
			news = append(news, item.New{Canonical: link.Canonical{URL: at, Host: "files.example", Kind: "file", Page: "item"}, Seen: at})
		}
		news = append(news, item.New{Canonical: link.Canonical{URL: "https://clips.example/v/1", Host: "clips.example", Kind: "post", Page: "item"}, Seen: "https://clips.example/v/1"})
		added, err := item.Add(tx, audit.System, a.ID, news)
		for _, each := range added[:n] {
			items = append(items, string(each.ID))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, each := range items {
		if i%2 == 0 {
			b.run(t, []any{addCarried, each})
		} else {
			b.run(t, []any{addText, each})
		}
	}
	return items, other
}

// TestMatchesTellWhereElse: bank, entry, labels, and where else the medium was seen, as far
// as the person may know.
func TestMatchesTellWhereElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := newBoard(t, db)
		b.run(t, []any{addBank, "SHARED_BANK", 1}, []any{addBank, "OWN_NORTH", 2}, []any{addEntry, "ent_1", "SHARED_BANK", int64(1<<32 + 1)},
			[]any{addMedium}, []any{addCarried, b.items[0]}, []any{addCarried, b.items[1]}, []any{addText, b.items[1]},
			[]any{addMatch, "mat_1", b.items[0], "OWN_NORTH", "ent_2", 0, true}, []any{addMatch, "mat_2", b.items[0], "SHARED_BANK", "ent_1", 9, false})
		all, other := b.elsewhere(t, 25)
		seen := func(who auth.Principal) []client.Match {
			t.Helper()
			detail, err := b.desk.Item(t.Context(), who, b.items[0])
			if err != nil {
				t.Fatal(err)
			}
			return detail.Matches
		}
		own := seen(b.people[0])
		own[0].At, own[1].At = own[0].At.UTC(), own[1].At.UTC()
		want := []client.Match{
			{Bank: "SHARED_BANK", EntryID: "ent_1", Number: 1<<32 + 1, SHA256: "aa", Kind: "vpdq", Distance: 9, Share: 750_000, Label: "a label", Labels: []string{"front", "series"}, At: own[0].At, Seen: []string{string(b.items[1])}, SeenCount: 1},
			{Bank: "OWN_NORTH", EntryID: "ent_2", SHA256: "aa", Kind: "vpdq", Share: 750_000, Label: "a label", Labels: []string{}, Own: true, At: own[0].At, Seen: []string{string(b.items[1])}, SeenCount: 1},
		}
		if diff := cmp.Diff(want, own); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		theirs := seen(other)[0]
		if theirs.SeenCount != 25 || len(theirs.Seen) != 20 || theirs.Seen[0] != all[24] {
			t.Errorf("who sees 25 is told of %d and %q", theirs.SeenCount, theirs.Seen)
		}
		everyone := b.people[0]
		everyone.Roles = append(everyone.Roles[:len(everyone.Roles):len(everyone.Roles)], auth.Overseer)
		if got := seen(everyone)[0]; everyone.SeesAll() && got.SeenCount != 26 {
			t.Errorf("who sees all is told of %d", got.SeenCount)
		}
	})
}

// TestReuploadsComeFirst on the worklist, then what matches.
func TestReuploadsComeFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := newBoard(t, db)
		b.run(t, []any{addBank, "SHARED_BANK", 1}, []any{addMatch, "mat_1", b.items[1], "SHARED_BANK", "ent_1", 9, false}, []any{addReupload, b.items[2], b.items[0]})
		tasks, err := b.desk.Worklist(t.Context(), b.people[0], b.action, 1, 10)
		if err != nil || len(tasks) != 3 || tasks[0].Item.ID != string(b.items[2]) || tasks[1].Item.ID != string(b.items[1]) {
			t.Fatalf("%+v, %v", tasks, err)
		}
		if r := tasks[0].Reuploads; len(r) != 1 || r[0].Kind != "vpdq" || r[0].EarlierID != string(b.items[0]) || r[0].Distance != 7 {
			t.Errorf("tied as %+v", r)
		}
	})
}
