package host

import (
	"context"
	"io"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Vouch notes how a person made sure by another way that a message is genuine.
func (h *Host) Vouch(ctx context.Context, who auth.Principal, target id.Case, why string) (cases.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (cases.Case, error) {
		c, err := cases.Get(tx, target)
		if err != nil {
			return c, err
		}
		if c, err = cases.Vouch(tx, who.Actor(), c, why); err != nil {
			return c, err
		}
		return c, h.planLooks(tx, c)
	})
}

// ResolveAct is what a person says of an act that failed or of which nobody knows.
func (h *Host) ResolveAct(ctx context.Context, who auth.Principal, target id.Act, arrived bool, said string) (acts.Act, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (acts.Act, error) {
		a, err := acts.Resolve(tx, who.Actor(), target, arrived, said)
		if err == nil && !arrived && a.Kind == acts.Reinstate {
			return a, h.backAgain(tx, who.Actor(), a)
		}
		if err != nil || !arrived {
			return a, err
		}
		switch a.Kind {
		case acts.Disable:
			return a, h.disabled(tx, who.Actor(), a, cases.Disabled, tx.Now, cases.Provider{})
		case acts.Reinstate:
			it, err := cases.OneItem(tx, a.Case, a.Place)
			if err != nil {
				return a, err
			}
			if err := mayReturn(tx, it); problem.Is(err, problem.Refused) {
				return a, problem.Wrap(err, problem.Refused, "%s. If it is back, have it disabled again, and have this tried again later", problem.Message(err))
			}
			return a, h.reinstated(tx, who.Actor(), it, tx.Now, said, pathOf(a))
		}
		return a, h.arrived(tx, who.Actor(), a, tx.Now)
	})
}

// Preserve takes a file into the vault that a person hands in: a copy of what was removed, or
// the data that belongs to it. It is sealed as it streams in.
func (h *Host) Preserve(ctx context.Context, who auth.Principal, target id.Case, name, kind string, body io.Reader) (vault.Kept, error) {
	c, err := read(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (cases.Case, error) { return cases.Get(tx, target) })
	if err != nil {
		return vault.Kept{}, err
	}
	if c.ExecutedAt.IsZero() {
		return vault.Kept{}, problem.New(problem.Refused, "nothing of this case was removed yet; what is kept is kept from the removal on")
	}
	k, err := h.sealOne(ctx, target, 0, name, kind, body)
	if err != nil {
		return k, err
	}
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (vault.Kept, error) { return k, vault.Keep(tx, who.Actor(), k) })
}

// OpenKept opens a file of the vault. That, its purpose and its reason are noted first.
func (h *Host) OpenKept(ctx context.Context, who auth.Principal, target id.Kept, purpose, reason string) (vault.Kept, io.ReadCloser, error) {
	k, err := write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (vault.Kept, error) {
		return vault.NoteAccess(tx, who.Actor(), target, purpose, reason)
	})
	if err != nil {
		return k, nil, err
	}
	body, err := h.vault.Read(target)
	return k, body, err
}

// Proceedings opens or closes review proceedings for which content is kept longer, Article 6(2).
// Only the authority or court asks for that, and only while proceedings go on.
func (h *Host) Proceedings(ctx context.Context, who auth.Principal, target id.Case, open bool, which string) (cases.Case, error) {
	return write(ctx, h, who, auth.HostManage, func(tx *sqldb.Tx) (cases.Case, error) {
		kind := law.ProceedingsClosed
		if open {
			kind = law.ProceedingsOpened
			if len(which) < 5 {
				return cases.Case{}, problem.New(problem.Invalid, "name the proceedings and who asked: court or authority, file number")
			}
		}
		return cases.Record(tx, who.Actor(), target, law.Event{Kind: kind, At: tx.Now}, map[string]string{"which": which})
	})
}

// Tell records what an authority or a court told in a way that no program reads: that an order
// is withdrawn, clarified or annulled, that non-disclosure is extended or lifted.
func (h *Host) Tell(ctx context.Context, who auth.Principal, target id.Case, kind law.Kind, how string) (cases.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (c cases.Case, err error) {
		if len(how) < 5 {
			return c, problem.New(problem.Invalid, "write who told you, and how")
		}
		kinds := []law.Kind{kind}
		switch kind {
		case law.Infringing:
			kinds = []law.Kind{law.Intended, kind} // the intention was told between the authorities, Article 4(5)
		case law.Clarified, law.Withdrawn, law.Scrutinised, law.Appealed, law.AppealWon, law.AppealLost, law.NonDisclosed, law.NonDisclosedLonger, law.DisclosureFreed:
		default:
			return c, problem.New(problem.Invalid, "%.40q is nothing that an authority tells", kind)
		}
		for _, k := range kinds {
			if c, err = cases.Record(tx, who.Actor(), target, law.Event{Kind: k, At: tx.Now}, map[string]string{"how": how}); err != nil {
				return c, err
			}
		}
		if kind == law.DisclosureFreed {
			err = h.lookAgain(tx, c)
		} else {
			err = h.owedBack(tx, who.Actor(), c, source{how: how})
		}
		return c, err
	})
}
