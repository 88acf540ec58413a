package deconflict

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// watched is an item of two that take part, in a folder in which unit three, which does not, may
// have an interest.
func watched(item id.Item) Facts {
	return Facts{Item: item, URL: "https://a.test/watched/" + string(item), Units: []id.Unit{"unt_one"}, Ask: []id.Unit{"unt_one", "unt_two"}, Silence: time.Hour}
}

func interestIn(t *testing.T, db *sqldb.DB, silence time.Duration) (in Interest) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) (err error) {
		in, err = AddInterest(tx, three, Interest{Kind: KindURLPrefix, Value: "https://a.test/watched/", Contact: "Desk Three", ExpiresAt: day(20), Silence: silence})
		return err
	})
	return in
}

func question(t *testing.T, db *sqldb.DB, item id.Item) (q Question) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) (err error) {
		q, err = QuestionTo(tx, item, three.Unit)
		return err
	})
	return q
}

func mustReply(t *testing.T, db *sqldb.DB, r Reply) {
	t.Helper()
	if _, err := reply(t, db, three, r); err != nil {
		t.Fatal(err)
	}
}

// TestTheOwnerIsAskedInTheRound, beside those who take part, and its answers are the same three.
func TestTheOwnerIsAskedInTheRound(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		in := interestIn(t, db, 0)
		facts := watched("itm_1")
		if a := ask(t, db, facts); a.State != Asking || !a.Until.Equal(c.at.Add(time.Hour)) || a.Contact != "" {
			t.Fatalf("%+v", a)
		}
		if q := question(t, db, "itm_1"); !q.ForInterest || !q.ClosesAt.Equal(c.at.Add(time.Hour)) {
			t.Errorf("%+v", q)
		}
		update(t, db, func(tx *sqldb.Tx) error {
			list, err := Touching(tx, "itm_1", "unt_three")
			if len(list) != 1 || list[0].ID != in.ID {
				t.Errorf("it is asked for %+v", list)
			}
			return err
		})
		if _, err := reply(t, db, two, Reply{Item: "itm_1", Answer: Free}); err != nil {
			t.Fatal(err)
		}
		if a := ask(t, db, facts); a.State != Asking {
			t.Errorf("with the owner's question open: %+v", a)
		}
		mustReply(t, db, Reply{Item: "itm_1", Answer: Interested, Contact: "Officer Three", Until: day(3)})
		if a := ask(t, db, facts); a.State != Hold || a.Contact != "Officer Three" || !a.Until.Equal(day(3)) {
			t.Errorf("%+v", a)
		}
		proof(t, db, "itm_1", problem.Refused, "Officer Three")
		// Neither whose interest it is nor what it is in stands in the item's history.
		events(t, db, "itm_1", "deconflict.asked", "deconflict.waiting", "deconflict.held")
		events(t, db, "itm_1 unt_three", "deconflict.owner_asked", "deconflict.answered")
		c.at = day(3)
		if a := ask(t, db, facts); a.State != Asking || waiting(t, db, "unt_three") != 1 {
			t.Errorf("the hold has ended, the interest has not: %+v", a)
		}
		mustReply(t, db, Reply{Item: "itm_1", Answer: Free})
		for range 2 {
			if a := ask(t, db, facts); a.State != Clear || waiting(t, db, "unt_three") != 0 {
				t.Errorf("after free: %+v", a)
			}
		}
	})
}

func TestSilenceOfAnOwnerClears(t *testing.T) {
	pressing := func() (bool, error) { return true, nil }
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		for i, tt := range []struct {
			name          string
			round, own    time.Duration
			pressing      func() (bool, error)
			closes, clear time.Duration
		}{
			{"the action's time", 2 * time.Hour, 0, nil, 2 * time.Hour, 2 * time.Hour},
			{"the interest's is longer", 2 * time.Hour, 72 * time.Hour, nil, 72 * time.Hour, 72 * time.Hour},
			{"the interest's is shorter", 2 * time.Hour, time.Minute, nil, 2 * time.Hour, 2 * time.Hour},
			{"nobody set one", 0, 0, nil, StandardSilence, StandardSilence},
			{"where life is threatened", 0, 72 * time.Hour, pressing, PressingSilence, PressingSilence},
			{"where life is threatened and the action waits for its units", 2 * time.Hour, 72 * time.Hour, pressing, PressingSilence, 2 * time.Hour},
			{"where life is threatened and the action is quicker", 5 * time.Minute, 0, pressing, 5 * time.Minute, 5 * time.Minute},
		} {
			c.at = day(1)
			interestIn(t, db, tt.own)
			item := id.Item("itm_" + string(rune('a'+i)))
			facts := watched(item)
			facts.Silence, facts.Pressing = tt.round, tt.pressing
			ask(t, db, facts)
			if q := question(t, db, item); !q.ClosesAt.Equal(day(1).Add(tt.closes)) {
				t.Errorf("%s: it closes at %s", tt.name, q.ClosesAt)
			}
			c.at = day(1).Add(tt.clear - time.Microsecond)
			if a := ask(t, db, facts); a.State != Asking {
				t.Errorf("%s, before: %+v", tt.name, a)
			}
			c.at = day(1).Add(tt.clear)
			if a := ask(t, db, facts); a.State != Clear {
				t.Errorf("%s, then: %+v", tt.name, a)
			}
			if q := question(t, db, item); q.Answer != Silent {
				t.Errorf("%s: %+v", tt.name, q)
			}
		}
	})
}

// TestAnInterestDeclaredLater is asked about at the next look, whether the item is clear or its
// round is open; what was answered is asked again only for an interest that came after it.
func TestAnInterestDeclaredLater(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		facts := watched("itm_1")
		ask(t, db, facts)
		c.at = c.at.Add(30 * time.Minute)
		in := interestIn(t, db, 0)
		if a := ask(t, db, facts); a.State != Asking || !a.Until.Equal(c.at.Add(time.Hour)) {
			t.Errorf("while the round is open: %+v", a)
		}
		c.at = day(2)
		if a := ask(t, db, facts); a.State != Clear {
			t.Fatalf("%+v", a)
		}
		renewed := interestIn(t, db, 2*time.Hour) // longer time, without a break
		if a := ask(t, db, facts); a.State != Clear || renewed.ID != in.ID || !renewed.DeclaredAt.Equal(in.DeclaredAt) {
			t.Errorf("renewed: %+v", a)
		}
		update(t, db, func(tx *sqldb.Tx) error { return EndInterest(tx, three, in.ID) })
		c.at = day(3)
		interestIn(t, db, 0)
		if a := ask(t, db, facts); a.State != Asking || waiting(t, db, "unt_three") != 1 {
			t.Errorf("declared anew: %+v", a)
		}
		mustReply(t, db, Reply{Item: "itm_1", Answer: Interested, Contact: "Three", Until: day(9)})
		interested(t, db, three, KindAccount, "https://a.test/watched", day(20))
		if a := ask(t, db, facts); a.State != Hold || waiting(t, db, "unt_three") != 0 {
			t.Errorf("a second interest while it holds: %+v", a)
		}
		c.at = day(9)
		if a := ask(t, db, facts); a.State != Asking || waiting(t, db, "unt_three") != 1 {
			t.Errorf("%+v", a)
		}
	})
}

// TestAnInterestThatEnds frees what waits or is held for its sake alone.
func TestAnInterestThatEnds(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		in := interestIn(t, db, 0)
		ask(t, db, watched("itm_1"))
		ask(t, db, watched("itm_2"))
		interested(t, db, three, KindURLPrefix, "https://a.test/watched/itm_3", day(9))
		ask(t, db, watched("itm_3"))
		member := watched("itm_4") // it takes part here, and is asked for that
		member.Ask = append(member.Ask, "unt_three")
		ask(t, db, member)
		mustReply(t, db, Reply{Item: "itm_2", Answer: Interested, Contact: "Three", Until: day(5)})
		ask(t, db, watched("itm_2"))
		for _, item := range []id.Item{"itm_1", "itm_2", "itm_3", "itm_4"} { // the others have answered
			if _, err := reply(t, db, two, Reply{Item: item, Answer: Free}); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return EndInterest(tx, two, in.ID) }); !problem.Is(err, problem.Forbidden) {
			t.Fatalf("another unit ended it: %v", err)
		}
		for range 2 {
			update(t, db, func(tx *sqldb.Tx) error { return EndInterest(tx, three, in.ID) })
		}
		expired(t, db, c.at, "itm_1", "itm_2")
		for item, want := range map[id.Item]string{"itm_1": Clear, "itm_2": Clear, "itm_3": Asking} {
			if a := ask(t, db, watched(item)); a.State != want {
				t.Errorf("%s: %+v, want %s", item, a, want)
			}
		}
		if a := ask(t, db, member); a.State != Asking {
			t.Errorf("where it takes part: %+v", a)
		}
		events(t, db, string(in.ID), "deconflict.interest_added", "deconflict.interest_ended")
		events(t, db, "itm_2 unt_three", "deconflict.owner_asked", "deconflict.answered", "deconflict.answered")
	})
}

// TestAQuestionClosesWithItsInterest: what has ended claims nothing.
func TestAQuestionClosesWithItsInterest(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		interested(t, db, three, KindURLPrefix, "https://a.test/watched/", c.at.Add(20*time.Minute))
		if a := ask(t, db, watched("itm_1")); !question(t, db, "itm_1").ClosesAt.Equal(c.at.Add(20*time.Minute)) || !a.Until.Equal(c.at.Add(time.Hour)) {
			t.Errorf("%+v, %+v", question(t, db, "itm_1"), a)
		}
		c.at = c.at.Add(time.Hour)
		if a := ask(t, db, watched("itm_1")); a.State != Clear {
			t.Errorf("%+v", a)
		}
	})
}
