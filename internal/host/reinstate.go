package host

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/host/service"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// comingBack is by which path content comes back, and whom a complaint names to tell.
type comingBack struct {
	Path     string `json:"path,omitempty"`
	Contact  string `json:"contact,omitempty"`
	Language string `json:"language,omitempty"`
}

// Reinstate has the service put content back of its own accord, or because an order is without
// effect (Article 4(7)).
func (h *Host) Reinstate(ctx context.Context, who auth.Principal, target id.Case, place int, byHand string) (acts.Act, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (acts.Act, error) {
		return h.planReinstate(tx, who.Actor(), target, place, byHand, comingBack{})
	})
}

// planReinstate is the one way by which content comes back, whoever wants it: what an order in
// force keeps down stays down.
func (h *Host) planReinstate(tx *sqldb.Tx, by audit.Actor, target id.Case, place int, byHand string, as comingBack) (acts.Act, error) {
	it, err := cases.OneItem(tx, target, place)
	if err != nil {
		return acts.Act{}, err
	}
	if err := mayReturn(tx, it); err != nil {
		return acts.Act{}, err
	}
	if byHand != "" {
		return acts.Act{}, h.reinstated(tx, by, it, tx.Now, byHand, as)
	}
	if !h.service.Set() {
		return acts.Act{}, problem.New(problem.Invalid, "no command and no address of the service is set; reinstate the content yourself and say that you did")
	}
	payload, err := json.Marshal(as)
	if err != nil {
		return acts.Act{}, err
	}
	a, err := acts.Add(tx, by, acts.Act{Case: target, Place: place, Kind: acts.Reinstate, Way: acts.Service, Target: it.URL, Payload: string(payload)})
	if err != nil {
		return a, err
	}
	return a, eachAsked(tx, it, reinstatements.Open, func(r reinstatements.Request) error { return reinstatements.Start(tx, by, r) })
}

// mayReturn refuses to bring content back that an order in force keeps down: the order of the item's
// own case, or one of another case, of whatever authority, about the same content.
func mayReturn(tx *sqldb.Tx, it cases.Item) error {
	if !it.Down() {
		return problem.New(problem.Conflict, "this content is not disabled")
	}
	c, err := cases.Get(tx, it.Case)
	if err != nil {
		return err
	}
	twins, err := cases.Same(tx, it)
	if err != nil {
		return err
	}
	for _, t := range append([]cases.Twin{{Case: c, Item: it}}, twins...) {
		if err := keepsDown(tx, t); err != nil {
			return err
		}
	}
	return nil
}

// keepsDown refuses where an order keeps an item down. A removal order does from its receipt, executed
// or not, until it is without effect; an order under Article 9 of the Digital Services Act, which has
// no such end, once effect was given to it, until its authority asks for the content back.
func keepsDown(tx *sqldb.Tx, t cases.Twin) error {
	switch t.Case.Track {
	case cases.Order:
		order, err := cases.Follow(tx, t.Case.ID)
		if err != nil || order.Void() {
			return err
		}
		return problem.New(problem.Refused, "a removal order that is in force keeps this content down: %s of %s. The content provider can contest it with the authority or the court that the order names, and ask the home authority to review it within 48 hours (Article 4(4))",
			t.Case.Reference, t.Case.Authority)
	case cases.ActOrder:
		if !t.Item.Down() {
			return nil
		}
		asked, err := reinstatements.WasAsked(tx, t.Case.ID, t.Item.Place)
		if err != nil || asked {
			return err
		}
		return problem.New(problem.Refused, "an order under Article 9 of Regulation (EU) 2022/2065 keeps this content down: %s of %s; it can be contested with that authority, or a court", t.Case.Reference, t.Case.Authority)
	}
	return nil
}

// heldDown is why an item must stay down, in words; empty when nothing keeps it there.
func heldDown(tx *sqldb.Tx, it cases.Item) (string, error) {
	err := mayReturn(tx, it)
	if problem.Is(err, problem.Refused) {
		return problem.Message(err), nil
	}
	return "", err
}

// eachAsked does something with the proven requests about an item that are in a state.
func eachAsked(tx *sqldb.Tx, it cases.Item, state string, do func(reinstatements.Request) error) error {
	list, err := reinstatements.OfItem(tx, it.Case, it.Place, it.Canonical)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Trusted() && (state == "" || r.State == state) {
			if err := do(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// reinstated records that content is back: in its case, in every other case about the same content,
// with those who asked for it, and that its provider is to be told.
func (h *Host) reinstated(tx *sqldb.Tx, by audit.Actor, it cases.Item, at time.Time, how string, as comingBack) error {
	if !it.Down() {
		return nil // it came back by another path meanwhile
	}
	twins, err := cases.Same(tx, it)
	if err != nil {
		return err
	}
	void, err := h.backIn(tx, by, it, at, how)
	if err != nil {
		return err
	}
	for _, t := range twins {
		if !t.Item.Down() {
			continue
		}
		also, err := h.backIn(tx, by, t.Item, at, how)
		if err != nil {
			return err
		}
		void = void || also
	}
	asked := false
	err = eachAsked(tx, it, "", func(r reinstatements.Request) error {
		asked = true
		if r, err = reinstatements.Decide(tx, by, r, reinstatements.Reinstated, ""); err != nil {
			return err
		}
		return h.reply(tx, by, r, at)
	})
	if err != nil {
		return err
	}
	switch {
	case as.Path != "":
	case void:
		as.Path = reinstatements.ByVoid
	case asked:
		as.Path = reinstatements.ByRequest
	default:
		as.Path = reinstatements.ByOwn
	}
	return h.cameBack(tx, by, it, at, as)
}

// backIn records in one case that its item is back. void: the case is that of an order without effect.
func (h *Host) backIn(tx *sqldb.Tx, by audit.Actor, it cases.Item, at time.Time, how string) (void bool, err error) {
	if err := cases.Acted(tx, by, it, cases.Reinstated, at); err != nil {
		return false, err
	}
	c, err := cases.Get(tx, it.Case)
	if err != nil || c.Track != cases.Order {
		return false, err
	}
	_, err = cases.Record(tx, by, c.ID, law.Event{Kind: law.Reinstated, At: at}, map[string]string{"how": how})
	if problem.Is(err, problem.Refused) {
		// The order lost its effect before it was executed, or what was kept of it is erased: the
		// content is back, and the Regulation has no event for that.
		return true, audit.Append(tx, by, audit.Entry{Verb: "case.back_besides", Subject: string(c.ID), Detail: map[string]string{"how": how, "why": problem.Message(err)}})
	}
	if err != nil {
		return true, err
	}
	return true, h.tellFollowed(tx, by, c, law.Reinstated, at)
}

// stillRight looks, as an attempt begins, whether what was planned may still be done: an order may
// have come in since. why is empty when it may.
func (h *Host) stillRight(tx *sqldb.Tx, a acts.Act, c cases.Case) (why string, err error) {
	switch a.Kind {
	case acts.Reinstate, acts.Back:
	case acts.Inform:
		err := mayInform(tx, c)
		if problem.Is(err, problem.Refused) {
			return problem.Message(err), nil
		}
		return "", err
	default:
		return "", nil
	}
	it, err := cases.OneItem(tx, a.Case, a.Place)
	if err != nil {
		return "", err
	}
	if a.Kind == acts.Back {
		until, err := secretUntil(tx, it)
		if err == nil && until.After(tx.Now) {
			why = "the content provider must not be told before the non-disclosure of an order that came since ends (Article 11(3))"
		}
		return why, err
	}
	err = mayReturn(tx, it)
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) {
		return problem.Message(err), nil
	}
	return "", err
}

// pathOf is by which path an act brings content back.
func pathOf(a acts.Act) (as comingBack) {
	json.Unmarshal([]byte(a.Payload), &as) // what planReinstate wrote; "{}" of earlier versions
	return as
}

// takeBack opens what was kept of content that the service removed, to hand it back: what was only
// disabled the service still has, and preserved content is opened for nothing that can do without
// (Article 6(1)). Each opening is noted before the first byte is read.
func (h *Host) takeBack(ctx context.Context, a acts.Act) (list []service.Copy, err error) {
	err = h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		list = nil
		it, err := cases.OneItem(tx, a.Case, a.Place)
		if err != nil || it.Content != cases.Removed {
			return err
		}
		twins, err := cases.Same(tx, it)
		if err != nil {
			return err
		}
		of := []cases.Item{it} // the act that removed it may have been another case's
		for _, t := range twins {
			of = append(of, t.Item)
		}
		for _, it := range of {
			kept, err := vault.OfItem(tx, it.Case, it.Place)
			if err != nil {
				return err
			}
			for _, k := range kept {
				if _, err := vault.NoteAccess(tx, audit.Actor{User: a.CreatedBy}, k.ID, vault.ForReview, "handed back to the service, which reinstates the content ("+string(a.ID)+")"); err != nil {
					return err
				}
				list = append(list, service.Copy{Name: k.Name, Type: k.Type, Open: func() (io.ReadCloser, error) { return h.vault.Read(k.ID) }})
			}
		}
		return nil
	})
	return list, err
}

// backAgain: a person has the service try again what failed, and the requests are under way once more.
func (h *Host) backAgain(tx *sqldb.Tx, by audit.Actor, a acts.Act) error {
	it, err := cases.OneItem(tx, a.Case, a.Place)
	if err != nil {
		return err
	}
	return eachAsked(tx, it, reinstatements.Open, func(r reinstatements.Request) error { return reinstatements.Start(tx, by, r) })
}

// notBack puts the requests before people again whose content the service could not bring back.
func (h *Host) notBack(tx *sqldb.Tx, by audit.Actor, a acts.Act) error {
	it, err := cases.OneItem(tx, a.Case, a.Place)
	if err != nil {
		return err
	}
	return eachAsked(tx, it, reinstatements.UnderWay, func(r reinstatements.Request) error { return reinstatements.Reopen(tx, by, r, a.Detail) })
}
