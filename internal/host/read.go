package host

import (
	"context"
	"slices"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

// Row is a case in a list.
type Row struct {
	cases.Case
	URL      string // of its first item
	Items    int
	Answered int
}

// Overview is what the people of the service look at first.
type Overview struct {
	Now     time.Time
	Service bool                    // a command or an API is set
	Urgent  []Row                   // the hour runs
	Back    []Wanted                // content that is to come back
	Asks    []Wanted                // the same, of whom it is not proven who sent it
	Untold  []reinstatements.Return // came back, and nobody knows where its provider is reached
	Open    []Row                   // something else is owed
	Doubt   []Row                   // who sent it is not proven
	Stuck   []acts.Act
	Pulls   []inbox.PullState
}

// manyOf bounds the lists of an overview.
const manyOf = 200

// Overview gathers what waits for somebody.
func (h *Host) Overview(ctx context.Context, who auth.Principal) (Overview, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (o Overview, err error) {
		o.Now, o.Service = tx.Now, h.service.Set()
		list, err := cases.List(tx, cases.Filter{State: cases.StateOpen, Limit: manyOf})
		if err != nil {
			return o, err
		}
		urgent, err := cases.Urgent(tx, manyOf)
		if err != nil {
			return o, err
		}
		for _, c := range urgent {
			if c.Trusted() && c.Duty == "execute" {
				if err := add(tx, &o.Urgent, c); err != nil {
					return o, err
				}
			}
		}
		for _, c := range list {
			switch {
			case !c.Trusted():
				err = add(tx, &o.Doubt, c)
			case c.Owes == law.Host && c.Duty != "preserve" && c.Duty != "execute":
				err = add(tx, &o.Open, c)
			}
			if err != nil {
				return o, err
			}
		}
		if err := o.readBack(tx); err != nil {
			return o, err
		}
		if o.Stuck, err = acts.Stuck(tx, manyOf); err != nil {
			return o, err
		}
		o.Pulls, err = inbox.Pulls(tx)
		return o, err
	})
}

// readBack gathers what is to come back. The case of an order without effect is shown by its request.
func (o *Overview) readBack(tx *sqldb.Tx) error {
	list, err := wanted(tx, reinstatements.Waiting)
	if err != nil {
		return err
	}
	for _, w := range list {
		if !w.Trusted() {
			o.Asks = append(o.Asks, w)
			continue
		}
		o.Back = append(o.Back, w)
		o.Open = slices.DeleteFunc(o.Open, func(r Row) bool { return r.Duty == "reinstate" && r.ID == w.Case })
	}
	untold, err := reinstatements.Untold(tx, manyOf)
	o.Untold = slices.DeleteFunc(untold, func(r reinstatements.Return) bool { return r.State == reinstatements.Secret })
	return err
}

func add(tx *sqldb.Tx, to *[]Row, c cases.Case) error {
	row, err := rowOf(tx, c)
	*to = append(*to, row)
	return err
}

func rowOf(tx *sqldb.Tx, c cases.Case) (r Row, err error) {
	r.Case = c
	if r.Items, r.Answered, err = cases.Counts(tx, c.ID); err != nil || r.Items == 0 {
		return r, err
	}
	it, err := cases.OneItem(tx, c.ID, 1)
	r.URL = it.URL
	return r, err
}

// Cases lists cases, newest first.
func (h *Host) Cases(ctx context.Context, who auth.Principal, f cases.Filter) ([]Row, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (rows []Row, err error) {
		list, err := cases.List(tx, f)
		for _, c := range list {
			if err == nil {
				err = add(tx, &rows, c)
			}
		}
		return rows, err
	})
}

// Messages are the newest messages that came, whatever they proved to be.
func (h *Host) Messages(ctx context.Context, who auth.Principal) ([]inbox.Message, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) ([]inbox.Message, error) { return inbox.Newest(tx, manyOf) })
}

// View is all that there is of one case.
type View struct {
	Now      time.Time
	Case     cases.Case
	Document document.Document
	Items    []cases.Item
	Events   []cases.Event
	Clocks   []law.Clock
	Next     law.Duty
	Messages []inbox.Message
	Acts     []acts.Act
	Kept     []vault.Kept
	Accesses []vault.Access
	Requests []Wanted // to bring something of it back
	Returns  []reinstatements.Return
	Twins    []Twin    // the same content in other cases
	Unseen   []Unseen  // items of which no copy came to compare
	Service  bool      // a command or an API is set
	Informs  bool      // and it tells content providers
	SecretTo time.Time // end of the non-disclosure that holds; zero: none does
}

// Case gathers all of a case.
func (h *Host) Case(ctx context.Context, who auth.Principal, target id.Case) (View, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (v View, err error) {
		v.Now, v.Service, v.Informs = tx.Now, h.service.Set(), h.service.Informs()
		if v.Case, err = cases.Get(tx, target); err != nil {
			return v, err
		}
		v.Document = documentOf(v.Case)
		if v.Items, err = cases.Items(tx, target); err != nil {
			return v, err
		}
		if err = v.follow(tx, target); err != nil {
			return v, err
		}
		if v.Messages, err = inbox.OfCase(tx, target); err != nil {
			return v, err
		}
		if v.Acts, err = acts.OfCase(tx, target); err != nil {
			return v, err
		}
		if err = v.readBack(tx, target); err != nil {
			return v, err
		}
		if v.Kept, err = vault.OfCase(tx, target); err != nil {
			return v, err
		}
		if v.Accesses, err = vault.Accesses(tx, target); err != nil {
			return v, err
		}
		return v, v.gatherTwins(tx)
	})
}

// readBack reads what is to come back of a case, and what came back.
func (v *View) readBack(tx *sqldb.Tx, target id.Case) (err error) {
	v.Requests, err = wanted(tx, func(tx *sqldb.Tx, _ int) ([]reinstatements.Request, error) { return reinstatements.OfCase(tx, target) })
	if err == nil {
		v.Returns, err = reinstatements.Returns(tx, target)
	}
	return err
}

// follow computes the clocks of an order from its events.
func (v *View) follow(tx *sqldb.Tx, target id.Case) (err error) {
	if v.Events, err = cases.Events(tx, target); err != nil || v.Case.Track != cases.Order {
		return err
	}
	order, err := law.Follow(cases.Bare(v.Events))
	if err != nil {
		return err
	}
	v.Clocks, v.Next = order.Clocks(tx.Now, nil), cases.Owed(&order, tx.Now)
	for _, c := range v.Clocks {
		if c.Name == "non_disclosure" && c.State == law.Running {
			v.SecretTo = c.Until
		}
	}
	return nil
}

// Executable reports whether the page offers to disable with one click.
func (v View) Executable() bool {
	return v.Case.Trusted() && v.Case.ExecutedAt.IsZero() && v.Case.State == cases.StateOpen
}

// Wanted reports whether a request to bring it back waits, which has the buttons.
func (v View) Wanted() bool {
	return slices.ContainsFunc(v.Requests, func(w Wanted) bool { return w.Trusted() && w.State != reinstatements.Decided })
}

// UnderWay reports whether an act of a kind is due or being tried.
func (v View) UnderWay(kind string) bool {
	for _, a := range v.Acts {
		if a.Kind == kind && (a.State == acts.Due || a.State == acts.Trying || a.State == acts.Uncertain) {
			return true
		}
	}
	return false
}

// Clock is the clock of a name; the zero Clock where it has not begun.
func (v View) Clock(name string) law.Clock {
	for _, c := range v.Clocks {
		if c.Name == name {
			return c
		}
	}
	return law.Clock{}
}

// Activity tells what is left to do by itself.
func (h *Host) Activity(ctx context.Context, who auth.Principal) (acts.Left, error) {
	return read(ctx, h, who, auth.HostRead, acts.Unfinished)
}
