package app

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sandbox"
	"github.com/argine/argine/internal/signin"
	"github.com/argine/argine/internal/sqldb"
)

// App is one Argine, opened.
type App struct {
	cfg      Config
	db       *sqldb.DB
	audit    *audit.Log
	flow     *flow.Flow
	desk     *desk.Desk
	jobs     *job.Runner
	index    *match.Index
	door     *fetch.Door
	signin   *signin.Desk
	host     *host.Host // of a hosting service's own Argine; else nil
	listener net.Listener
	mail     net.Listener // nil: no mail is taken in
	mailTLS  *tls.Config
	unlock   func()
	log      *slog.Logger
}

// Open opens the data directory, which is made where it is missing, and all that stands on
// it. It takes the listening address too, so that a caller knows it before Run.
func Open(ctx context.Context, cfg Config) (_ *App, err error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{cfg: cfg, log: cfg.Log}
	if strength := sandbox.Level(); !strength.Full() {
		a.log.Warn("this system confines decoders of videos, sounds and documents less than Argine can", "has", strength.String())
	}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the data directory %s cannot be made; choose another with --data", cfg.Data)
	}
	if !cfg.matcherAlone() {
		if a.unlock, err = lock(filepath.Join(cfg.Data, "lock")); err != nil {
			return nil, err
		}
	}
	if a.listener, err = net.Listen("tcp", cfg.Listen); err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "the address %s is taken or cannot be used; choose another with --listen", cfg.Listen)
	}
	if a.cfg.Public == "http://"+cfg.Listen {
		a.cfg.Public = "http://" + a.Address() // nothing else was said, and port 0 is the system's choice
	}
	if err = a.listenForMail(); err != nil {
		return nil, err
	}
	if a.db, err = openDatabase(ctx, cfg); err != nil {
		return nil, err
	}
	return a, a.wire(ctx)
}

// openDatabase brings the schema up to date, but where a matcher alone looks on.
func openDatabase(ctx context.Context, cfg Config) (*sqldb.DB, error) {
	how := sqldb.Config{URL: cfg.Database, Path: DatabasePath(cfg.Data), Now: cfg.Now, Quick: cfg.Quick}
	if !cfg.matcherAlone() {
		return sqldb.Open(ctx, how)
	}
	if err := hasDatabase(cfg.Data, cfg.Database); err != nil {
		return nil, err
	}
	return sqldb.Attach(ctx, how)
}

// DatabasePath is where the embedded database lies in a data directory.
func DatabasePath(data string) string { return filepath.Join(data, "argine.db") }

func (a *App) wire(ctx context.Context) error {
	store, err := blob.Open(filepath.Join(a.cfg.Data, "blobs"))
	if err != nil {
		return err
	}
	store.Sync = !a.cfg.Quick
	if !a.cfg.matcherAlone() {
		if a.audit, err = audit.Open(a.db, a.cfg.Data); err != nil {
			return err
		}
	}
	if a.door, err = a.openDoor(); err != nil {
		return err
	}
	if a.cfg.Hosting {
		return a.wireHost(store)
	}
	hookKey, err := a.hookKey()
	if err != nil {
		return err
	}
	node, err := nodeName(a.cfg.Data)
	if err != nil {
		return err
	}
	if a.cfg.matcherAlone() {
		node += "-match" // the jobs under the directory's own name are another process's
	}
	if a.jobs, err = job.Open(a.db, job.Config{Node: node, Work: a.cfg.runs("jobs"), Log: a.log}); err != nil {
		return err
	}
	if a.index, err = match.Open(ctx, a.db, store, filepath.Join(a.cfg.Data, "index")); err != nil {
		return a.notReady(err)
	}
	a.signin = signin.New(a.db)
	a.desk = &desk.Desk{DB: a.db, Store: store, Public: a.cfg.Public, Blind: a.cfg.Blind}
	a.flow = &flow.Flow{DB: a.db, Jobs: a.jobs, Store: store, Door: a.door, Index: a.index, Signin: a.signin, Public: a.cfg.Public, Log: a.log, HookKey: hookKey}
	if a.flow.Mail, err = a.outbound(); err != nil {
		return err
	}
	a.flow.HookTolerance, _ = a.cfg.Inbound.tolerance()
	a.flow.Press = a.openPress()
	if a.cfg.runs("jobs") {
		a.flow.Register()
	}
	return nil
}

// hookKey is the key that webhooks are signed with. A matcher alone sends none.
func (a *App) hookKey() (ed25519.PrivateKey, error) {
	if a.cfg.matcherAlone() {
		return nil, nil
	}
	return deliver.HookKey(filepath.Join(a.cfg.Data, "webhook.key"))
}

// notReady says what to do where a matcher finds a database that is not its own to set up.
func (a *App) notReady(err error) error {
	if a.cfg.matcherAlone() && problem.Is(err, problem.Internal) {
		return problem.Wrap(err, problem.Unavailable, "the database is not set up for this version of Argine; run `argine serve` on it first")
	}
	return err
}

func (a *App) openDoor() (*fetch.Door, error) {
	f := a.cfg.Fetch
	interval, _ := a.cfg.interval()
	vantages := make([]fetch.Vantage, len(f.Vantages))
	for i, v := range f.Vantages {
		vantages[i] = fetch.Vantage{Name: v.Name, Proxy: v.Proxy}
	}
	perHost := f.PerHost
	if perHost == 0 {
		perHost = 2
	}
	return fetch.New(fetch.Config{UserAgent: f.UserAgent, AllowLoopback: f.AllowLoopback, Hosts: f.Hosts, RootCAs: a.cfg.Roots,
		PerHost: perHost, HostInterval: interval, Vantages: vantages, Timeout: 30 * time.Second, Now: a.cfg.Now})
}

// Address is where the pages and the API are.
func (a *App) Address() string { return a.listener.Addr().String() }

// FirstLink is the path of the one-time link for the first administrator, "" once it was used.
func (a *App) FirstLink(ctx context.Context) (string, error) {
	secret, err := a.signin.FirstAdministrator(ctx)
	if err != nil || secret == "" {
		return "", err
	}
	return "/welcome/" + secret, nil
}

// Close releases what Open took. It may be called on an App that is half open.
func (a *App) Close() {
	if a.flow != nil && a.flow.Press != nil {
		a.flow.Press.Close()
	}
	if a.listener != nil {
		a.listener.Close()
	}
	if a.host != nil {
		a.host.Close()
	}
	if a.mail != nil {
		a.mail.Close()
	}
	if a.door != nil {
		a.door.Close()
	}
	if a.db != nil {
		a.db.Close()
	}
	if a.unlock != nil {
		a.unlock()
	}
}
