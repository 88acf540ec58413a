package host

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/prints"
	"github.com/argine/argine/internal/host/service"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// run makes one attempt at an act: it is noted that it begins, it is made, it is noted what it
// came to and what follows. See package acts for what a crash in between means.
func (h *Host) run(ctx context.Context, target id.Act) error {
	var a acts.Act
	var c cases.Case
	ready, why := false, ""
	err := h.DB.Housekeeping(ctx, "that an attempt begins", func(tx *sqldb.Tx) (err error) {
		if a, ready, err = acts.Begin(tx, target); err != nil || !ready || a.Case == "" {
			return err
		}
		if c, err = cases.Get(tx, a.Case); err == nil {
			why, err = h.stillRight(tx, a, c)
		}
		return err
	})
	if err != nil || !ready {
		return err
	}
	result, follow, seen := acts.Result{State: acts.Failed, Detail: why}, following(nil), []prints.Print(nil)
	if why == "" {
		result, follow, seen = h.attempt(ctx, a, c)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	err = h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		done, err := acts.Finish(tx, audit.System, a, result)
		if err == nil && done.State == acts.Failed && a.Kind == acts.Reinstate {
			return h.notBack(tx, audit.System, done)
		}
		if err != nil || done.State != acts.Done {
			return err
		}
		return follow(tx)
	})
	if err == nil {
		err = h.learnItem(ctx, a.Case, a.Place, seen)
	}
	h.wake()
	return err
}

type following func(*sqldb.Tx) error

func (h *Host) attempt(ctx context.Context, a acts.Act, c cases.Case) (acts.Result, following, []prints.Print) {
	if a.Way == acts.Service {
		return h.askService(ctx, a, c)
	}
	result := h.send(ctx, a, c)
	return result, func(tx *sqldb.Tx) error { return h.arrived(tx, audit.System, a, tx.Now) }, nil
}

// askService has the service do something, and seals the copies that it hands over before
// anything is noted: a crash in between leaves a file that no row names, and the next start
// removes it; the service is asked again and hands over again. Of the copies of what it disabled
// there are fingerprints, too.
func (h *Host) askService(ctx context.Context, a acts.Act, c cases.Case) (acts.Result, following, []prints.Print) {
	task := service.Task{ID: string(a.ID), Action: a.Kind, Case: string(a.Case), Track: string(c.Track), URL: a.Target, Reference: c.Reference, Authority: c.Authority, Account: c.Provider.Account}
	if a.Kind == acts.Inform || a.Kind == acts.Back {
		var l letter
		if err := json.Unmarshal([]byte(a.Payload), &l); err != nil {
			return acts.Result{State: acts.Failed, Detail: err.Error()}, nil, nil
		}
		task.Action, task.Text, task.Language = acts.Inform, l.Body, l.Language
	}
	if a.Kind == acts.Reinstate {
		var err error
		if task.Back, err = h.takeBack(ctx, a); err != nil {
			return acts.Result{State: acts.Due, Detail: "what was kept could not be opened: " + problem.Message(err)}, nil, nil
		}
	}
	out := h.service.Do(ctx, task, h.DB.Now())
	at := h.DB.Now()
	if out.Close != nil {
		defer out.Close()
	}
	if !out.Done {
		state := acts.Failed
		if out.Again {
			state = acts.Due
		}
		return acts.Result{State: state, Detail: out.Detail}, nil, nil
	}
	kept, err := h.seal(ctx, a, out.Copies)
	if err != nil {
		return acts.Result{State: acts.Due, Detail: "what the service handed over could not be sealed: " + problem.Message(err)}, nil, nil
	}
	var seen []prints.Print
	if a.Kind == acts.Disable {
		seen = h.fingerprintSoon(ctx, out.Copies)
	}
	follow := func(tx *sqldb.Tx) error {
		for _, k := range kept {
			if err := vault.Keep(tx, audit.System, k); err != nil {
				return err
			}
		}
		return h.serviceDid(tx, a, out.Report, at)
	}
	return acts.Result{State: acts.Done, Detail: out.Detail}, follow, seen
}

// serviceDid records what it means in the case that the service did what it was asked.
func (h *Host) serviceDid(tx *sqldb.Tx, a acts.Act, said service.Report, at time.Time) error {
	switch a.Kind {
	case acts.Disable:
		content := cases.Disabled
		if said.Removed {
			content = cases.Removed
		}
		provider := cases.Provider{Account: said.Provider.Account, Mail: said.Provider.Mail, Language: said.Provider.Language}
		return h.disabled(tx, audit.System, a, content, at, provider)
	case acts.Reinstate:
		it, err := cases.OneItem(tx, a.Case, a.Place)
		if err != nil {
			return err
		}
		return h.reinstated(tx, audit.System, it, at, "service", pathOf(a))
	}
	return h.arrived(tx, audit.System, a, at)
}

// seal puts copies into the vault.
func (h *Host) seal(ctx context.Context, a acts.Act, copies []service.Copy) (kept []vault.Kept, err error) {
	for _, f := range copies {
		body, err := f.Open()
		if err != nil {
			return kept, err
		}
		k, err := h.sealOne(ctx, a.Case, a.Place, f.Name, f.Type, body)
		body.Close()
		if err != nil {
			return kept, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}

func (h *Host) sealOne(ctx context.Context, c id.Case, place int, name, kind string, body io.Reader) (vault.Kept, error) {
	k := vault.Kept{ID: id.New[id.Kept](h.DB.Now()), Case: c, Place: place, Name: name, Type: kind}
	var err error
	k.Size, k.Sum, err = h.vault.Seal(ctx, k.ID, body)
	return k, err
}

// arrived records what it means in the case that an act came to its end.
func (h *Host) arrived(tx *sqldb.Tx, by audit.Actor, a acts.Act, at time.Time) error {
	var event law.Kind
	switch a.Kind {
	case acts.Answer:
		var p parcel
		if err := json.Unmarshal([]byte(a.Payload), &p); err != nil {
			return err
		}
		event = p.Event
		if d, err := document.Parse(p.Document); err == nil { // the authority counts from the date of the answer
			if at, err = cases.Dated(tx, a.Case, d.Values["c.date"], at); err != nil {
				return err
			}
		}
	case acts.Inform:
		event = law.ProviderInformed
	case acts.Review:
		event = law.ReviewAsked
	}
	if event == "" || a.Case == "" {
		return nil
	}
	c, err := cases.Get(tx, a.Case)
	if err != nil || c.Track != cases.Order {
		return err
	}
	_, err = cases.Record(tx, by, a.Case, law.Event{Kind: event, At: at}, map[string]any{"act": a.ID})
	if problem.Is(err, problem.Refused) {
		return nil // it happened twice, or the order is without effect by now
	}
	if err == nil && event == law.ProviderInformed {
		err = h.tellFollowed(tx, by, c, event, at)
	}
	return err
}
