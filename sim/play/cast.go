package play

import (
	"context"
	"fmt"
	"slices"

	"github.com/argine/argine/client"
	"github.com/argine/argine/sim"
)

// cast is who plays: each person and each platform with a token of their own.
type cast struct {
	units       []client.Unit
	first       []actor // assess first
	second      []actor // assess second, approve
	coordinator *client.Client
	byUnit      []*client.Client // somebody of each unit, who hands in
	platforms   []client.Platform
	contacts    []*client.Client       // of each platform
	programs    map[int]*client.Client // of the people of platforms with a program of their own
	investigate map[int]*client.Client // of each unit with standing interests: who answers for them
}

type actor struct {
	sim.Analyst
	api *client.Client
}

// setUp makes units, people, platforms and what is known before the action begins.
func (p *Play) setUp(ctx context.Context) error {
	for _, do := range []func(context.Context) error{p.addUnits, p.addPeople, p.addPlatforms, p.openAction, p.tellWhatIsKnown} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *Play) addUnits(ctx context.Context) error {
	for i, in := range p.World.Units() {
		u, err := p.Admin.AddUnit(keyed(ctx, "unit/%d", i), in)
		if err != nil {
			return err
		}
		p.cast.units = append(p.cast.units, u)
	}
	p.cast.byUnit = make([]*client.Client, len(p.cast.units))
	return nil
}

func (p *Play) addPeople(ctx context.Context) error {
	for i, a := range p.World.Analysts() {
		api, err := p.join(ctx, fmt.Sprintf("user/%d", i), client.NewUser{UnitID: p.cast.units[a.Unit].ID, Name: a.Name, Email: a.Email, Roles: a.Roles})
		if err != nil {
			return err
		}
		switch {
		case slices.Contains(a.Roles, "coordinator"):
			p.cast.coordinator = api
		case slices.Contains(a.Roles, "reviewer"):
			p.cast.second = append(p.cast.second, actor{a, api})
		default:
			p.cast.first = append(p.cast.first, actor{a, api})
			p.cast.byUnit[a.Unit] = api
		}
	}
	return nil
}

// join makes a user, and a token for this run of the script: secrets are not kept anywhere.
func (p *Play) join(ctx context.Context, place string, in client.NewUser) (*client.Client, error) {
	u, err := p.Admin.AddUser(keyed(ctx, "%s", place), in)
	if err != nil {
		return nil, err
	}
	secret, err := p.token(ctx, u)
	if err != nil {
		return nil, err
	}
	return client.New(p.Server, secret), nil
}

func (p *Play) token(ctx context.Context, u client.NewUserAnswer) (string, error) {
	t, err := p.Admin.AddToken(ctx, client.NewToken{UserID: u.ID, Name: "script", Days: 30})
	return t.Secret, err
}

func (p *Play) addPlatforms(ctx context.Context) error {
	list := p.World.Platforms()
	secrets := make([]string, len(list))
	for i, platform := range list {
		made, err := p.Admin.AddPlatform(keyed(ctx, "platform/%d", i), platform.New())
		if err != nil {
			return fmt.Errorf("%s: %w", platform.Name, err)
		}
		if _, err := p.Admin.VerifyContact(keyed(ctx, "contact/%d", i), made.ID); err != nil {
			return err
		}
		unit, err := p.Admin.AddUnit(keyed(ctx, "platform-unit/%d", i), client.NewUnit{Name: platform.Name, Country: platform.Country, Kind: "platform"})
		if err != nil {
			return err
		}
		contact, err := p.Admin.AddUser(keyed(ctx, "platform-user/%d", i), client.NewUser{UnitID: unit.ID, Name: "Contact point", Email: "contact@" + platform.Host, Roles: []string{"platform_contact"}, PlatformID: made.ID})
		if err != nil {
			return err
		}
		secret, err := p.token(ctx, contact)
		if err != nil {
			return err
		}
		p.cast.platforms = append(p.cast.platforms, made)
		p.cast.contacts = append(p.cast.contacts, client.New(p.Server, secret))
		secrets[i] = secret
		p.Show.Stage("set up", i+1, len(list))
	}
	return p.startPrograms(ctx, secrets)
}

func (p *Play) openAction(ctx context.Context) (err error) {
	units := make([]string, len(p.cast.units))
	for i, u := range p.cast.units {
		units[i] = u.ID
	}
	p.action, err = p.cast.coordinator.AddAction(keyed(ctx, "action"), client.NewAction{
		Name: "Joint action", Theme: "Propaganda of the Example Front and the Sample Brigade, in six languages", Units: units,
		OpensAt: p.World.Start(), ClosesAt: p.World.WaveAt(2).Add(horizon)})
	return err
}

// tellWhatIsKnown hands in the protected hosts, the orders that exist and the units' interests.
func (p *Play) tellWhatIsKnown(ctx context.Context) error {
	for name, call := range map[string]func() (client.Rows, error){
		"protected hosts": func() (client.Rows, error) {
			return p.Admin.ProtectHosts(keyed(ctx, "protected"), p.World.ProtectedHosts())
		},
		"existing orders": func() (client.Rows, error) {
			return p.cast.coordinator.AddExistingOrders(keyed(ctx, "orders"), p.World.ExistingOrders())
		},
	} {
		rows, err := call()
		if err == nil {
			err = allDone(rows)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return p.addInterests(ctx)
}

// addInterests registers the units' standing interests. Each unit's is its investigation desk's
// to register, which answers later what it is asked for their sake.
func (p *Play) addInterests(ctx context.Context) error {
	p.cast.investigate = map[int]*client.Client{}
	for i, in := range p.World.Interests() {
		api := p.cast.investigate[in.Unit]
		if api == nil {
			var err error
			unit := p.cast.units[in.Unit]
			api, err = p.join(ctx, fmt.Sprintf("investigator/%d", in.Unit), client.NewUser{UnitID: unit.ID, Name: "Investigation desk", Email: fmt.Sprintf("investigation-%d@unit.example", in.Unit), Roles: []string{"coordinator"}})
			if err != nil {
				return err
			}
			p.cast.investigate[in.Unit] = api
		}
		if _, err := api.AddInterest(keyed(ctx, "interest/%d", i), in.NewInterest); err != nil {
			return err
		}
	}
	return nil
}

// allDone makes an error of the first row that failed: in the script none should.
func allDone(rows client.Rows) error {
	for _, r := range rows.Rows {
		if r.Error != "" {
			return fmt.Errorf("row %d: %s", r.Line, r.Error)
		}
	}
	return nil
}
