package host

import (
	"context"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// cameBack keeps that content is back, and tells its provider as soon as that is allowed: whoever was
// told of a removal is owed the word that it did not last.
func (h *Host) cameBack(tx *sqldb.Tx, by audit.Actor, it cases.Item, at time.Time, as comingBack) error {
	c, err := cases.Get(tx, it.Case)
	if err != nil {
		return err
	}
	if c.Provider.Mail == "" && as.Contact != "" { // who complained is who provided it
		p := c.Provider
		p.Mail, p.Language = as.Contact, as.Language
		if c, err = cases.SetProvider(tx, by, c, p); err != nil {
			return err
		}
	}
	r, err := reinstatements.Came(tx, by, reinstatements.Return{Case: it.Case, Place: it.Place, URL: it.URL, Canonical: it.Canonical, Path: as.Path, RemovedAt: it.ActedAt, BackAt: at})
	if err != nil {
		return err
	}
	return h.tellBack(tx, by, r)
}

// tellBack plans the letter that tells the content provider, unless non-disclosure holds: then it is
// looked at again when that ends. It is planned once.
func (h *Host) tellBack(tx *sqldb.Tx, by audit.Actor, r reinstatements.Return) error {
	if r.Act != "" || r.State == reinstatements.Told {
		return nil
	}
	it, err := cases.OneItem(tx, r.Case, r.Place)
	if err != nil {
		return err
	}
	r.NextAt = time.Time{}
	if it.Content != cases.Reinstated || !it.ActedAt.Equal(r.BackAt) || downElsewhere(tx, it) {
		r.State = reinstatements.Overtaken
		return reinstatements.Set(tx, by, r)
	}
	until, err := secretUntil(tx, it)
	if err != nil {
		return err
	}
	if until.After(tx.Now) {
		r.State, r.NextAt = reinstatements.Secret, until
		return reinstatements.Set(tx, by, r)
	}
	c, err := providerOf(tx, it)
	if err != nil {
		return err
	}
	a := acts.Act{Case: r.Case, Place: r.Place, Kind: acts.Back, Way: acts.Mail, Target: c.Provider.Mail}
	if h.service.Informs() {
		a.Way, a.Target = acts.Service, it.URL
	}
	if a.Target == "" {
		r.State = reinstatements.Unknown
		return reinstatements.Set(tx, by, r)
	}
	if a.Payload, err = encode(h.backLetter(r, c.Provider.Language)); err != nil {
		return err
	}
	if a, err = acts.Add(tx, by, a); err != nil {
		return err
	}
	r.State, r.Act = reinstatements.Sent, a.ID
	return reinstatements.Set(tx, by, r)
}

// downElsewhere reports whether the content is down by another case: it was taken down anew.
func downElsewhere(tx *sqldb.Tx, it cases.Item) bool {
	twins, err := cases.Same(tx, it)
	if err != nil {
		return false
	}
	for _, t := range twins {
		if t.Item.Down() {
			return true
		}
	}
	return false
}

// providerOf is the case that knows the content provider: the item's own, or another about the same content.
func providerOf(tx *sqldb.Tx, it cases.Item) (cases.Case, error) {
	c, err := cases.Get(tx, it.Case)
	if err != nil || c.Provider.Mail != "" {
		return c, err
	}
	twins, err := cases.Same(tx, it)
	for _, t := range twins {
		if t.Case.Provider.Mail != "" {
			return t.Case, nil
		}
	}
	return c, err
}

// secretUntil is until when the content provider must not be told of what was done to an item: the
// latest end of any non-disclosure that holds, Article 11(3), whichever order it is of. That an order
// lost its effect does not lift it: whoever decided it says when it ends.
func secretUntil(tx *sqldb.Tx, it cases.Item) (until time.Time, err error) {
	c, err := cases.Get(tx, it.Case)
	if err != nil {
		return until, err
	}
	twins, err := cases.Same(tx, it)
	for _, t := range append(twins, cases.Twin{Case: c, Item: it}) {
		if err != nil {
			return until, err
		}
		if t.Case.Track != cases.Order {
			continue
		}
		var order law.Order
		order, err = cases.Follow(tx, t.Case.ID)
		for _, k := range order.Clocks(tx.Now, nil) {
			if k.Name == "non_disclosure" && k.State == law.Running && k.Until.After(until) {
				until = k.Until
			}
		}
	}
	return until, err
}

// lookAgain has the letters looked at that waited for the end of a non-disclosure which was lifted early.
func (h *Host) lookAgain(tx *sqldb.Tx, c cases.Case) error {
	items, err := cases.Items(tx, c.ID)
	for _, it := range items {
		if err == nil && it.Canonical != "" {
			err = reinstatements.LookAgain(tx, it.Canonical)
		}
	}
	return err
}

// backDue plans the letter of what came back while it was secret.
func (h *Host) backDue(ctx context.Context, target id.Return) error {
	return h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		r, err := reinstatements.GetReturn(tx, target)
		if err != nil || r.NextAt.IsZero() || r.NextAt.After(tx.Now) {
			return err
		}
		return h.tellBack(tx, audit.System, r)
	})
}

// TellReturn tells a content provider whose address was not known that its content is back, or notes
// that a person did.
func (h *Host) TellReturn(ctx context.Context, who auth.Principal, target id.Return, in Telling) (reinstatements.Return, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (reinstatements.Return, error) {
		r, err := reinstatements.GetReturn(tx, target)
		if err != nil {
			return r, err
		}
		switch r.State {
		case reinstatements.Secret:
			return r, problem.New(problem.Refused, "the content provider must not be told before the non-disclosure ends (Article 11(3)); it is told by itself then")
		case reinstatements.Unknown:
		default:
			return r, problem.New(problem.Conflict, "the content provider was told, or the letter is on its way")
		}
		it, err := cases.OneItem(tx, r.Case, r.Place)
		if err != nil {
			return r, err
		}
		if until, err := secretUntil(tx, it); err != nil || until.After(tx.Now) {
			return r, problem.New(problem.Refused, "the content provider must not be told before the non-disclosure of an order on this content ends (Article 11(3))")
		}
		if how := strings.TrimSpace(in.ByHand); how != "" {
			r.State, r.ToldHow = reinstatements.Told, how
			return r, reinstatements.Set(tx, who.Actor(), r)
		}
		c, err := cases.Get(tx, r.Case)
		if err != nil {
			return r, err
		}
		p := c.Provider
		p.Mail, p.Language = in.Mail, in.Language
		if p.Mail == "" {
			return r, problem.New(problem.Invalid, "give the address of mail of the content provider, or tell the provider yourself and write how")
		}
		if _, err := cases.SetProvider(tx, who.Actor(), c, p); err != nil {
			return r, err
		}
		if err := h.tellBack(tx, who.Actor(), r); err != nil {
			return r, err
		}
		return reinstatements.GetReturn(tx, target)
	})
}

// backLetter is the letter. It names the content by a link that cannot be clicked.
func (h *Host) backLetter(r reinstatements.Return, language string) letter {
	language = document.Spoken(language)
	w := backWordsIn(language)
	day := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
	body := w.back + "\n\n" + w.content + " " + link.Defang(r.URL) + "\n" + w.removed + " " + day(r.RemovedAt) + "\n" + w.since + " " + day(r.BackAt) + "\n\n" + w.why[r.Path] + "\n\n" + w.nothing
	return letter{Subject: w.subject, Body: body + "\n\n" + h.Settings.Name + "\n" + h.Settings.Contact + "\n", Language: language}
}
