package designation

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_sample", Unit: "unt_sample"}

// take takes a file of testdata as flow does, in pieces of two.
func take(t *testing.T, db *sqldb.DB, source, listName string, text []byte, anyway bool) (v Version, err error) {
	t.Helper()
	header, good, bad, err := all(source, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	update := func(fn func(tx *sqldb.Tx) error) {
		if err == nil {
			err = db.Update(t.Context(), fn)
		}
	}
	update(func(tx *sqldb.Tx) (err error) {
		_, v, err = Begin(tx, by, source, listName, header, Search(string(text))+source)
		return err
	})
	if err != nil || v.State == Taken {
		return v, err
	}
	failed := len(bad)
	for i := 0; i < len(good); i += 2 {
		update(func(tx *sqldb.Tx) error {
			twice, err := Take(tx, by, v, good[i:min(i+2, len(good))])
			failed += len(twice)
			return err
		})
	}
	update(func(tx *sqldb.Tx) (err error) {
		v, err = Finish(tx, by, v, failed, anyway)
		return err
	})
	return v, err
}

func find(t *testing.T, db *sqldb.DB, question string) (found []Entity) {
	t.Helper()
	if err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) { found, err = Find(tx, question, "", 20); return err }); err != nil {
		t.Fatal(err)
	}
	return found
}

func told(found []Entity) string {
	var out []string
	for _, e := range found {
		mark := ""
		if !e.Listed {
			mark = " (no longer listed)"
		}
		out = append(out, e.Reference+mark)
	}
	return strings.Join(out, ", ")
}

func TestVersionsOfAList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		v, err := take(t, db, UN, "", file(t, "un-1.xml"), false)
		if err != nil || v.Number != 1 || v.Entries != 3 || v.Failed != 1 || v.Added != 3 || v.Changed+v.Delisted != 0 {
			t.Fatalf("%v %+v", err, v)
		}
		if again, err := take(t, db, UN, "", file(t, "un-1.xml"), false); err != nil || again.Number != 1 || again.State != Taken {
			t.Fatalf("the same file: %v %+v", err, again)
		}
		brigade := find(t, db, "brigade sample")
		if told(brigade) != "DATAID 9000003" {
			t.Fatalf("%+v", brigade)
		}
		var frozen Frozen
		if err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) { frozen, err = Freeze(tx, brigade[0].ID); return err }); err != nil {
			t.Fatal(err)
		}
		if frozen.ListName != "UN Security Council consolidated list" || frozen.Version != 1 || frozen.Label != "2026-03-01T23:00:06.496Z" || frozen.Dated.IsZero() || frozen.SHA256 == "" {
			t.Errorf("%+v", frozen)
		}
		v, err = take(t, db, UN, "", file(t, "un-2.xml"), false)
		if err != nil || v.Number != 2 || v.Entries != 3 || v.Added != 1 || v.Changed != 1 || v.Delisted != 1 {
			t.Fatalf("%v %+v", err, v)
		}
		for question, want := range map[string]string{
			"sample brigade": "DATAID 9000003 (no longer listed)", "Пример": "DATAID 9000003 (no longer listed)", "new front": "XXe.001", "column": "XXe.004",
			"جَبْهَةُ المثال": "XXe.001", "Fronte exempel": "XXe.001", "XXe.001": "XXe.001", "rigade": "", "%": "", "front brigade": "", "sample": "XXe.001, XXi.001, DATAID 9000003 (no longer listed)",
		} {
			if got := told(find(t, db, question)); got != want {
				t.Errorf("%q: %q, want %q", question, got, want)
			}
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			if _, err := Freeze(tx, brigade[0].ID); !problem.Is(err, problem.Refused) {
				t.Errorf("an assessment could rest on what is not listed: %v", err)
			}
			if _, err := Get(tx, "dse_none"); !problem.Is(err, problem.NotFound) {
				t.Errorf("nobody: %v", err)
			}
			lists, err := Lists(tx)
			versions, err2 := Versions(tx, lists[0].ID)
			if len(lists) != 1 || lists[0].Current != 2 || len(versions) != 2 || versions[0].Number != 2 || err2 != nil {
				t.Errorf("%+v %+v", lists, versions)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := take(t, db, UN, "", bytes.ReplaceAll(file(t, "un-1.xml"), []byte("2026-03-01T"), []byte("2026-02-01T")), false); !problem.Is(err, problem.Conflict) {
			t.Errorf("an older file: %v", err)
		}
		back := bytes.ReplaceAll(file(t, "un-1.xml"), []byte("2026-03-01T"), []byte("2026-05-01T"))
		if v, err = take(t, db, UN, "", back, false); err != nil || v.Added != 0 || v.Delisted != 1 || told(find(t, db, "brigade")) != "DATAID 9000003" {
			t.Errorf("who comes back: %v %+v %s", err, v, told(find(t, db, "brigade")))
		}
	})
}

// TestAVersionThatIsNotPutInForceChangesNothing: most of the list is gone, so it is refused.
func TestAVersionThatIsNotPutInForceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if _, err := take(t, db, CSV, "National list of XA", []byte("reference,name\n1,One\n2,Two\n3,Three\n"), false); err != nil {
			t.Fatal(err)
		}
		small := []byte("reference,name\n3,Three\n4,Four\n")
		v, err := take(t, db, CSV, "National list of XA", small, false)
		if !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "2 of 3") {
			t.Fatalf("%v", err)
		}
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return Abandon(tx, by, v, "too small") }); err != nil {
			t.Fatal(err)
		}
		if got := told(find(t, db, "")); got != "1, 3, 2" {
			t.Errorf("%s", got)
		}
		if v, err = take(t, db, CSV, "National list of XA", []byte("reference,name\n1,One\n2,Two\n5,Five\n"), false); err != nil || v.Added != 1 || v.Delisted != 1 {
			t.Errorf("%v %+v", err, v)
		}
		if got := told(find(t, db, "")); got != "5, 1, 2, 3 (no longer listed)" {
			t.Errorf("the one that only an abandoned version had is there: %s", got)
		}
		if v, err = take(t, db, CSV, "National list of XA", small, true); err != nil || v.Delisted != 3 || told(find(t, db, "four")) != "4" {
			t.Errorf("anyway: %v %+v", err, v)
		}
		if _, err := take(t, db, CSV, "", small, false); !problem.Is(err, problem.Invalid) {
			t.Errorf("a table without a name: %v", err)
		}
		if _, err := take(t, db, CSV, "EU financial sanctions", small, false); !problem.Is(err, problem.Conflict) {
			t.Errorf("a table under the name of the Union's list: %v", err)
		}
		if v, err := take(t, db, CSV, "Twice", file(t, "national.csv"), false); err != nil || v.Entries != 2 || v.Failed != 4 {
			t.Errorf("%v %+v", err, v)
		}
	})
}

func TestEntitiesAreReadAsTheyWereTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if _, err := take(t, db, EU, "", file(t, "eu-1.xml"), false); err != nil {
			t.Fatal(err)
		}
		_, good, _, _ := all(EU, bytes.NewReader(file(t, "eu-1.xml")))
		for _, want := range good {
			found := find(t, db, want.Reference)
			if len(found) != 1 {
				t.Fatalf("%s: %d", want.Reference, len(found))
			}
			if diff := cmp.Diff(want, found[0].Entry); diff != "" {
				t.Error(diff)
			}
			err := db.View(t.Context(), func(tx *sqldb.Tx) error {
				one, err := Get(tx, found[0].ID)
				if diff := cmp.Diff(found[0], one); diff != "" {
					t.Error(diff)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}
