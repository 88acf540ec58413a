package assess

import (
	"testing"

	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// publish takes the next version of a made-up list.
func publish(t *testing.T, db *sqldb.DB, label string, names ...string) {
	t.Helper()
	var v designation.Version
	steps := []func(tx *sqldb.Tx) error{
		func(tx *sqldb.Tx) (err error) {
			_, v, err = designation.Begin(tx, ann, designation.CSV, "National list of XA", designation.Header{Label: label}, label)
			return err
		},
		func(tx *sqldb.Tx) error {
			var entries []designation.Entry
			for _, name := range names {
				entries = append(entries, designation.Entry{Reference: "XA " + name, Kind: designation.Group, Name: name, Ideology: "right_wing", Names: []designation.Name{{Text: name, Quality: designation.NameMain}}})
			}
			_, err := designation.Take(tx, ann, v, entries)
			return err
		},
		func(tx *sqldb.Tx) error { _, err := designation.Finish(tx, ann, v, 0, true); return err },
	}
	for _, step := range steps {
		if err := db.Update(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheEntryIsKeptAsItWas: the list goes on, and the assessment shows what it rested on.
func TestTheEntryIsKeptAsItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		publish(t, db, "2026/1", "Example Front", "Sample Brigade")
		var entity id.Entity
		view(t, db, func(tx *sqldb.Tx) error {
			found, err := designation.Find(tx, "front", "", 1)
			entity = found[0].ID
			return err
		})
		in := terrorist("itm_1", "c")
		in.Tier, in.Entity = law.TierDesignation, entity
		made, _, err := record(t, db, ann, in)
		if err != nil || made.Designation == nil || made.Designation.Label != "2026/1" || made.Designation.Version != 1 || made.Producer != "Example Front" {
			t.Fatalf("%v %+v %+v", err, made, made.Designation)
		}
		publish(t, db, "2026/2", "Sample Brigade")
		view(t, db, func(tx *sqldb.Tx) error {
			list, err := Of(tx, "itm_1")
			if d := list[0].Designation; d == nil || *d != *made.Designation || list[0].Entity != entity {
				t.Errorf("%+v", list[0].Designation)
			}
			now, err2 := designation.Get(tx, entity)
			if now.Listed || err2 != nil {
				t.Errorf("it is still listed: %+v, %v", now, err2)
			}
			return err
		})
		if _, _, err := record(t, db, bob, in); !problem.Is(err, problem.Refused) {
			t.Errorf("who is no longer listed was rested on: %v", err)
		}
		in.Entity = "dse_none"
		if _, _, err := record(t, db, bob, in); !problem.Is(err, problem.NotFound) {
			t.Errorf("nobody: %v", err)
		}
	})
}
