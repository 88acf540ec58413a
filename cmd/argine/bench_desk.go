package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

// deskFigures is what `argine bench desk` measures.
type deskFigures struct {
	Engine     string    `json:"engine"`
	Ready      float64   `json:"ready_ms"` // from start to the first answer
	Items      int       `json:"items"`
	PerSecond  []float64 `json:"links_per_second"` // for each file of links
	PeakMiB    []float64 `json:"peak_mib"`         // largest resident set after each file
	ListP50    float64   `json:"list_p50_ms"`
	ListP99    float64   `json:"list_p99_ms"`
	ItemP50    float64   `json:"item_p50_ms"`
	ItemP99    float64   `json:"item_p99_ms"`
	LooksTaken int       `json:"looks"`
}

func benchDeskCommand() *cobra.Command {
	var items int
	var database string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "desk",
		Short: "Measure handing in files of 100,000 links, then opening lists and items",
		Long: `Hands in files of 100,000 links through the API until there are so many items, then opens filtered
lists and items through the API, at random. Nothing is captured: only the API runs.`,
		Example: "  argine bench desk --items 1000000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := measureDesk(cmd.Context(), cmd.ErrOrStderr(), items, database)
			if err != nil {
				return err
			}
			return printed(cmd, asJSON, f, func(w io.Writer) {
				fmt.Fprintf(w, "engine\t%s\nready after\t%.0f ms\nitems\t%d\nlinks a second\t%.0f\npeak memory, MiB\t%.0f\n", f.Engine, f.Ready, f.Items, f.PerSecond, f.PeakMiB)
				fmt.Fprintf(w, "list, p50 and p99\t%.1f ms, %.1f ms\nitem, p50 and p99\t%.1f ms, %.1f ms\n", f.ListP50, f.ListP99, f.ItemP50, f.ItemP99)
			})
		},
	}
	cmd.Flags().IntVar(&items, "items", 100_000, "items to make")
	cmd.Flags().StringVar(&database, "database", "", "postgres://… of an empty database; left out: SQLite")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

const (
	linksPerFile   = 100_000
	benchPlatforms = 52
)

func measureDesk(ctx context.Context, log io.Writer, items int, database string) (f deskFigures, err error) {
	dir, err := os.MkdirTemp("", "argine-bench-")
	if err != nil {
		return f, err
	}
	defer os.RemoveAll(dir)
	f.Engine = "sqlite"
	if database != "" {
		f.Engine = "postgres"
	}
	began := time.Now()
	a, err := app.Open(ctx, app.Config{Data: dir, Database: database, Listen: "127.0.0.1:0", Only: []string{"api", "web"}})
	if err != nil {
		return f, err
	}
	defer a.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go a.Run(ctx)
	token, err := a.OperatorToken(ctx, "bench")
	if err != nil {
		return f, err
	}
	b := deskBench{admin: client.New("http://"+a.Address(), token), base: "http://" + a.Address(), figures: &f, log: log}
	if _, err := b.admin.Me(ctx); err != nil {
		return f, err
	}
	f.Ready = time.Since(began).Seconds() * 1000
	if err := b.prepare(ctx); err != nil {
		return f, err
	}
	if err := b.fill(ctx, items); err != nil {
		return f, err
	}
	return f, b.open(ctx)
}

// deskBench is one measurement.
type deskBench struct {
	base      string
	admin     *client.Client
	unit      *client.Client
	action    string
	platforms []string
	ids       []string
	figures   *deskFigures
	log       io.Writer
}

// prepare makes a unit with a coordinator, platforms and an action.
func (b *deskBench) prepare(ctx context.Context) error {
	u, err := b.admin.AddUnit(ctx, client.NewUnit{Name: "Bench unit", Country: "XX", Kind: "authority"})
	if err != nil {
		return err
	}
	user, err := b.admin.AddUser(ctx, client.NewUser{UnitID: u.ID, Name: "Bench", Email: "bench@unit.example", Roles: []string{"coordinator", "analyst"}})
	if err != nil {
		return err
	}
	token, err := b.admin.AddToken(ctx, client.NewToken{UserID: user.ID, Name: "bench"})
	if err != nil {
		return err
	}
	b.unit = client.New(b.base, token.Secret)
	for i := range benchPlatforms {
		rules, _ := json.Marshal(map[string]any{"hosts": []string{fmt.Sprintf("p%d.example", i)}})
		p, err := b.admin.AddPlatform(ctx, client.NewPlatform{Name: fmt.Sprintf("Platform %d", i), Country: "XX", Language: "en", Transport: "smtp", ContactEmail: fmt.Sprintf("contact@p%d.example", i), Rules: rules})
		if err != nil {
			return err
		}
		b.platforms = append(b.platforms, p.ID)
	}
	a, err := b.unit.AddAction(ctx, client.NewAction{Name: "Bench", Units: []string{u.ID}, OpensAt: time.Now(), ClosesAt: time.Now().Add(time.Hour)})
	b.action = a.ID
	return err
}

// fill hands in files of links, each new, skewed over the platforms.
func (b *deskBench) fill(ctx context.Context, items int) error {
	r := rand.New(rand.NewPCG(1, 1))
	for made := 0; made < items; {
		n := min(linksPerFile, items-made)
		var file bytes.Buffer
		file.WriteString("url,source,note\n")
		for i := range n {
			fmt.Fprintf(&file, "https://p%d.example/c%d/post/%d,bench,\n", int(benchPlatforms*r.Float64()*r.Float64()), int(400*r.Float64()*r.Float64()), made+i)
		}
		began := time.Now()
		got, err := b.unit.Contribute(ctx, b.action, "text/csv", file.Bytes())
		if err != nil {
			return err
		}
		if got.NewItems != n {
			return fmt.Errorf("%d links came to %d new items: %v", n, got.NewItems, got.Errors)
		}
		made += n
		b.figures.PerSecond = append(b.figures.PerSecond, float64(n)/time.Since(began).Seconds())
		var usage syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		b.figures.PeakMiB = append(b.figures.PeakMiB, float64(usage.Maxrss)/1024)
		fmt.Fprintf(b.log, "%d items, %.0f links a second\n", made, b.figures.PerSecond[len(b.figures.PerSecond)-1])
	}
	b.figures.Items = items
	return nil
}

// looks is how many lists and how many items are opened.
const looks = 500

// open opens filtered lists and then items that were on them.
func (b *deskBench) open(ctx context.Context) error {
	r := rand.New(rand.NewPCG(2, 2))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	var lists, items []time.Duration
	for range looks {
		f := client.ItemFilter{Platform: pick("", b.platforms[0], b.platforms[1], b.platforms[40]), Stage: pick("", "contributed", "held"),
			Verdict: pick("", "", "", "removed"), Language: pick("", "", "", "en"), Query: pick("", "", "p0.example/c1", "https://p1.example/c", "https://none.example/")}
		if len(b.ids) > 0 && f.Query == "" {
			f.Cursor = pick("", b.ids[r.IntN(len(b.ids))])
		}
		began := time.Now()
		page, err := b.unit.Items(ctx, b.action, f)
		if err != nil {
			return err
		}
		lists = append(lists, time.Since(began))
		for _, it := range page.Items {
			b.ids = append(b.ids, it.ID)
		}
	}
	for range looks {
		began := time.Now()
		d, err := b.unit.Item(ctx, b.ids[r.IntN(len(b.ids))])
		if err != nil {
			return err
		}
		if len(d.History) == 0 || !strings.HasPrefix(d.Item.URL, "https://") {
			return fmt.Errorf("the item %s has no history", d.Item.ID)
		}
		items = append(items, time.Since(began))
	}
	f := b.figures
	f.ListP50, f.ListP99 = quantiles(lists)
	f.ItemP50, f.ItemP99 = quantiles(items)
	f.LooksTaken = 2 * looks
	return nil
}

// quantiles gives the median and the 99th percentile in milliseconds.
func quantiles(took []time.Duration) (p50, p99 float64) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return ms(took[len(took)/2]), ms(took[len(took)*99/100])
}
