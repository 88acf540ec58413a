package deconflict

import (
	"encoding/hex"
	"slices"
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

// TestWhoIsAskedForAnInterest: what an interest touches, by its link, its account, its file or
// a picture like its own, and nothing else.
func TestWhoIsAskedForAnInterest(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		var all []Interest
		for kind, values := range map[string][]string{
			KindURLPrefix: {"http://Video.example", "https://post.test/u/Anna%20_x"},
			KindAccount:   {"https://Talk.test/@Anna/"}, KindSHA256: {strings.ToUpper(sum)}, KindPDQ: {flipped(40)},
		} {
			for _, value := range values {
				all = append(all, interested(t, db, one, kind, value, day(9)))
			}
		}
		both, lone, other := []id.Unit{"unt_one", "unt_two"}, []id.Unit{"unt_one", "unt_one"}, []id.Unit{"unt_two"}
		for _, tt := range []struct {
			name  string
			facts Facts
			want  string
		}{
			{"on the host", Facts{URL: "https://video.example/watch?v=1", Units: other}, Asking},
			{"the host's front page", Facts{URL: "https://video.example/", Units: other}, Asking},
			{"host that only begins so", Facts{URL: "https://video.example.test/watch", Units: other}, Clear},
			{"below the path", Facts{URL: "https://post.test/u/Anna%20_x/7", Units: other}, Asking},
			{"another path", Facts{URL: "https://post.test/u/anna%20_x/7", Units: other}, Clear},
			{"the pattern's signs mean themselves", Facts{URL: "https://post.test/u/AnnaZZ20yx/7", Units: other}, Clear},
			{"the account", Facts{URL: "https://talk.test/@anna", Units: other}, Asking},
			{"below the account, in any case", Facts{URL: "http://talk.test/@ANNA/7", Units: other}, Asking},
			{"the account's list", Facts{URL: "https://talk.test/@anna?page=2", Units: other}, Asking},
			{"an account that begins so", Facts{URL: "https://talk.test/@annabel", Units: other}, Clear},
			{"a shorter account", Facts{URL: "https://talk.test/@ann", Units: other}, Clear},
			{"the account elsewhere", Facts{URL: "https://other.test/@anna", Units: other}, Clear},
			{"the file", Facts{URL: "https://a.test/", SHA256: []string{strings.Repeat("0", 64), sum}, Units: other}, Asking},
			{"another file", Facts{URL: "https://a.test/", SHA256: []string{strings.Repeat("0", 64)}, Units: other}, Clear},
			{"picture 31 bits away", Facts{URL: "https://a.test/", PDQ: []string{"", flipped(9)}, Units: other}, Asking},
			{"picture 32 bits away", Facts{URL: "https://a.test/", PDQ: []string{flipped(8)}, Units: other}, Clear},
			{"handed in by the unit alone", Facts{URL: "https://video.example/1", SHA256: []string{sum}, PDQ: []string{flipped(40)}, Units: lone}, Clear},
			{"handed in by it and another", Facts{URL: "https://video.example/2", Units: both}, Asking},
			{"handed in by nobody known", Facts{URL: "https://video.example/3"}, Asking},
		} {
			tt.facts.Item = id.New[id.Item](c.at)
			answer := ask(t, db, tt.facts)
			if answer.State != tt.want || answer.Contact != "" {
				t.Errorf("%s: %+v, want %s", tt.name, answer, tt.want)
			}
			touches := slices.ContainsFunc(all, func(in Interest) bool { return in.Touches(tt.facts) })
			if alone := tt.name == "handed in by the unit alone"; touches != (tt.want == Asking || alone) {
				t.Errorf("%s: Touches says %v", tt.name, touches)
			}
			if tt.want == Asking && !answer.Until.Equal(c.at.Add(StandardSilence)) {
				t.Errorf("%s: the question closes at %s", tt.name, answer.Until)
			}
		}
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
		again := ask(t, db, facts)
		if again.State != Asking || again.ID != first.ID {
			t.Errorf("after an interest came: %+v", again)
		}
		ask(t, db, facts)
		events(t, db, "itm_1", "deconflict.cleared", "deconflict.waiting")
		events(t, db, "itm_1 unt_one", "deconflict.owner_asked")
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
