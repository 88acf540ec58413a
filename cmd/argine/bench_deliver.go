package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/register"
)

// deliverFigures is what `argine bench deliver` measures.
type deliverFigures struct {
	Engine  string  `json:"engine"`
	Orders  int     `json:"orders"`
	Waiting int64   `json:"waiting_jobs_at_least"` // while the orders left
	P50     float64 `json:"p50_ms"`                // from the call that approves to the platform's receipt
	P99     float64 `json:"p99_ms"`
	Worst   float64 `json:"worst_ms"`
}

func benchDeliverCommand() *cobra.Command {
	var b deliverBench
	var database string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "deliver",
		Short: "Measure a removal order from its approval to the platform's receipt, while other jobs wait",
		Long: `Runs a whole Argine and, on this computer, the hosting service of a made-up platform. Links are
contributed, captured and assessed by two people, and a removal order is drafted for each. While jobs of
the same queues wait, the orders are approved one after another; what is measured is the time from the
call that approves to the arrival of the signed webhook. Captures of other links go on meanwhile.`,
		Example: "  argine bench deliver --orders 200 --waiting 10000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b.log = cmd.ErrOrStderr()
			f, err := b.measure(cmd.Context(), database)
			if err != nil {
				return err
			}
			return printed(cmd, asJSON, f, func(w io.Writer) {
				fmt.Fprintf(w, "engine\t%s\norders\t%d\njobs waiting, at least\t%d\n", f.Engine, f.Orders, f.Waiting)
				fmt.Fprintf(w, "approval to receipt, p50\t%.0f ms\np99\t%.0f ms\nworst\t%.0f ms\n", f.P50, f.P99, f.Worst)
			})
		},
	}
	cmd.Flags().IntVar(&b.orders, "orders", 200, "orders to send")
	cmd.Flags().IntVar(&b.waiting, "waiting", 10_000, "jobs that wait meanwhile")
	cmd.Flags().StringVar(&database, "database", "", "postgres://… of an empty database; left out: SQLite")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// deliverBench is one measurement.
type deliverBench struct {
	orders, waiting int
	log             io.Writer

	app    *app.App
	base   string
	people map[string]*client.Client
	action string
	drafts []string

	mu   sync.Mutex
	came map[string]time.Time // by order
	news chan struct{}
}

func (b *deliverBench) measure(ctx context.Context, database string) (f deliverFigures, err error) {
	dir, err := os.MkdirTemp("", "argine-bench-")
	if err != nil {
		return f, err
	}
	defer os.RemoveAll(dir)
	b.came, b.news = map[string]time.Time{}, make(chan struct{}, 1)
	host := httptest.NewUnstartedServer(http.HandlerFunc(b.host))
	roots, err := b.certify(host)
	if err != nil {
		return f, err
	}
	defer host.Close()
	address := host.Listener.Addr().String()
	b.app, err = app.Open(ctx, app.Config{Data: dir, Database: database, Listen: "127.0.0.1:0", Roots: roots,
		Fetch: app.Fetch{AllowLoopback: true, PerHost: 32, Interval: "0s", Hosts: map[string]string{"clips.example:443": address}}})
	if err != nil {
		return f, err
	}
	defer b.app.Close()
	ctx, cancel := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- b.app.Run(ctx) }()
	defer func() { cancel(); <-ran }()
	b.base = "http://" + b.app.Address()
	for _, step := range []func(context.Context) error{b.prepare, b.gather, b.draft, b.crowd} {
		if err := step(ctx); err != nil {
			return f, err
		}
	}
	f = deliverFigures{Engine: "sqlite", Orders: b.orders}
	if database != "" {
		f.Engine = "postgres"
	}
	return f, b.approve(ctx, &f)
}

// host is the made-up hosting service: its pages, and where it takes orders.
func (b *deliverBench) host(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/hook" {
		fmt.Fprintf(w, "<!doctype html><title>Sample</title><p>A made-up page, %s.", r.URL.Path)
		return
	}
	var m client.Message
	now := time.Now()
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.Type != client.OrderIssued {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.came[m.Subject].IsZero() {
		b.came[m.Subject] = now
	}
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// certify starts the hosting service with a certificate of its own, and gives who trusts it.
func (b *deliverBench) certify(host *httptest.Server) (*x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"clips.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(made)
	host.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	host.StartTLS()
	return roots, nil
}

// prepare makes the people, the register of authorities, the platform and the action.
func (b *deliverBench) prepare(ctx context.Context) error {
	token, err := b.app.OperatorToken(ctx, "bench")
	if err != nil {
		return err
	}
	admin := client.New(b.base, token)
	u, err := admin.AddUnit(ctx, client.NewUnit{Name: "Bench unit", Country: "BE", Kind: "authority"})
	if err != nil {
		return err
	}
	b.people = map[string]*client.Client{}
	for _, name := range []string{"first", "second"} {
		user, err := admin.AddUser(ctx, client.NewUser{UnitID: u.ID, Name: name, Email: name + "@unit.example", Roles: []string{"coordinator"}})
		if err != nil {
			return err
		}
		token, err := admin.AddToken(ctx, client.NewToken{UserID: user.ID, Name: "bench"})
		if err != nil {
			return err
		}
		b.people[name] = client.New(b.base, token.Secret)
	}
	if _, err := admin.ImportRegister(ctx, "application/json", register.ExampleFile()); err != nil {
		return err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	p, err := admin.AddPlatform(ctx, client.NewPlatform{Name: "Clips", Country: "BE", Language: "en", Transport: "webhook", WebhookURL: "https://clips.example/hook",
		WebhookSecret: "whsec_" + base64.StdEncoding.EncodeToString(secret), Rules: json.RawMessage(`{"hosts":["clips.example"]}`)})
	if err != nil {
		return err
	}
	if _, err := admin.VerifyContact(ctx, p.ID); err != nil {
		return err
	}
	a, err := b.people["first"].AddAction(ctx, client.NewAction{Name: "Bench", Units: []string{u.ID}, OpensAt: time.Now(), ClosesAt: time.Now().Add(24 * time.Hour)})
	b.action = a.ID
	return err
}

func (b *deliverBench) contribute(ctx context.Context, from, n int) error {
	var links strings.Builder
	for i := range n {
		fmt.Fprintf(&links, "https://clips.example/v/%d\n", from+i)
	}
	_, err := b.people["first"].Contribute(ctx, b.action, "text/uri-list", []byte(links.String()))
	return err
}

// reached waits until so many items are at a stage, and gives them.
func (b *deliverBench) reached(ctx context.Context, stage string) (items []client.Item, err error) {
	for {
		items = items[:0]
		for cursor := ""; ; {
			page, err := b.people["first"].Items(ctx, b.action, client.ItemFilter{Stage: stage, Cursor: cursor})
			if err != nil {
				return nil, err
			}
			items = append(items, page.Items...)
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if len(items) >= b.orders {
			return items[:b.orders], nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// gather takes links through capture, two assessments and deconfliction.
func (b *deliverBench) gather(ctx context.Context) error {
	if err := b.contribute(ctx, 0, b.orders); err != nil {
		return err
	}
	items, err := b.reached(ctx, "ready")
	if err != nil {
		return err
	}
	for _, name := range []string{"first", "second"} {
		for from := 0; from < len(items); from += 100 {
			var in client.NewAssessments
			for _, it := range items[from:min(from+100, len(items))] {
				in.Assessments = append(in.Assessments, client.NewAssessment{ItemID: it.ID, Decision: "terrorist", Limbs: []string{"a"}, Purpose: "none",
					PurposeReasons: "the page gives no context", Confidence: 90, Reasons: "made-up reasons"})
			}
			if rows, err := b.people[name].Assess(ctx, in); err != nil || rows.Failed > 0 {
				return fmt.Errorf("assessed: %+v, %w", rows, err)
			}
		}
	}
	fmt.Fprintf(b.log, "%d items are assessed\n", len(items))
	return nil
}

func (b *deliverBench) draft(ctx context.Context) error {
	items, err := b.reached(ctx, "cleared")
	for _, it := range items {
		o, err := b.people["first"].DraftOrder(ctx, client.NewOrder{ItemID: it.ID, ActionID: b.action, Emergency: "made up, for a measurement"})
		if err != nil {
			return err
		}
		b.drafts = append(b.drafts, o.Order.ID)
	}
	fmt.Fprintf(b.log, "%d orders are drafted\n", len(b.drafts))
	return err
}

// crowd sends one order ahead, on whose delivery the others can wait, and has captures begin.
func (b *deliverBench) crowd(ctx context.Context) error {
	if _, err := b.one(ctx, b.drafts[0]); err != nil {
		return err
	}
	return b.contribute(ctx, 1_000_000, b.waiting/2)
}

// one approves an order, and gives the time until the platform had it.
func (b *deliverBench) one(ctx context.Context, order string) (time.Duration, error) {
	began := time.Now()
	if _, err := b.people["second"].ApproveOrder(ctx, order); err != nil {
		return 0, err
	}
	for {
		b.mu.Lock()
		at := b.came[order]
		b.mu.Unlock()
		if !at.IsZero() {
			return at.Sub(began), nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-b.news:
		case <-time.After(time.Minute):
			return 0, fmt.Errorf("the order %s did not arrive within a minute", order)
		}
	}
}

func (b *deliverBench) approve(ctx context.Context, f *deliverFigures) error {
	if _, err := b.app.Crowd(ctx, b.waiting+b.waiting/2); err != nil {
		return err
	}
	var took []time.Duration
	for _, order := range b.drafts[1:] {
		waited, err := b.app.Crowd(ctx, b.waiting+b.waiting/10)
		if err != nil {
			return err
		}
		if f.Waiting == 0 || waited < f.Waiting {
			f.Waiting = waited
		}
		d, err := b.one(ctx, order)
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	f.P50, f.P99 = quantiles(took)
	f.Worst = float64(took[len(took)-1].Microseconds()) / 1000
	return nil
}
