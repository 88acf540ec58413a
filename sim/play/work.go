package play

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/client"
	"github.com/argine/argine/sim"
)

// fillBank makes the bank of fingerprints and imports it.
func (p *Play) fillBank(ctx context.Context) error {
	_, err := p.cast.coordinator.AddBank(keyed(ctx, "bank"), client.NewBank{Name: sim.BankName, Radius: 31, Terms: "for detection by the units of this action"})
	if err != nil {
		return err
	}
	p.Show.Stage("bank", 0, p.Entries)
	got, err := p.cast.coordinator.ImportEntries(ctx, sim.BankName, "text/csv", p.World.BankCSV(p.Entries))
	if err != nil {
		return err
	}
	if got.Failed > 0 {
		return fmt.Errorf("%d entries were refused, the first in line %d: %s", got.Failed, got.Errors[0].Line, got.Errors[0].Reason)
	}
	p.Show.Stage("bank", got.Added+got.Repeated, p.Entries)
	return nil
}

// contribute hands in the files of one day.
func (p *Play) contribute(ctx context.Context, wave int) error {
	files := p.World.Files(wave)
	for i, f := range files {
		got, err := p.cast.byUnit[f.Unit].Contribute(ctx, p.action.ID, f.ContentType, f.Body)
		if err != nil {
			return err
		}
		if got.Failed != f.Bad {
			return fmt.Errorf("file %d of unit %d: %d bad lines were reported, it has %d: %v", i, f.Unit, got.Failed, f.Bad, got.Errors)
		}
		p.Show.Stage(fmt.Sprintf("contribute, day %d", wave), i+1, len(files))
	}
	return nil
}

// atOnce is how many items an analyst takes from the worklist at a time.
const atOnce = 100

// assess has two different people look at every item that waits.
func (p *Play) assess(ctx context.Context, wave int) error {
	for step, who := range [][]actor{p.cast.first, p.cast.second} {
		done := 0
		for turn := 0; ; turn++ {
			n, err := p.turn(ctx, who[turn%len(who)], who[(turn+1)%len(who)], step+1)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			done += n
			p.Show.Stage(fmt.Sprintf("assess, day %d, person %d", wave, step+1), done, 0)
		}
	}
	return nil
}

// turn is two people working off a piece of the worklist side by side, each a half of it.
func (p *Play) turn(ctx context.Context, one, other actor, step int) (int, error) {
	page, err := one.api.Worklist(ctx, p.action.ID, step, 2*atOnce)
	if err != nil || len(page.Items) == 0 {
		return 0, err
	}
	half := (len(page.Items) + 1) / 2
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return decide(ctx, one, page.Items[:half]) })
	group.Go(func() error { return decide(ctx, other, page.Items[half:]) })
	return len(page.Items), group.Wait()
}

// decide is one person assessing tasks.
func decide(ctx context.Context, who actor, tasks []client.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	var in client.NewAssessments
	for _, task := range tasks {
		in.Assessments = append(in.Assessments, who.Decide(task))
	}
	rows, err := who.api.Assess(ctx, in)
	if err != nil {
		return err
	}
	return allDone(rows)
}

// deconflict has the investigation desks answer what they are asked for the sake of their units'
// interests: each looks, and holds the item for as long as the interest lasts.
func (p *Play) deconflict(ctx context.Context, wave int) error {
	held := 0
	for _, unit := range slices.Sorted(maps.Keys(p.cast.investigate)) {
		api := p.cast.investigate[unit]
		for {
			page, err := api.Questions(ctx, "open")
			if err != nil {
				return err
			}
			if len(page.Items) == 0 {
				break
			}
			for _, q := range page.Items {
				in, err := hold(q)
				if err != nil {
					return err
				}
				if _, err := api.AnswerQuestion(ctx, q.Item.ID, in); err != nil {
					return err
				}
				held++
			}
		}
	}
	p.Show.Stage(fmt.Sprintf("deconflict, day %d: held", wave), held, held)
	return nil
}

func hold(q client.Question) (client.Reply, error) {
	if len(q.Interests) == 0 {
		return client.Reply{}, fmt.Errorf("a unit is asked about %s for no interest of its own", q.Item.URL)
	}
	in := q.Interests[0]
	return client.Reply{Answer: "interest", Contact: in.Contact, Until: &in.ExpiresAt}, nil
}

// refer drafts what is cleared and lets it leave: one person drafts, another approves.
func (p *Play) refer(ctx context.Context, wave int) error {
	drafted, err := p.cast.coordinator.Draft(keyed(ctx, "draft/%d", wave), p.action.ID)
	if err != nil {
		return err
	}
	p.Show.Stage(fmt.Sprintf("pre-flight, day %d: blocked", wave), len(drafted.Blocked), len(drafted.Blocked))
	drafts, err := p.cast.coordinator.Referrals(ctx, p.action.ID, "draft")
	if err != nil {
		return err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(len(p.cast.second))
	for i, r := range drafts.Items {
		group.Go(func() error {
			_, err := p.cast.second[i%len(p.cast.second)].api.Approve(keyed(groupCtx, "approve/%s", r.ID), r.ID)
			return err
		})
	}
	err = group.Wait()
	p.Show.Stage(fmt.Sprintf("approve, day %d", wave), len(drafts.Items), len(drafts.Items))
	return err
}

// resolve settles deliveries of which Argine cannot know whether they arrived: somebody
// asks the platform.
func (p *Play) resolve(ctx context.Context) error {
	page, err := p.cast.coordinator.Deliveries(ctx, p.action.ID, "uncertain")
	if err != nil {
		return err
	}
	for _, d := range page.Items {
		in := client.Resolution{Received: p.Internet.Received(d.Reference), Detail: "the platform was asked by telephone"}
		if _, err := p.cast.coordinator.Resolve(ctx, d.ID, in); err != nil && !conflict(err) {
			return err
		}
	}
	return nil
}

func conflict(err error) bool {
	var told *client.Problem
	return errors.As(err, &told) && told.Status == http.StatusConflict
}
