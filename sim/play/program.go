package play

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/client"
)

// startPrograms gives each platform that answers by the book the program of a hosting service,
// and has its webhooks handed on to it. From there on the two programs talk by themselves.
func (p *Play) startPrograms(ctx context.Context, secrets []string) error {
	p.cast.programs = map[int]*client.Client{}
	if p.Host == nil {
		return nil
	}
	started := make([]*client.Client, len(secrets))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i, platform := range p.World.Platforms() {
		if !platform.ByTheBook() {
			continue
		}
		group.Go(func() error {
			hook, people, err := p.Host(groupCtx, i, secrets[i])
			if err != nil {
				return fmt.Errorf("the program of %s: %w", platform.Name, err)
			}
			p.Internet.HandOver(i, hook)
			started[i] = people
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, people := range started {
		if people != nil {
			p.cast.programs[i] = people
		}
	}
	p.Show.Stage("hosting services start their own programs", len(p.cast.programs), len(p.cast.programs))
	return nil
}

// answerByProgram is the people of a platform giving their answers in their own program, which
// tells them to Argine. It waits until the program has done so, with the clock standing still.
// What was answered before the script was stopped is not answered again.
func (p *Play) answerByProgram(ctx context.Context, people *client.Client, referral string, in client.NewAnswers) error {
	c, err := caseOf(ctx, people, referral)
	if err != nil {
		return err
	}
	said := map[string]client.HostItem{}
	for _, it := range c.Items {
		said[it.ItemID] = it
	}
	var answers client.HostAnswers
	for _, a := range in.Answers {
		it, ok := said[a.ItemID]
		if !ok {
			return fmt.Errorf("the program of the platform has no item %s of %s", a.ItemID, referral)
		}
		if it.Answer != a.Kind {
			answers.Answers = append(answers.Answers, client.HostAnswer{Place: it.Place, Kind: a.Kind, Reason: a.Reason, ActedAt: a.ActedAt})
		}
	}
	if len(answers.Answers) > 0 {
		if _, err := people.HostAnswer(ctx, c.ID, answers); err != nil {
			return err
		}
	}
	return p.settleProgram(ctx, people)
}

// caseOf finds what a platform's program made of a referral.
func caseOf(ctx context.Context, people *client.Client, referral string) (client.HostCase, error) {
	for after := ""; ; {
		page, err := people.HostCases(ctx, "", "referral", after, 0)
		if err != nil {
			return client.HostCase{}, err
		}
		for _, c := range page.Items {
			if c.Subject == referral && c.Trust == "verified" {
				return people.HostCase(ctx, c.ID)
			}
		}
		if after = page.Next; after == "" {
			return client.HostCase{}, fmt.Errorf("the program of the platform has no referral %s", referral)
		}
	}
}

// settleProgram waits until a platform's program has nothing left to send.
func (p *Play) settleProgram(ctx context.Context, people *client.Client) error {
	for {
		a, err := people.HostActivity(ctx)
		switch {
		case err != nil:
			return err
		case a.Stuck > 0:
			return fmt.Errorf("%d answers of a platform's program did not get through", a.Stuck)
		case a.Due == 0 && a.NextDue == nil:
			return nil
		case a.Due == 0: // it tries again in a moment, by the clock that stands still
			if err := p.Clock.Advance(ctx, *a.NextDue); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery / 5):
		}
	}
}
