package deconflict

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var (
	one = audit.Actor{User: "usr_ann", Unit: "unt_one"}
	two = audit.Actor{User: "usr_bob", Unit: "unt_two"}
)

// clock is a time that a test owns.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func day(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }

func each(t *testing.T, fn func(t *testing.T, db *sqldb.DB, c *clock)) {
	c := &clock{}
	dbtest.EachAt(t, c.now, func(t *testing.T, db *sqldb.DB) { c.at = day(1); fn(t, db, c) })
}

func update(t *testing.T, db *sqldb.DB, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func interested(t *testing.T, db *sqldb.DB, by audit.Actor, kind, value string, until time.Time) (in Interest) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) (err error) {
		in, err = AddInterest(tx, by, Interest{Kind: kind, Value: value, Contact: "desk of " + string(by.Unit), ExpiresAt: until})
		return err
	})
	return in
}

func ask(t *testing.T, db *sqldb.DB, facts Facts) (answer Answer) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) (err error) {
		answer, err = Ask(tx, audit.System, facts)
		return err
	})
	return answer
}

// flipped is a digest of zeros with the first n bits set.
func flipped(n int) string {
	var raw [32]byte
	for i := range n {
		raw[i/8] |= 0x80 >> (i % 8)
	}
	return hex.EncodeToString(raw[:])
}

func TestWhatHolds(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		interested(t, db, one, KindURLPrefix, "http://Video.example", day(9))
		interested(t, db, one, KindURLPrefix, "https://post.test/u/Anna%20_x", day(9))
		interested(t, db, one, KindSHA256, strings.ToUpper(sum), day(9))
		interested(t, db, one, KindPDQ, flipped(40), day(9))
		both, lone, other := []id.Unit{"unt_one", "unt_two"}, []id.Unit{"unt_one", "unt_one"}, []id.Unit{"unt_two"}
		for _, tt := range []struct {
			name  string
			facts Facts
			want  string
		}{
			{"on the host", Facts{URL: "https://video.example/watch?v=1", Units: other}, Hold},
			{"the host's front page", Facts{URL: "https://video.example/", Units: other}, Hold},
			{"host that only begins so", Facts{URL: "https://video.example.test/watch", Units: other}, Clear},
			{"below the path", Facts{URL: "https://post.test/u/Anna%20_x/7", Units: other}, Hold},
			{"another path", Facts{URL: "https://post.test/u/anna%20_x/7", Units: other}, Clear},
			{"the pattern's signs mean themselves", Facts{URL: "https://post.test/u/AnnaZZ20yx/7", Units: other}, Clear},
			{"the file", Facts{URL: "https://a.test/", SHA256: []string{strings.Repeat("0", 64), sum}, Units: other}, Hold},
			{"another file", Facts{URL: "https://a.test/", SHA256: []string{strings.Repeat("0", 64)}, Units: other}, Clear},
			{"picture 31 bits away", Facts{URL: "https://a.test/", PDQ: []string{"", flipped(9)}, Units: other}, Hold},
			{"picture 32 bits away", Facts{URL: "https://a.test/", PDQ: []string{flipped(8)}, Units: other}, Clear},
			{"handed in by the unit alone", Facts{URL: "https://video.example/1", SHA256: []string{sum}, PDQ: []string{flipped(40)}, Units: lone}, Clear},
			{"handed in by it and another", Facts{URL: "https://video.example/2", Units: both}, Hold},
			{"handed in by nobody known", Facts{URL: "https://video.example/3"}, Hold},
		} {
			tt.facts.Item = id.New[id.Item](c.at)
			answer := ask(t, db, tt.facts)
			if answer.State != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, answer.State, tt.want)
			}
			if tt.want == Hold && (answer.Contact != "desk of unt_one" || !answer.Until.Equal(day(9))) {
				t.Errorf("%s: %+v", tt.name, answer)
			}
		}
	})
}

func TestHoldEndsWithItsInterest(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		facts := Facts{Item: "itm_1", URL: "https://video.example/1", Units: []id.Unit{"unt_two"}}
		interested(t, db, one, KindURLPrefix, "https://video.example/", day(3))
		longest := interested(t, db, one, KindURLPrefix, "https://video.example/1", day(5))
		if a := ask(t, db, facts); a.Interest != longest.ID {
			t.Fatalf("held by %s, want the one that ends last", a.Interest)
		}
		proof(t, db, "itm_1", problem.Refused, "ring desk of unt_one")
		c.at = day(4)
		expired(t, db, c.at)
		c.at = day(5)
		expired(t, db, c.at, "itm_1")
		proof(t, db, "itm_1", problem.Refused, "is held") // until it is asked about again
		if a := ask(t, db, facts); a.State != Clear || !a.Until.IsZero() || a.Contact != "" {
			t.Fatalf("after its end: %+v", a)
		}
		expired(t, db, c.at)
		proof(t, db, "itm_1", 0, "")
	})
}

func TestEndedInterestFreesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		facts := Facts{Item: "itm_1", URL: "https://video.example/1", Units: []id.Unit{"unt_two"}}
		in := interested(t, db, one, KindURLPrefix, "https://video.example/", day(9))
		ask(t, db, facts)
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return EndInterest(tx, two, in.ID) })
		if !problem.Is(err, problem.Forbidden) {
			t.Fatalf("another unit ended it: %v", err)
		}
		for range 2 {
			update(t, db, func(tx *sqldb.Tx) error { return EndInterest(tx, one, in.ID) })
		}
		expired(t, db, c.at, "itm_1")
		if a := ask(t, db, facts); a.State != Clear {
			t.Fatalf("still %+v", a)
		}
		events(t, db, string(in.ID), "deconflict.interest_added", "deconflict.interest_ended")
		events(t, db, "itm_1", "deconflict.held", "deconflict.cleared")
	})
}

func TestAskedAgainNothingIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		proof(t, db, "itm_1", problem.Refused, "nobody was asked")
		facts := Facts{Item: "itm_1", URL: "https://video.example/1", Units: []id.Unit{"unt_two"}}
		first := ask(t, db, facts)
		c.at = day(2)
		if diff := cmp.Diff(first, ask(t, db, facts)); diff != "" {
			t.Error(diff)
		}
		interested(t, db, one, KindURLPrefix, "https://video.example/", day(9))
		held := ask(t, db, facts)
		if held.State != Hold || held.ID != first.ID {
			t.Errorf("after an interest came: %+v", held)
		}
		ask(t, db, facts)
		events(t, db, "itm_1", "deconflict.cleared", "deconflict.held")
	})
}

func proof(t *testing.T, db *sqldb.DB, item id.Item, want problem.Kind, message string) {
	t.Helper()
	var got Clearance
	err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
		got, err = Cleared(tx, item)
		return err
	})
	if want == 0 {
		if err != nil || got.Item() != item || got.At().IsZero() {
			t.Errorf("no clearance: %+v, %v", got, err)
		}
		return
	}
	if !problem.Is(err, want) || got.Item() != "" || !strings.Contains(problem.Message(err), message) {
		t.Errorf("clearance of %q, %v; want %q", got.Item(), err, message)
	}
}

func expired(t *testing.T, db *sqldb.DB, now time.Time, want ...id.Item) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		got, err := Expired(tx, now, 10)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("expired: %s", diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func events(t *testing.T, db *sqldb.DB, subject string, want ...string) {
	t.Helper()
	var got []string
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, subject)
		for _, e := range list {
			got = append(got, e.Verb)
		}
		return err
	})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("events of %s: %v %s", subject, err, diff)
	}
}
