package assess

import (
	"testing"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestIdeologyIsCountedAsFarAsTwoPeopleCarryIt: in either order, and whatever a third, or the one
// whose decision did not hold, has named.
func TestIdeologyIsCountedAsFarAsTwoPeopleCarryIt(t *testing.T) {
	const left, right, none = "left_wing_anarchist", "right_wing", law.NoIdeology
	named := func(in New, ideology string) New { in.Ideology = ideology; return in }
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for i, tt := range []struct {
			yes  [3]bool // which of them find terrorist content
			of   [3]string
			n    int // how many of them assess
			want string
		}{
			{[3]bool{true, true}, [3]string{right, right}, 2, right},
			{[3]bool{true, true}, [3]string{right, ""}, 2, right},
			{[3]bool{true, true}, [3]string{none, right}, 2, right},
			{[3]bool{true, true}, [3]string{right, left}, 2, none},
			{[3]bool{true, true}, [3]string{left, right}, 2, none},
			{[3]bool{true, true}, [3]string{"", none}, 2, none},
			{[3]bool{false, false}, [3]string{left, left}, 2, left},
			{[3]bool{true}, [3]string{right}, 1, ""},
			{[3]bool{true, false}, [3]string{right, right}, 2, ""},
			{[3]bool{true, false, true}, [3]string{right, left, right}, 3, right},
			{[3]bool{true, false, false}, [3]string{right, left, left}, 3, left},
			{[3]bool{true, false, false}, [3]string{right, left, right}, 3, none},
		} {
			item := id.Item("itm_" + string(rune('a'+i)))
			for k, by := range []audit.Actor{ann, bob, cyd}[:tt.n] {
				in := harmless(item)
				if tt.yes[k] {
					in = terrorist(item, "a")
				}
				made, _, err := record(t, db, by, named(in, tt.of[k]))
				if err != nil || made.Ideology == "" {
					t.Fatalf("%s, %s: %q, %v", item, by.User, made.Ideology, err)
				}
			}
			view(t, db, func(tx *sqldb.Tx) error {
				got, err := Ideology(tx, item)
				if got != tt.want || err != nil {
					t.Errorf("%s: %v by %v come to %q, want %q (%v)", item, tt.of, tt.yes, got, tt.want, err)
				}
				if proof, err := TwoPeople(tx, item); err == nil && proof.Ideology() != tt.want {
					t.Errorf("%s: the proof says %q, want %q", item, proof.Ideology(), tt.want)
				}
				return nil
			})
		}
	})
}

// TestTheEntryProposesAnIdeology which the person may gainsay.
func TestTheEntryProposesAnIdeology(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		publish(t, db, "2026/1", "Example Front")
		var entity id.Entity
		view(t, db, func(tx *sqldb.Tx) error {
			found, err := designation.Find(tx, "front", "", 1)
			if err == nil && found[0].Ideology != "right_wing" {
				t.Errorf("the entry has %q", found[0].Ideology)
			}
			entity = found[0].ID
			return err
		})
		for by, tt := range map[audit.Actor]struct{ named, want string }{ann: {"", "right_wing"}, bob: {law.NoIdeology, law.NoIdeology}} {
			in := terrorist("itm_1", "c")
			in.Entity, in.Ideology = entity, tt.named
			made, _, err := record(t, db, by, in)
			if err != nil || made.Ideology != tt.want || made.Designation.Ideology != "right_wing" {
				t.Errorf("%s named %q: %q of %+v, %v", by.User, tt.named, made.Ideology, made.Designation, err)
			}
		}
	})
}
