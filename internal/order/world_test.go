package order_test

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// world is a database with two people, a hosting service and items that are ready to be
// ordered removed, and a clock that the test owns.
type world struct {
	*testing.T
	db       *sqldb.DB
	now      time.Time
	ann, bob audit.Actor
	host     id.Platform
}

var start = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

func each(t *testing.T, fn func(w *world)) {
	var w *world
	dbtest.EachAt(t, func() time.Time { return w.clock() }, func(t *testing.T, db *sqldb.DB) {
		w = &world{T: t, db: db, now: start}
		w.update(w.populate)
		fn(w)
	})
}

func (w *world) clock() time.Time {
	if w == nil {
		return start
	}
	return w.now
}

func (w *world) after(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) update(fn func(*sqldb.Tx) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) try(fn func(*sqldb.Tx) error) error { return w.db.Update(w.Context(), fn) }

func (w *world) populate(tx *sqldb.Tx) error {
	unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Example Unit", Country: "DE", Kind: "authority"})
	if err != nil {
		return err
	}
	for name, who := range map[string]*audit.Actor{"Ann Example": &w.ann, "Bob Example": &w.bob} {
		u, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit.ID, Name: name, Email: name[:3] + "@desk.test", Roles: []auth.Role{auth.Coordinator}})
		if err != nil {
			return err
		}
		*who = audit.Actor{User: u.ID, Unit: unit.ID}
	}
	p, err := platform.Add(tx, audit.System, platform.Platform{Name: "Clips", Country: "IE", Language: "en", Transport: platform.SMTP, ContactEmail: "tco@clips.example",
		Rules: link.Rules{Hosts: []string{"clips.example"}}})
	w.host = p.ID
	return err
}

// proofs takes an item the whole way to where it can be ordered removed.
func (w *world) proofs(tx *sqldb.Tx, address string) (c assess.Confirmed, d deconflict.Clearance, err error) {
	book, err := platform.ReadBook(tx)
	if err != nil {
		return c, d, err
	}
	place, err := book.Canonical(address)
	if err != nil {
		return c, d, err
	}
	made, err := item.Add(tx, w.ann, "act_1", []item.New{{Canonical: place, Seen: address}})
	if err != nil {
		return c, d, err
	}
	added := made[0].ID
	there, err := assess.Of(tx, added)
	if err != nil {
		return c, d, err
	}
	for _, by := range []audit.Actor{w.ann, w.bob}[len(there):] {
		if _, _, err := assess.Record(tx, by, assess.New{Item: added, Decision: assess.Terrorist, Limbs: []string{"a", "c"}, Purpose: law.NoPurpose,
			PurposeReasons: "no context around it", Confidence: 90, Reasons: "calls for joining Sample Brigade"}); err != nil {
			return c, d, err
		}
	}
	if _, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: added, URL: place.URL, Units: []id.Unit{w.ann.Unit}}); err != nil {
		return c, d, err
	}
	if c, err = assess.TwoPeople(tx, added); err != nil {
		return c, d, err
	}
	d, err = deconflict.Cleared(tx, added)
	return c, d, err
}

func filled() law.Filled {
	return law.Filled{"a.issuing_member_state": "DE", "a.addressee": "Clips Ltd", "a.contact_point": "tco@clips.example", "a.host_member_state": "IE",
		"e.type": "law_enforcement", "e.name": "Example Unit", "e.representative": "the person who approves this order", "e.post": "officer", "e.address": "1 Example Street",
		"e.telephone": "+49 30 000000", "e.email": "unit@desk.test", "f.issuing_contact": "unit@desk.test", "f.home_contact": "home@authority.example",
		"g.body": "Example Court", "g.deadline": "one month from notification", "g.provisions": "https://law.example/redress"}
}

const address = "https://clips.example/v/1"

func (w *world) new(tx *sqldb.Tx) (order.New, error) { return w.newOn(tx, address) }

func (w *world) newOn(tx *sqldb.Tx, address string) (order.New, error) {
	c, d, err := w.proofs(tx, address)
	return order.New{Confirmed: c, Clearance: d, Platform: w.host, Unit: w.ann.Unit, URL: address, Language: "en", Filled: filled(),
		Emergency: "an attack goes on", CrossBorder: true, Home: "aut_home"}, err
}

// issued drafts an order as ann and approves it as bob, changed by the function.
func (w *world) issued(change func(*order.New)) (o order.Order) {
	w.Helper()
	return w.issuedOn(address, change)
}

func (w *world) issuedOn(address string, change func(*order.New)) (o order.Order) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		in, err := w.newOn(tx, address)
		if err != nil {
			return err
		}
		if change != nil {
			change(&in)
		}
		draft, err := order.Draft(tx, w.ann, in)
		if err != nil {
			return err
		}
		o, err = order.Approve(tx, w.bob, draft.ID)
		return err
	})
	return o
}

// happens records an event now.
func (w *world) happens(o id.Order, kinds ...law.Kind) (out order.Order) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) (err error) {
		for _, k := range kinds {
			if out, err = order.Record(tx, w.bob, o, law.Event{Kind: k, At: tx.Now}, order.Detail{}); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// received is an order that the host has.
func (w *world) received(change func(*order.New)) order.Order {
	w.Helper()
	o := w.issued(change)
	if !o.CrossBorder {
		return w.happens(o.ID, law.Sent, law.Received)
	}
	return w.happens(o.ID, law.Sent, law.CopySent, law.Received, law.CopyReceived)
}

func (w *world) get(o id.Order) (out order.Order) {
	w.Helper()
	if err := w.db.View(w.Context(), func(tx *sqldb.Tx) (err error) { out, err = order.Get(tx, o); return err }); err != nil {
		w.Fatal(err)
	}
	return out
}
