package desk

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

// BankNamed gives one bank as it stands.
func (d *Desk) BankNamed(ctx context.Context, who auth.Principal, name string) (match.Bank, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) (match.Bank, error) { return match.GetBank(tx, name) })
}

// BanksByName gives all banks as they stand.
func (d *Desk) BanksByName(ctx context.Context, who auth.Principal) ([]match.Bank, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]match.Bank, error) { return match.Banks(tx) })
}

// Described are entries that a lookup found, and what is known of their banks.
type Described struct {
	Entries []match.Entry
	Banks   map[string]match.Bank // by name
}

// Described describes the entries that a lookup found, for who may look up.
func (d *Desk) Described(ctx context.Context, who auth.Principal, numbers []int64) (Described, error) {
	return view(ctx, d, who, auth.MatchLookup, func(tx *sqldb.Tx) (Described, error) {
		out := Described{Banks: map[string]match.Bank{}}
		banks, err := match.Banks(tx)
		if err != nil {
			return out, err
		}
		for _, b := range banks {
			out.Banks[b.Name] = b
		}
		out.Entries, err = match.GetEntries(tx, numbers)
		return out, err
	})
}

// Content gives the entries of a bank that are one content with the entry of a number, for
// who may read the bank.
func (d *Desk) Content(ctx context.Context, who auth.Principal, b match.Bank, number int64) ([]match.Entry, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]match.Entry, error) {
		if err := b.OpenTo(who); err != nil {
			return nil, err
		}
		return match.Content(tx, b.ID, number)
	})
}

// Contents lists entries of a bank that are in it now, those after a number, for who may read it.
func (d *Desk) Contents(ctx context.Context, who auth.Principal, b match.Bank, after int64, limit int) ([]match.Entry, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]match.Entry, error) {
		if err := b.OpenTo(who); err != nil {
			return nil, err
		}
		return match.EntriesAfter(tx, b.ID, after, limit, false)
	})
}

// Subscribed is a bank that takes entries from others.
type Subscribed struct {
	Bank          match.Bank
	Subscriptions []match.Subscription
	Given         []string // forms for which the bank's unit has given a secret
}

// Subscribed lists the banks that have subscriptions, by name: those that the person keeps,
// for where they are taken from may tell more than others should know.
func (d *Desk) Subscribed(ctx context.Context, who auth.Principal) ([]Subscribed, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) (out []Subscribed, err error) {
		banks, err := match.Banks(tx)
		for _, b := range banks {
			if !b.KeptBy(who) {
				continue
			}
			list, err := match.Subscriptions(tx, b.ID)
			if err != nil {
				return nil, err
			}
			if len(list) == 0 {
				continue
			}
			given, err := match.FormsWithSecret(tx, b.Unit)
			if err != nil {
				return nil, err
			}
			out = append(out, Subscribed{b, list, given})
		}
		return out, err
	})
}

// FormsWithSecret lists the forms for which the person's unit has given a secret.
func (d *Desk) FormsWithSecret(ctx context.Context, who auth.Principal) ([]string, error) {
	return view(ctx, d, who, auth.BankRead, func(tx *sqldb.Tx) ([]string, error) { return match.FormsWithSecret(tx, who.Unit) })
}
