// Package play is the script of a joint action: the units and people of a made-up world set
// Argine up and run an action on it, start to end, through the API and nothing else.
//
// The script may be stopped at any moment and started again from its beginning: what was
// done is not done again, because every call carries an Idempotency-Key that follows from
// its place in the script, or asks first what is left to do.
//
// Time stands still while there is work to do and then goes to the next moment at which
// something is due, in Argine or in the world. So a week passes in seconds, and the same
// world gives the same counts however fast the machine is.
package play

import (
	"context"
	"fmt"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/sim"
)

// Clock is the one clock of the action: Argine's, the world's and the script's.
type Clock interface {
	Now() time.Time
	Advance(ctx context.Context, to time.Time) error // forward only
}

// Play is one performance.
type Play struct {
	World    *sim.World
	Internet *sim.Internet
	Clock    Clock
	Server   string         // where Argine is
	Admin    *client.Client // as its administrator
	Entries  int            // fingerprints in the bank
	Show     Progress

	// Host starts the program of a platform that answers by the book: the contact point of a
	// hosting service, which knows Argine by the token of the platform's contact. It gives the
	// address for webhooks, and a client for the platform's people. nil: no platform has one.
	Host func(ctx context.Context, platform int, token string) (hook string, people *client.Client, err error)

	cast   cast
	action client.Action
	shown  time.Time // when the board was asked for last
}

// Progress is told how the stages go on.
type Progress interface {
	Stage(name string, done, total int) // total 0: not known
}

// horizon is how long after the second wave the script watches: past the last look, seven
// days after a delivery that may itself have come hours late.
const horizon = 9 * 24 * time.Hour

// Run plays the whole script and returns the action, with nothing left to do.
func (p *Play) Run(ctx context.Context) (client.Action, error) {
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"set up", p.setUp},
		{"bank", p.fillBank},
		{"day 1", func(ctx context.Context) error { return p.day(ctx, 1) }},
		{"until day 2", func(ctx context.Context) error { return p.until(ctx, p.World.WaveAt(2)) }},
		{"day 2", func(ctx context.Context) error { return p.day(ctx, 2) }},
		{"after", func(ctx context.Context) error { return p.until(ctx, p.World.WaveAt(2).Add(horizon)) }},
	}
	for _, step := range steps {
		if err := step.do(ctx); err != nil {
			return p.action, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return p.action, nil
}

// day is one day of the action: contribute, assess by two people, deconflict, draft, approve.
func (p *Play) day(ctx context.Context, wave int) error {
	if err := p.contribute(ctx, wave); err != nil {
		return err
	}
	if err := p.settle(ctx, "capture, fingerprint, match"); err != nil {
		return err
	}
	if err := p.assess(ctx, wave); err != nil {
		return err
	}
	if err := p.settle(ctx, "deconflict"); err != nil {
		return err
	}
	if err := p.deconflict(ctx, wave); err != nil {
		return err
	}
	if err := p.refer(ctx, wave); err != nil {
		return err
	}
	return p.settle(ctx, "")
}

// key names a place in the script.
func key(format string, args ...any) string { return "play/" + fmt.Sprintf(format, args...) }

func keyed(ctx context.Context, format string, args ...any) context.Context {
	return client.WithKey(ctx, key(format, args...))
}
