package redress

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func person(name string) audit.Actor {
	return audit.Actor{User: id.User("usr_" + name), Unit: "unt_one"}
}

// world is a database with one item that ann and bob assessed.
type world struct {
	*testing.T
	db *sqldb.DB
	at time.Time
}

func each(t *testing.T, fn func(w *world)) {
	w := &world{at: start}
	dbtest.EachAt(t, func() time.Time { return w.at }, func(t *testing.T, db *sqldb.DB) {
		*w = world{t, db, start}
		for _, name := range []string{"ann", "bob"} {
			w.update(func(tx *sqldb.Tx) error {
				_, _, err := assess.Record(tx, person(name), assess.New{Item: "itm_1", Decision: assess.Terrorist, Limbs: []string{"a"}, Purpose: law.NoPurpose,
					PurposeReasons: "no context", Confidence: 90, Reasons: "calls for joining Sample Brigade"})
				return err
			})
		}
		fn(w)
	})
}

func (w *world) update(fn func(*sqldb.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

func complaint() New {
	return New{Item: "itm_1", Platform: "plf_1", Unit: "unt_one", Subject: "ref_1", Complainant: Provider, Contact: "writer@mail.example", Reasons: "It is a news report."}
}

func (w *world) file(in New) (c Complaint) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) (err error) { c, err = File(tx, person("cyd"), in); return err })
	return c
}

func (w *world) reassess(name string, c id.Complaint, decision string) (got Complaint, err error) {
	in := Finding{Decision: decision, Reasons: "the made-up reasons of " + name}
	if decision == assess.Terrorist {
		in.Limbs = []string{"c", "a"}
	}
	err = w.db.Update(w.Context(), func(tx *sqldb.Tx) (err error) { got, err = Reassess(tx, person(name), c, in); return err })
	return got, err
}

// TestWhoTookPartDoesNotDecide: who assessed the item, who is no person, and who has just found.
func TestWhoTookPartDoesNotDecide(t *testing.T) {
	each(t, func(w *world) {
		c := w.file(complaint())
		for _, name := range []string{"ann", "bob"} {
			if _, err := w.reassess(name, c.ID, assess.Terrorist); !problem.Is(err, problem.Refused) {
				w.Errorf("%s, who assessed it, decides: %v", name, err)
			}
		}
		if err := w.db.Update(w.Context(), func(tx *sqldb.Tx) error {
			_, err := Reassess(tx, audit.System, c.ID, Finding{Decision: assess.NotTerrorist, Reasons: "x"})
			return err
		}); !problem.Is(err, problem.Refused) {
			w.Errorf("the program decides: %v", err)
		}
		if got, err := w.reassess("dee", c.ID, assess.NotTerrorist); err != nil || got.State != Open {
			w.Errorf("after one: %s %v", got.State, err)
		}
		if _, err := w.reassess("dee", c.ID, assess.NotTerrorist); !problem.Is(err, problem.Refused) {
			w.Errorf("the same person again: %v", err)
		}
		if got, err := w.reassess("eva", c.ID, assess.NotTerrorist); err != nil || got.Outcome != Reversed || got.State != Decided {
			w.Errorf("after two: %s %s %v", got.State, got.Outcome, err)
		}
		if _, err := w.reassess("flo", c.ID, assess.Terrorist); !problem.Is(err, problem.Conflict) {
			w.Errorf("after the decision: %v", err)
		}
		again := w.file(complaint())
		if again.ID == c.ID {
			w.Error("a new complaint after the decision is the old one")
		}
		if _, err := w.reassess("eva", again.ID, assess.Terrorist); !problem.Is(err, problem.Refused) {
			w.Errorf("who decided the first complaint decides the second: %v", err)
		}
	})
}

// TestWhoFilesDoesNotDecide: neither on that complaint nor on the next about the item. Nor does
// who justified that the item leaves.
func TestWhoFilesDoesNotDecide(t *testing.T) {
	each(t, func(w *world) {
		c := w.file(complaint())
		if _, err := w.reassess("cyd", c.ID, assess.NotTerrorist); !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "you filed C-2026-000001") {
			w.Errorf("who filed it decides: %v", err)
		}
		for _, name := range []string{"dee", "eva"} {
			if _, err := w.reassess(name, c.ID, assess.Terrorist); err != nil {
				w.Fatal(err)
			}
		}
		next := complaint()
		next.Complainant = Platform
		w.update(func(tx *sqldb.Tx) (err error) { c, err = File(tx, person("contact"), next); return err })
		if err := w.db.Housekeeping(w.Context(), "a row of another room", func(tx *sqldb.Tx) error {
			_, err := tx.Exec("INSERT INTO justification (item_id, user_id, text, at) VALUES ('itm_1', 'usr_jan', 'it matters', 0)")
			return err
		}); err != nil {
			w.Fatal(err)
		}
		for name, took := range map[string]bool{"ann": true, "bob": true, "cyd": true, "dee": true, "eva": true, "jan": true, "flo": false} {
			if _, err := w.reassess(name, c.ID, assess.NotTerrorist); problem.Is(err, problem.Refused) != took || !took && err != nil {
				w.Errorf("%s decides on the next complaint: %v", name, err)
			}
		}
	})
}

func TestWhatTheFindingsComeTo(t *testing.T) {
	const yes, no = assess.Terrorist, assess.NotTerrorist
	for want, list := range map[string][][]string{"": {{}, {yes}, {no}, {yes, no}, {no, yes}}, Upheld: {{yes, yes}, {yes, no, yes}, {no, yes, yes}}, Reversed: {{no, no}, {no, yes, no}, {yes, no, no}}} {
		for _, decisions := range list {
			var found []Reassessment
			for _, d := range decisions {
				found = append(found, Reassessment{Finding: Finding{Decision: d}})
			}
			if got := settle(found); got != want {
				t.Errorf("%v comes to %q, want %q", decisions, got, want)
			}
		}
	}
}

// TestTheTwoWeeksRunFromReceipt, not from when somebody typed it in.
func TestTheTwoWeeksRunFromReceipt(t *testing.T) {
	each(t, func(w *world) {
		in := complaint()
		in.ReceivedAt = start.AddDate(0, 0, -3)
		c := w.file(in)
		if want := start.AddDate(0, 0, 11); !c.DueAt.Equal(want) || c.Reference != "C-2026-000001" {
			w.Errorf("%s is due %s, want %s", c.Reference, c.DueAt, want)
		}
		if again := w.file(in); again.ID != c.ID {
			w.Error("filed twice")
		}
		for name, spoil := range map[string]func(*New){"no reasons": func(n *New) { n.Reasons = " " }, "nobody": func(n *New) { n.Complainant = "passer-by" }, "from the future": func(n *New) { n.ReceivedAt = start.Add(time.Hour) }, "no item": func(n *New) { n.Item = "" }} {
			bad := complaint()
			spoil(&bad)
			if err := w.db.Update(w.Context(), func(tx *sqldb.Tx) error { _, err := File(tx, person("cyd"), bad); return err }); !problem.Is(err, problem.Invalid) {
				w.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestTheOutcomeIsTold once there is one.
func TestTheOutcomeIsTold(t *testing.T) {
	each(t, func(w *world) {
		c := w.file(complaint())
		tell := func() error {
			return w.db.Update(w.Context(), func(tx *sqldb.Tx) error {
				_, err := Tell(tx, person("cyd"), c.ID, "by mail")
				return err
			})
		}
		if err := tell(); !problem.Is(err, problem.Refused) {
			w.Errorf("told before it was decided: %v", err)
		}
		for _, name := range []string{"dee", "eva"} {
			if _, err := w.reassess(name, c.ID, assess.Terrorist); err != nil {
				w.Fatal(err)
			}
		}
		if err := tell(); err != nil {
			w.Error(err)
		}
		var verbs []string
		w.update(func(tx *sqldb.Tx) error {
			list, err := audit.History(tx, string(c.ID))
			for _, e := range list {
				verbs = append(verbs, e.Verb)
			}
			return err
		})
		if diff := cmp.Diff([]string{"complaint.filed", "complaint.reassessed", "complaint.reassessed", "complaint.decided", "complaint.told"}, verbs); diff != "" {
			w.Error(diff)
		}
	})
}

// TestAFindingFollowsTheLaw: limbs and purposes exclude each other here as everywhere.
func TestAFindingFollowsTheLaw(t *testing.T) {
	for name, f := range map[string]Finding{
		"terrorist without a limb":           {Decision: assess.Terrorist, Reasons: "x"},
		"terrorist with a protected purpose": {Decision: assess.Terrorist, Limbs: []string{"a"}, Purpose: "journalism", Reasons: "x"},
		"a limb and no purpose":              {Decision: assess.NotTerrorist, Limbs: []string{"a"}, Reasons: "x"},
		"no reasons":                         {Decision: assess.NotTerrorist},
		"no decision":                        {Reasons: "x"},
		"an unknown limb":                    {Decision: assess.Terrorist, Limbs: []string{"z"}, Reasons: "x"},
		"an unknown purpose":                 {Decision: assess.NotTerrorist, Purpose: "fun", Reasons: "x"},
	} {
		if err := f.check(law.TCO()); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := Finding{Decision: assess.NotTerrorist, Limbs: []string{"c", "a"}, Purpose: "journalism", Reasons: " a report "}
	if err := f.check(law.TCO()); err != nil || !cmp.Equal(f.Limbs, []string{"a", "c"}) || f.Reasons != "a report" {
		t.Errorf("%+v %v", f, err)
	}
}
