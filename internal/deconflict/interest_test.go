package deconflict

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func TestCheckedInterest(t *testing.T) {
	sum := strings.Repeat("0f", 32)
	for _, tt := range []struct {
		kind, value, want string // want empty: refused
	}{
		{KindURLPrefix, " https://A.test ", "a.test/"},
		{KindURLPrefix, "http://a.test:8080/B", "a.test:8080/B"},
		{KindURLPrefix, "https://a.test?q=1", "a.test/?q=1"},
		{KindURLPrefix, "a.test/B", ""},
		{KindURLPrefix, "ftp://a.test/", ""},
		{KindURLPrefix, "https://", ""},
		{KindURLPrefix, "https://u:p@a.test/", ""},
		{KindURLPrefix, "https://a.test/\x00", ""},
		{KindURLPrefix, "https://a.test/\xff", ""},
		{KindURLPrefix, "https://a.test/" + strings.Repeat("x", maxLink), ""},
		{KindSHA256, strings.ToUpper(sum), sum},
		{KindSHA256, sum[1:], ""},
		{KindPDQ, sum + "00", ""},
		{KindPDQ, strings.Repeat("zz", 32), ""},
		{"md5", sum, ""},
	} {
		got, err := checkedInterest(Interest{Kind: tt.kind, Value: tt.value, Contact: "the desk", ExpiresAt: day(9)}, day(1))
		if problem.Is(err, problem.Invalid) != (tt.want == "") || err == nil && got.Value != tt.want {
			t.Errorf("%s %.60q: %q, %v", tt.kind, tt.value, got.Value, err)
		}
	}
	for _, bad := range []Interest{
		{Kind: KindSHA256, Value: sum, Contact: " ", ExpiresAt: day(9)},
		{Kind: KindSHA256, Value: sum, Contact: "a\x00b", ExpiresAt: day(9)},
		{Kind: KindSHA256, Value: sum, Contact: "the desk", ExpiresAt: day(1)},
		{Kind: KindSHA256, Value: sum, Contact: "the desk"},
		{Kind: KindSHA256, Value: sum, Contact: "the desk", ExpiresAt: day(9), Silence: time.Second},
		{Kind: KindSHA256, Value: sum, Contact: "the desk", ExpiresAt: day(9), Silence: LongestSilence + 1},
	} {
		if _, err := checkedInterest(bad, day(1)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
}

func TestInterestsAreRenewed(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		first := interested(t, db, one, KindURLPrefix, "https://a.test/", day(3))
		if again := interested(t, db, one, KindURLPrefix, "http://a.test", day(3)); again.ID != first.ID {
			t.Errorf("the same interest twice: %s, %s", first.ID, again.ID)
		}
		later := interested(t, db, one, KindURLPrefix, "https://a.test/", day(8))
		theirs := interested(t, db, two, KindURLPrefix, "https://a.test/", day(4))
		events(t, db, string(first.ID), "deconflict.interest_added", "deconflict.interest_added")
		update(t, db, func(tx *sqldb.Tx) error { return EndInterest(tx, two, theirs.ID) })
		theirs.EndedAt = day(1)
		for unit, want := range map[id.Unit][]Interest{"": {later, theirs}, "unt_one": {later}, "unt_two": {theirs}, "unt_x": nil} {
			var got []Interest
			update(t, db, func(tx *sqldb.Tx) (err error) {
				got, err = Interests(tx, unit)
				return err
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("of %q: %s", unit, diff)
			}
		}
	})
}

func TestOnlyForTheOwnUnit(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		in := Interest{Unit: "unt_two", Kind: KindURLPrefix, Value: "https://a.test/", Contact: "the desk", ExpiresAt: day(9)}
		for _, by := range []audit.Actor{one, audit.System} {
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := AddInterest(tx, by, in); return err })
			if !problem.Is(err, problem.Forbidden) {
				t.Errorf("%s registered it: %v", by.User, err)
			}
		}
	})
}

func TestOrders(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		orders := []Order{
			{URL: "https://a.test/1", Reference: "XA-2", Authority: "Authority of XA", IssuedAt: day(2)},
			{URL: "https://a.test/1", Reference: "XB-1", Authority: "Authority of XB", IssuedAt: day(1)},
		}
		for _, want := range [][]bool{{true, true}, {false, false}} {
			update(t, db, func(tx *sqldb.Tx) error {
				added, err := AddOrders(tx, one, orders)
				if diff := cmp.Diff(want, added); diff != "" {
					t.Error(diff)
				}
				return err
			})
		}
		events(t, db, "XA-2", "deconflict.order_added")
		update(t, db, func(tx *sqldb.Tx) error {
			got, found, err := OrderOn(tx, "https://a.test/1")
			if diff := cmp.Diff(orders[1], got); !found || diff != "" {
				t.Errorf("the first order: %v %s", found, diff)
			}
			if _, found, _ := OrderOn(tx, "https://a.test/2"); found {
				t.Error("an order on another link")
			}
			return err
		})
		for _, bad := range []Order{
			{URL: "a.test", Reference: "R", Authority: "A", IssuedAt: day(1)},
			{URL: "https://a.test/", Authority: "A", IssuedAt: day(1)},
			{URL: "https://a.test/", Reference: "R", IssuedAt: day(1)},
			{URL: "https://a.test/", Reference: "R", Authority: "A", IssuedAt: time.Time{}},
		} {
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := AddOrders(tx, one, []Order{bad}); return err })
			if !problem.Is(err, problem.Invalid) {
				t.Errorf("%+v was taken: %v", bad, err)
			}
		}
	})
}
