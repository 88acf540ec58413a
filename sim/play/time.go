package play

import (
	"context"
	"time"

	"github.com/argine/argine/client"
)

// pollEvery is how often Argine is asked whether it has work left.
const pollEvery = 25 * time.Millisecond

// showEvery is how often the board is asked for, to show how far the work has come.
const showEvery = time.Second

// settle waits until nothing is left to do at this moment, with the clock standing still. A
// stage without a name is not shown.
func (p *Play) settle(ctx context.Context, stage string) error {
	for {
		a, err := p.Admin.Activity(ctx)
		if err != nil {
			return err
		}
		done := a.Jobs == 0 && a.Due == 0
		if stage != "" && (done || time.Since(p.shown) > showEvery) {
			p.show(ctx, stage)
		}
		if done {
			return p.resolve(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// until lets time pass up to a moment: from one thing that is due to the next.
func (p *Play) until(ctx context.Context, end time.Time) error {
	begin := p.Clock.Now()
	for {
		p.Show.Stage("deliver, answer, look again: hours", int(p.Clock.Now().Sub(begin).Hours()), int(end.Sub(begin).Hours()))
		if err := p.settle(ctx, ""); err != nil {
			return err
		}
		if err := p.Internet.Act(ctx, p.Clock.Now(), func(platform int, referral string, in client.NewAnswers, key string) error {
			return p.answer(ctx, platform, referral, in, key)
		}); err != nil {
			return err
		}
		a, err := p.Admin.Activity(ctx)
		if err != nil {
			return err
		}
		if a.Jobs > 0 || a.Due > 0 {
			continue
		}
		next := end
		if at, ok := p.Internet.NextEvent(); ok && at.Before(next) {
			next = at
		}
		if a.NextDue != nil && a.NextDue.Before(next) {
			next = *a.NextDue
		}
		if !next.After(p.Clock.Now()) {
			if !p.Clock.Now().Before(end) {
				return nil
			}
			next = p.Clock.Now().Add(time.Microsecond) // due this very moment: let the timer see it
		}
		if err := p.Clock.Advance(ctx, next); err != nil {
			return err
		}
	}
}

func (p *Play) answer(ctx context.Context, platform int, referral string, in client.NewAnswers, key string) error {
	if people := p.cast.programs[platform]; people != nil {
		return p.answerByProgram(ctx, people, referral, in)
	}
	rows, err := p.cast.contacts[platform].Answer(client.WithKey(ctx, key), referral, in)
	if err == nil {
		err = allDone(rows)
	}
	return err
}

// show tells the progress of the stages that run by themselves.
func (p *Play) show(ctx context.Context, stage string) {
	p.shown = time.Now()
	s, err := p.cast.coordinator.Status(ctx, p.action.ID)
	if err != nil {
		return
	}
	left := 0
	for _, c := range s.Stages {
		if c.Name == "contributed" || c.Name == "captured" {
			left += c.Count
		}
	}
	p.Show.Stage(stage, s.Items-left, s.Items)
}
