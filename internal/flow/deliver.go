package flow

import (
	"context"
	"crypto/ed25519"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// deliver makes one attempt to hand something over: it is noted that the attempt begins,
// then it is made, then it is noted what came of it. An attempt that begins and never ends
// means that the process died in between; deliver.Begin knows what that calls for.
func (f *Flow) deliver(ctx context.Context, j deliver.Job) error {
	var attempt deliver.Attempt
	var p parcel
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		attempt, err = deliver.Begin(tx, audit.System, j)
		if err != nil {
			return err
		}
		if !attempt.Go {
			return f.found(tx, attempt)
		}
		p, err = f.compose(tx, attempt)
		return err
	})
	if err != nil || !attempt.Go {
		return err
	}
	if attempt.Transport == deliver.Webhook {
		f.printedAt(&p.letter) // the print itself may come too late
	}
	f.print(ctx, &p.letter, attempt.Transport)
	result := f.send(ctx, attempt, p)
	// What was sent is sent: it is noted even when the job is to stop now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return f.finish(tx, attempt, result) })
}

// compose writes what is to leave. What still has a placeholder in it does not.
func (f *Flow) compose(tx *sqldb.Tx, attempt deliver.Attempt) (parcel, error) {
	p, err := f.handing(attempt.Kind).compose(tx, attempt)
	if found := p.letter.Unfilled(); err == nil && p.nothing == "" && found != "" {
		p.nothing = "the letter has a placeholder that nobody filled in: " + found
	}
	return p, err
}

// noteWithin is how long noting the result of an attempt may take.
const noteWithin = 15 * time.Second

func (f *Flow) send(ctx context.Context, attempt deliver.Attempt, p parcel) deliver.Result {
	switch {
	case p.nothing != "":
		return deliver.Result{Outcome: deliver.Rejected, Detail: p.nothing}
	case attempt.Transport == deliver.Webhook:
		return deliver.SendWebhook(ctx, f.Door, p.to.WebhookURL, client.WebhookSigner{Secret: p.to.WebhookSecret, Key: f.HookKey}, p.letter, f.DB.Now())
	case p.address != "":
		return deliver.SendMail(ctx, f.Door, f.Mail, p.address, p.letter)
	}
	p.letter.PGPKey = p.to.PGPKey
	return deliver.SendMail(ctx, f.Door, f.Mail, p.to.ContactEmail, p.letter)
}

// found carries out what follows where an attempt is found that began and never ended, of
// which nobody can know whether it arrived.
func (f *Flow) found(tx *sqldb.Tx, attempt deliver.Attempt) error {
	d, err := deliver.Get(tx, attempt.Delivery)
	if err != nil || d.State != deliver.Uncertain {
		return err
	}
	return f.handing(d.Kind).settle(tx, audit.System, d)
}

// finish notes what came of an attempt, and what follows.
func (f *Flow) finish(tx *sqldb.Tx, attempt deliver.Attempt, result deliver.Result) error {
	d, err := deliver.Finish(tx, audit.System, attempt, result)
	if err != nil {
		return err
	}
	return f.handing(d.Kind).settle(tx, audit.System, d)
}

// Resolve settles a delivery of which nobody here can know whether it arrived: a person has
// asked the platform.
func (f *Flow) Resolve(ctx context.Context, who auth.Principal, target id.Delivery, received bool, detail string) (id.Delivery, error) {
	in := []any{target, received, detail}
	return write(ctx, f, call{who, auth.DeliverResolve, "deliver.resolve", in}, func(tx *sqldb.Tx) (id.Delivery, error) {
		before, err := deliver.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := f.handing(before.Kind).mayResolve(tx, who, before.Subject); err != nil {
			return target, err
		}
		after, err := deliver.Resolve(tx, who.Actor(), target, received, detail)
		if err != nil {
			return target, err
		}
		return target, f.handing(after.Kind).settle(tx, who.Actor(), after)
	})
}

// PublicKeys are those by which receivers know what this Argine sends.
func (f *Flow) PublicKeys() client.Keys {
	keys := client.Keys{Webhook: []string{}}
	if f.HookKey != nil {
		keys.Webhook = append(keys.Webhook, client.WebhookPublic(f.HookKey.Public().(ed25519.PublicKey)))
	}
	if f.Mail.DKIM != nil {
		keys.DKIM = f.Mail.DKIM.Domain
	}
	if f.Mail.PGP != nil {
		keys.PGP = deliver.PGPPublic(f.Mail.PGP)
	}
	return keys
}
