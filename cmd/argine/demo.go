package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/sim"
	"github.com/argine/argine/sim/play"
)

// demoOptions are the flags of the demo.
type demoOptions struct {
	data, database, report, listen string
	seed                           int64
	items, entries                 int
	speed                          float64
	exit                           bool
}

func demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a whole joint action on a made-up internet",
		Long: `Starts Argine on its embedded database, starts a made-up internet on this machine's loopback
addresses, and runs a joint action of the size of April 2017 through the REST API: five units,
2,068 items in 6 languages on 52 platforms, start to end. Platforms that answer by the book run
the program of a hosting service (argine host serve), each its own. Everything is made up and
harmless. Loopback addresses, which Argine refuses to fetch from otherwise, are allowed here.

Time stands still while there is work to do and then goes to the next moment at which
something is due. Killed and started again with the same --data, it goes on where it was.
At the end it writes the report and goes on serving the pages until it is interrupted.`,
		Example: "  argine demo\n  argine demo --items 300 --seed 7 --exit --report report.json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return demo(cmd, o) },
	}
	cmd.Flags().StringVar(&o.data, "data", "", "data directory; left out: a new temporary one")
	cmd.Flags().StringVar(&o.database, "database", "", "postgres://…; left out: SQLite in the data directory")
	cmd.Flags().StringVar(&o.report, "report", "", "where to write the report (.json, and .html beside it); left out: in the data directory")
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:0", "address of the pages and the API")
	cmd.Flags().Int64Var(&o.seed, "seed", 2017, "which made-up world")
	cmd.Flags().IntVar(&o.items, "items", sim.DefaultItems, "size of the action in items")
	cmd.Flags().IntVar(&o.entries, "bank", 100_000, "fingerprints in the bank")
	cmd.Flags().Float64Var(&o.speed, "speed", 0, "simulated hours per second while nothing is to be done; 0: no waiting")
	cmd.Flags().BoolVar(&o.exit, "exit", false, "stop at the end instead of serving the pages")
	return cmd
}

func demo(cmd *cobra.Command, o demoOptions) (err error) {
	if o.data == "" {
		if o.data, err = os.MkdirTemp("", "argine-demo-"); err != nil {
			return err
		}
	}
	if o.report == "" {
		o.report = filepath.Join(o.data, "report.json")
	}
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	world := sim.New(sim.Config{Seed: o.seed, Items: o.items})
	clock, err := openClock(o, world.Start())
	if err != nil {
		return err
	}
	internet, err := world.Serve(ctx, clock.Now, filepath.Join(o.data, "world"))
	if err != nil {
		return err
	}
	defer internet.Close()
	a, admin, err := openDemo(ctx, o, clock, internet)
	if err != nil {
		return err
	}
	defer a.Close()
	group, ctx := errgroup.WithContext(ctx)
	hosts := &demoHosts{ctx: ctx, group: group, world: world, clock: clock, desk: a.Address(), data: o.data, apps: map[int]*app.App{}}
	defer hosts.close()
	internet.ExpectPrograms()
	group.Go(func() error { return a.Run(ctx) })
	group.Go(func() error {
		defer func() {
			if o.exit {
				cancel()
			}
		}()
		return perform(ctx, cmd.OutOrStdout(), o, world, internet, clock, a.Address(), admin, hosts)
	})
	if err := group.Wait(); err != nil && cmd.Context().Err() == nil {
		return err
	}
	return nil
}

// openDemo opens Argine on the made-up internet and makes an administrator's token.
func openDemo(ctx context.Context, o demoOptions, clock *clock, internet *sim.Internet) (*app.App, *client.Client, error) {
	a, err := app.Open(ctx, app.Config{Data: o.data, Database: o.database, Listen: o.listen, Public: "http://" + deskName, Now: clock.Now, Roots: internet.RootCAs(), Quick: true,
		Log:   logger(os.Stderr, false),
		SMTP:  app.SMTP{Host: internet.SMTPAddr(), From: "desk@argine.example"},
		Fetch: app.Fetch{AllowLoopback: true, Hosts: internet.Hosts(), PerHost: 16, Interval: "0s", UserAgent: "Argine demo"}})
	if err != nil {
		return nil, nil, err
	}
	token, err := a.OperatorToken(ctx, "demo")
	if err != nil {
		a.Close()
		return nil, nil, err
	}
	return a, client.New("http://"+a.Address(), token), nil
}

// perform runs the script and writes the report.
func perform(ctx context.Context, out io.Writer, o demoOptions, world *sim.World, internet *sim.Internet, clock *clock, address string, admin *client.Client, hosts *demoHosts) error {
	fmt.Fprintf(out, "A joint action on a made-up internet, seed %d. Argine is at http://%s; loopback addresses are allowed in this demo alone.\n", o.seed, address)
	show := newProgress(out)
	began := time.Now()
	p := &play.Play{World: world, Internet: internet, Clock: clock, Server: "http://" + address, Admin: admin, Entries: o.entries, Show: show, Host: hosts.open}
	action, err := p.Run(ctx)
	show.Finish()
	if err != nil {
		return err
	}
	if twice := internet.Twice(); twice > 0 {
		return problem.New(problem.Internal, "%d deliveries arrived twice", twice)
	}
	written, err := writeReport(ctx, o, world, admin, action)
	if err != nil {
		return err
	}
	written.print(out, time.Since(began), o.report)
	if o.exit {
		return nil
	}
	clock.Run()
	if err := hosts.invite(ctx, out); err != nil {
		return err
	}
	return invite(ctx, out, address, admin)
}
