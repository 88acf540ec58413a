package flow

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// An exchange, as programs know it that fill banks from elsewhere, is a bank and the
// subscriptions that fill it, made and ended together.

// MakeExchange makes a bank of the caller's unit and subscribes it. A bank of the name that
// is switched off and takes from nobody, as after EndExchange, is switched on again, with
// what is in it.
func (f *Flow) MakeExchange(ctx context.Context, who auth.Principal, b match.Bank, s match.Subscription) (match.Bank, error) {
	b.Unit, b.Enabled = who.Unit, true
	return write(ctx, f, call{who, auth.BankManage, "exchange.make", []any{b, s}}, func(tx *sqldb.Tx) (match.Bank, error) {
		made, err := f.bankFor(tx, who, b)
		if err != nil {
			return b, err
		}
		s.Bank = made.ID
		sub, err := match.Subscribe(tx, who.Actor(), s)
		if err != nil || !s.Paused {
			return made, err
		}
		sub.Paused = false
		return made, match.Pause(tx, who.Actor(), sub, true)
	})
}

// bankFor makes the bank of an exchange, or takes one that an ended exchange has left.
func (f *Flow) bankFor(tx *sqldb.Tx, who auth.Principal, b match.Bank) (match.Bank, error) {
	old, err := match.GetBank(tx, b.Name)
	if problem.Is(err, problem.NotFound) {
		return match.AddBank(tx, who.Actor(), b)
	}
	if err != nil {
		return b, err
	}
	list, err := match.Subscriptions(tx, old.ID)
	if err != nil {
		return b, err
	}
	if old.Enabled || old.Own || old.Unit != who.Unit || len(list) > 0 {
		return b, problem.New(problem.Conflict, "there is a bank %s already, and an exchange has its own; choose another name, or subscribe that bank with `argine bank subscribe`", b.Name)
	}
	before := old
	old.Enabled = true
	return f.setBank(tx, who, before, old)
}

// PauseExchange keeps the subscriptions of a bank from being fetched, or lets them go on.
func (f *Flow) PauseExchange(ctx context.Context, who auth.Principal, bank string, paused bool) error {
	return f.onSubscriptions(ctx, who, "exchange.pause", bank, paused, func(tx *sqldb.Tx, _ match.Bank, list []match.Subscription) error {
		for _, s := range list {
			if err := match.Pause(tx, who.Actor(), s, paused); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndExchange ends the subscriptions of a bank and switches the bank off: it matches nothing
// any more, and its entries and their history stay.
func (f *Flow) EndExchange(ctx context.Context, who auth.Principal, bank string) error {
	return f.onSubscriptions(ctx, who, "exchange.end", bank, nil, func(tx *sqldb.Tx, b match.Bank, list []match.Subscription) error {
		for _, s := range list {
			if err := match.Unsubscribe(tx, who.Actor(), s); err != nil {
				return err
			}
		}
		b.Enabled = false
		_, err := match.SetBank(tx, who.Actor(), b)
		return err
	})
}

// SetExchangeSecret gives the one subscription of a bank another secret, or none for "".
func (f *Flow) SetExchangeSecret(ctx context.Context, who auth.Principal, bank, secret string) error {
	return f.onSubscriptions(ctx, who, "exchange.secret", bank, secret, func(tx *sqldb.Tx, b match.Bank, list []match.Subscription) error {
		if len(list) > 1 {
			return problem.New(problem.Invalid, "the bank %s is filled from %d places, each with a secret of its own; end the one and subscribe anew with `argine bank subscribe`", b.Name, len(list))
		}
		return match.SetSecret(tx, who.Actor(), list[0], secret)
	})
}

// GiveFormSecret keeps what the caller's unit gives to its subscriptions of a form that have no secret.
func (f *Flow) GiveFormSecret(ctx context.Context, who auth.Principal, form, secret string) error {
	_, err := write(ctx, f, call{who, auth.BankManage, "form.secret", []any{form, secret}}, func(tx *sqldb.Tx) (id.Unit, error) {
		return who.Unit, match.GiveSecret(tx, who.Actor(), who.Unit, form, secret)
	})
	return err
}

// onSubscriptions does something to the subscriptions of a bank that has any.
func (f *Flow) onSubscriptions(ctx context.Context, who auth.Principal, verb, bank string, in any, do func(*sqldb.Tx, match.Bank, []match.Subscription) error) error {
	_, err := write(ctx, f, call{who, auth.BankManage, verb, []any{bank, in}}, func(tx *sqldb.Tx) (id.Bank, error) {
		b, err := keeps(tx, who, bank)
		if err != nil {
			return b.ID, err
		}
		list, err := match.Subscriptions(tx, b.ID)
		if err == nil && len(list) == 0 {
			err = problem.New(problem.NotFound, "the bank %s takes entries from nobody", b.Name)
		}
		if err != nil {
			return b.ID, err
		}
		return b.ID, do(tx, b, list)
	})
	return err
}
