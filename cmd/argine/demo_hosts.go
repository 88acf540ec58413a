package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/sim"
)

// demoHosts are the programs of the platforms that answer by the book: each a contact point as
// `argine host serve` runs it, on an address and a database of its own. It and the desk meet
// over HTTP and nowhere else.
type demoHosts struct {
	ctx   context.Context
	group *errgroup.Group
	world *sim.World
	clock *clock
	desk  string // address of the desk
	data  string

	mu   sync.Mutex
	apps map[int]*app.App
}

// deskName is what the hosting services know the desk by. Its address is another after a
// restart, and what they have yet to tell it must find it all the same.
const deskName = "argine.example"

// open starts the program of a platform.
func (d *demoHosts) open(ctx context.Context, platform int, token string) (string, *client.Client, error) {
	p := d.world.Platforms()[platform]
	dir := filepath.Join(d.data, "hosts", fmt.Sprint(platform))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "rules.json"), p.Rules(), 0o600); err != nil {
		return "", nil, err
	}
	a, err := app.Open(ctx, app.Config{Data: dir, Listen: "127.0.0.1:0", Now: d.clock.Now, Quick: true, Hosting: true, Log: logger(os.Stderr, false),
		Fetch:   app.Fetch{AllowLoopback: true, Hosts: map[string]string{deskName + ":80": d.desk}, PerHost: 16, Interval: "0s", UserAgent: "Argine demo"},
		Inbound: app.Inbound{Tolerance: "2h"}, // the demo's clock jumps
		Host: host.Settings{Name: p.Name, MemberState: p.Country, Contact: p.ContactEmail, Languages: []string{p.Language}, Person: "Contact point", Rules: "rules.json",
			Senders: []inbox.Sender{{Name: "argine", Secret: p.WebhookSecret, Token: token}}}})
	if err != nil {
		return "", nil, err
	}
	people, err := a.OperatorToken(ctx, "demo")
	if err != nil {
		a.Close()
		return "", nil, err
	}
	d.mu.Lock()
	d.apps[platform] = a
	d.mu.Unlock()
	d.group.Go(func() error { return a.Run(d.ctx) })
	base := "http://" + a.Address()
	return base + "/hooks/argine", client.New(base, people), nil
}

func (d *demoHosts) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.apps {
		a.Close()
	}
}

// invite tells where one of them can be looked at.
func (d *demoHosts) invite(ctx context.Context, out io.Writer) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, p := range d.world.Platforms() {
		a := d.apps[i]
		if a == nil {
			continue
		}
		link, err := a.FirstLink(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d hosting services run their own program; that of %s is at http://%s%s\n", len(d.apps), p.Name, a.Address(), link)
		return nil
	}
	return nil
}
