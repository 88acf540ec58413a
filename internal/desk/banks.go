package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

// Banks lists the banks.
func (d *Desk) Banks(ctx context.Context, who auth.Principal) ([]client.Bank, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]client.Bank, error) {
		list, err := match.Banks(tx)
		if err != nil {
			return nil, err
		}
		units, err := auth.Units(tx)
		if err != nil {
			return nil, err
		}
		names := map[id.Unit]string{}
		for _, u := range units {
			names[u.ID] = u.Name
		}
		return mapped(list, func(b match.Bank) client.Bank { return bankOf(b, names[b.Unit]) }), nil
	})
}

// Bank gives one bank, by its name or identifier.
func (d *Desk) Bank(ctx context.Context, who auth.Principal, bank string) (client.Bank, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) (client.Bank, error) {
		b, err := match.GetBank(tx, bank)
		if err != nil {
			return client.Bank{}, err
		}
		u, err := auth.UnitByName(tx, string(b.Unit))
		return bankOf(b, u.Name), err
	})
}

func bankOf(b match.Bank, unit string) client.Bank {
	return client.Bank{ID: string(b.ID), Name: b.Name, UnitID: string(b.Unit), Unit: unit, Radius: b.Radius, Terms: b.Terms, Enabled: b.Enabled,
		Share: float64(b.Share) / match.Whole, Own: b.Own, Shared: b.Shared, Entries: b.Entries, Retracted: b.Retracted}
}

// BankEntries lists a piece of a bank for who may read it: at most limit entries behind a
// number, in the order of numbers.
func (d *Desk) BankEntries(ctx context.Context, who auth.Principal, bank string, after int64, limit int, all bool) ([]client.BankEntry, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]client.BankEntry, error) {
		b, err := match.GetBank(tx, bank)
		if err != nil {
			return nil, err
		}
		if err := b.OpenTo(who); err != nil {
			return nil, err
		}
		list, err := match.EntriesAfter(tx, b.ID, after, limit, all)
		return mapped(list, entryOf), err
	})
}

func entryOf(e match.Entry) client.BankEntry {
	return client.BankEntry{ID: string(e.ID), Number: e.Number, Kind: e.Kind, Value: e.Value, Label: e.Label, Labels: e.Labels, Provenance: e.Provenance,
		ExpiresAt: optional(e.ExpiresAt), OffUntil: optional(e.OffUntil), At: e.At, RetractedAt: optional(e.RetractedAt), Cause: string(e.Cause), Why: e.Why}
}

// Subscriptions lists those of a bank, for those who keep it: an URL may tell more than others should know.
func (d *Desk) Subscriptions(ctx context.Context, who auth.Principal, bank string) ([]client.Subscription, error) {
	return ofKept(ctx, d, who, bank, func(tx *sqldb.Tx, b match.Bank) ([]client.Subscription, error) {
		list, err := match.Subscriptions(tx, b.ID)
		return mapped(list, func(s match.Subscription) client.Subscription { return subscriptionOf(s, b.Name) }), err
	})
}

// Subscription gives one, for those who keep its bank.
func (d *Desk) Subscription(ctx context.Context, who auth.Principal, target id.Subscription) (client.Subscription, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) (client.Subscription, error) {
		s, err := match.GetSubscription(tx, target)
		if err != nil {
			return client.Subscription{}, err
		}
		b, err := match.GetBank(tx, string(s.Bank))
		if err == nil {
			err = b.Kept(who)
		}
		return subscriptionOf(s, b.Name), err
	})
}

// subscriptionOf says a subscription in the words of the API, without its secret.
func subscriptionOf(s match.Subscription, bank string) client.Subscription {
	return client.Subscription{ID: string(s.ID), Bank: bank, Form: s.Form, URL: s.URL, HasSecret: s.Secret != "", Paused: s.Paused, Every: int(s.Every.Minutes()), Fault: s.Fault,
		FetchedAt: optional(s.FetchedAt), NextAt: optional(s.NextAt)}
}

// BankDrafts lists the drafts of a bank, newest first, for those who keep it.
func (d *Desk) BankDrafts(ctx context.Context, who auth.Principal, bank string) ([]client.BankDraft, error) {
	return ofKept(ctx, d, who, bank, func(tx *sqldb.Tx, b match.Bank) ([]client.BankDraft, error) {
		list, err := match.Drafts(tx, b.ID, "")
		return mapped(list, func(d match.Draft) client.BankDraft { return draftOf(d, b.Name) }), err
	})
}

// BankDraft gives one draft, for those who keep its bank.
func (d *Desk) BankDraft(ctx context.Context, who auth.Principal, draft id.Draft) (client.BankDraft, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) (client.BankDraft, error) {
		found, err := match.GetDraft(tx, draft)
		if err != nil {
			return client.BankDraft{}, err
		}
		b, err := match.GetBank(tx, string(found.Bank))
		if err == nil {
			err = b.Kept(who)
		}
		return draftOf(found, b.Name), err
	})
}

// ofKept reads what only those who keep a bank may see of it.
func ofKept[T any](ctx context.Context, d *Desk, who auth.Principal, bank string, read func(*sqldb.Tx, match.Bank) ([]T, error)) ([]T, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]T, error) {
		b, err := match.GetBank(tx, bank)
		if err != nil {
			return nil, err
		}
		if err := b.Kept(who); err != nil {
			return nil, err
		}
		return read(tx, b)
	})
}

func draftOf(d match.Draft, bank string) client.BankDraft {
	c := d.Consequences
	out := client.BankDraft{ID: string(d.ID), Bank: bank, SubscriptionID: string(d.Subscription), State: d.State, Lines: c.Lines, New: c.New, Back: c.Back,
		Retracted: c.Retracted, Repeated: c.Repeated, Bad: c.Bad, Checked: c.Checked, Media: c.Media, Items: c.Items, Rejected: c.Rejected, Done: d.Done,
		At: d.At, DecidedBy: string(d.DecidedBy), DecidedAt: optional(d.DecidedAt), BadLines: []client.RowError{}, Examples: []client.BankDraftChange{}}
	for _, b := range c.BadLines {
		out.BadLines = append(out.BadLines, client.RowError(b))
	}
	for _, e := range c.Examples {
		out.Examples = append(out.Examples, client.BankDraftChange(e))
	}
	return out
}
