package deconflict

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

var three = audit.Actor{User: "usr_cyd", Unit: "unt_three"}

func reply(t *testing.T, db *sqldb.DB, by audit.Actor, r Reply) (q Question, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		q, err = AnswerRound(tx, by, r)
		return err
	})
	return q, err
}

func asked(item id.Item) Facts {
	return Facts{Item: item, URL: "https://a.test/" + string(item), Units: []id.Unit{"unt_one"}, Ask: []id.Unit{"unt_one", "unt_two", "unt_three"}, Silence: time.Hour}
}

func waiting(t *testing.T, db *sqldb.DB, unit id.Unit) (n int) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		list, err := Waiting(tx, unit, 10)
		n = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTheRound: who handed it in is not asked; the item is clear when all others are.
func TestTheRound(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		if a := ask(t, db, asked("itm_1")); a.State != Asking || !a.Until.Equal(c.at.Add(time.Hour)) {
			t.Fatalf("%+v", a)
		}
		if waiting(t, db, "unt_one") != 0 || waiting(t, db, "unt_two") != 1 || waiting(t, db, "unt_three") != 1 {
			t.Error("the wrong units are asked")
		}
		proof(t, db, "itm_1", problem.Refused, "still being asked")
		if _, err := reply(t, db, two, Reply{Item: "itm_1", Answer: Free}); err != nil {
			t.Fatal(err)
		}
		if a := ask(t, db, asked("itm_1")); a.State != Asking {
			t.Errorf("with one answer of two: %+v", a)
		}
		if _, err := reply(t, db, three, Reply{Item: "itm_1", Answer: Free}); err != nil {
			t.Fatal(err)
		}
		if a := ask(t, db, asked("itm_1")); a.State != Clear {
			t.Errorf("with both: %+v", a)
		}
		proof(t, db, "itm_1", 0, "")
		if _, err := reply(t, db, one, Reply{Item: "itm_1", Answer: Free}); !problem.Is(err, problem.NotFound) {
			t.Errorf("who was not asked answers: %v", err)
		}
		events(t, db, "itm_1", "deconflict.asked", "deconflict.waiting", "deconflict.cleared")
		events(t, db, "itm_1 unt_two", "deconflict.answered")
	})
}

func TestSilenceClears(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		ask(t, db, asked("itm_1"))
		c.at = c.at.Add(59 * time.Minute)
		expired(t, db, c.at)
		if a := ask(t, db, asked("itm_1")); a.State != Asking {
			t.Errorf("before the time: %+v", a)
		}
		c.at = c.at.Add(time.Minute)
		expired(t, db, c.at, "itm_1")
		if a := ask(t, db, asked("itm_1")); a.State != Clear {
			t.Errorf("after it: %+v", a)
		}
		expired(t, db, c.at)
		if waiting(t, db, "unt_two") != 0 {
			t.Error("a closed question still waits")
		}
		update(t, db, func(tx *sqldb.Tx) error {
			questions, err := Round(tx, "itm_1")
			for _, q := range questions {
				if q.Answer != Silent || q.AnsweredBy != "" {
					t.Errorf("%+v", q)
				}
			}
			return err
		})
		events(t, db, "itm_1", "deconflict.asked", "deconflict.waiting", "deconflict.silence", "deconflict.cleared")
	})
}

// TestAnInvestigationHolds, until its end; then that unit alone is asked once more.
func TestAnInvestigationHolds(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		ask(t, db, asked("itm_1"))
		if _, err := reply(t, db, two, Reply{Item: "itm_1", Answer: Interested, Contact: " Duty officer Two ", Until: day(3)}); err != nil {
			t.Fatal(err)
		}
		a := ask(t, db, asked("itm_1"))
		if a.State != Hold || a.Contact != "Duty officer Two" || !a.Until.Equal(day(3)) {
			t.Fatalf("%+v", a)
		}
		proof(t, db, "itm_1", problem.Refused, "Duty officer Two")
		c.at = c.at.Add(2 * time.Hour) // the other unit's question has closed: the hold stays
		if a = ask(t, db, asked("itm_1")); a.State != Hold {
			t.Errorf("%+v", a)
		}
		c.at = day(3)
		expired(t, db, c.at, "itm_1")
		if a = ask(t, db, asked("itm_1")); a.State != Asking || waiting(t, db, "unt_two") != 1 || waiting(t, db, "unt_three") != 0 {
			t.Errorf("%+v", a)
		}
		if _, err := reply(t, db, two, Reply{Item: "itm_1", Answer: Free}); err != nil {
			t.Fatal(err)
		}
		if a = ask(t, db, asked("itm_1")); a.State != Clear {
			t.Errorf("%+v", a)
		}
		// A unit that learns of it late holds what has not left.
		if _, err := reply(t, db, three, Reply{Item: "itm_1", Answer: Interested, Contact: "Three", Until: day(5)}); err != nil {
			t.Fatal(err)
		}
		if a = ask(t, db, asked("itm_1")); a.State != Hold || a.Contact != "Three" {
			t.Errorf("%+v", a)
		}
	})
}

func TestAnExistingOrderIsKept(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		facts := asked("itm_1")
		ask(t, db, facts)
		order := Order{URL: facts.URL, Reference: "XA-1", Authority: "Authority of XA", IssuedAt: day(1)}
		if q, err := reply(t, db, two, Reply{Item: "itm_1", Answer: ExistingOrder, Order: order}); err != nil || q.Reference != "XA-1" {
			t.Fatalf("%+v, %v", q, err)
		}
		update(t, db, func(tx *sqldb.Tx) error {
			got, found, err := OrderOn(tx, facts.URL)
			if !found || got != order {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}

// TestWithNoSilenceNobodyIsAsked, and it is clear at once.
func TestWithNoSilenceNobodyIsAsked(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		facts := asked("itm_1")
		facts.Silence = 0
		if a := ask(t, db, facts); a.State != Clear || waiting(t, db, "unt_two") != 0 {
			t.Errorf("%+v", a)
		}
		facts.Silence = time.Hour // the action asks from now on: what is clear stays so
		if a := ask(t, db, facts); a.State != Clear || waiting(t, db, "unt_two") != 0 {
			t.Errorf("%+v", a)
		}
		alone := asked("itm_2")
		alone.Units = alone.Ask
		if a := ask(t, db, alone); a.State != Clear {
			t.Errorf("all units handed it in: %+v", a)
		}
	})
}

func TestRepliesThatMakeNoSense(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		ask(t, db, asked("itm_1"))
		for _, r := range []Reply{
			{Answer: ""}, {Answer: "maybe"}, {Answer: Silent},
			{Answer: Interested, Until: day(3)}, {Answer: Interested, Contact: "x"}, {Answer: Interested, Contact: "x", Until: day(1)},
			{Answer: Interested, Contact: "x", Until: day(1).AddDate(1, 0, 0)}, {Answer: Interested, Contact: strings.Repeat("x", 501), Until: day(3)},
			{Answer: ExistingOrder}, {Answer: ExistingOrder, Order: Order{URL: "https://a.test/", Reference: "R"}},
		} {
			r.Item = "itm_1"
			if _, err := reply(t, db, two, r); !problem.Is(err, problem.Invalid) {
				t.Errorf("%+v was taken: %v", r, err)
			}
		}
	})
}

func TestAnAccountIsNamedWhole(t *testing.T) {
	for _, bad := range []string{"https://post.test", "https://post.test/", "post.test/@anna", "https://post.test/u?name=anna"} {
		if _, err := checkedInterest(Interest{Kind: KindAccount, Value: bad, Contact: "x", ExpiresAt: day(9)}, day(1)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s is an account: %v", bad, err)
		}
	}
}
