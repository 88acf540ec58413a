// Package host is a hosting service's side of the matter: the contact point of Article 15 of
// Regulation (EU) 2021/784 for a service of three people.
//
// Its verbs are what such a service does: it receives, makes sure of the sender, disables,
// answers within the hour, keeps what was removed for six months and erases it then, tells the
// content provider, hears complaints, reports once a year. A verb checks the permission, opens
// the write transaction and calls the packages below, each of which keeps one thing: inbox
// (messages and who sent them), cases (law.Event by law.Event), acts (what leaves, once),
// service (the service's own API or command), vault, prints (the same content elsewhere),
// complaints, statements, uploads.
//
// It stands on the same floor as flow and knows nothing of it: a hosting service runs its own
// Argine on its own database, and what the two sides have in common is the law, the forms and
// what goes over the wire (package client).
package host

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/service"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/sqldb"
)

// Config is what a Host works with.
type Config struct {
	Settings Settings
	Data     string // directory: the vault and its key, the key of answers
	DB       *sqldb.DB
	Store    *blob.Store  // messages as they came
	Door     *fetch.Door  // to authorities and mail servers
	Own      *fetch.Door  // to the service's own network
	Mail     deliver.Mail // through which answers leave; no host: none do
	Public   string       // URL under which people and senders reach this Argine
	Press    *press.Press // prints what goes by mail; nil: it goes as a page

	Tolerance time.Duration // how far the time of a webhook may be from ours; 0: client.WebhookTolerance

	Log *slog.Logger
}

// Host is a hosting service's desk, opened.
type Host struct {
	Config
	known   inbox.Known
	book    *link.Book
	service *service.Service
	vault   *vault.Vault
	key     ed25519.PrivateKey // signs answers for who has no secret with us
	waked   chan struct{}      // something was planned: the timer need not wait

	learning sync.Mutex // held while a place's fingerprints are compared with the others'

	mu   sync.Mutex
	busy map[string]bool // what is being done at this moment
}

// Open makes a Host ready.
func Open(cfg Config) (*Host, error) {
	if err := cfg.Settings.Check(); err != nil {
		return nil, err
	}
	h := &Host{Config: cfg, waked: make(chan struct{}, 1), busy: map[string]bool{}}
	var err error
	if h.known, err = cfg.Settings.known(cfg.Data); err != nil {
		return nil, err
	}
	h.known.Tolerance = cfg.Tolerance
	if h.book, err = cfg.Settings.book(cfg.Data); err != nil {
		return nil, err
	}
	if h.vault, err = vault.Open(cfg.Data); err != nil {
		return nil, err
	}
	if h.service, err = service.New(cfg.Settings.Service, cfg.Own, filepath.Join(cfg.Data, "vault")); err != nil {
		return nil, err
	}
	h.key, err = deliver.HookKey(filepath.Join(cfg.Data, "webhook.key"))
	return h, err
}

// Close lets go of what Open was given for this desk alone.
func (h *Host) Close() {
	h.Own.Close()
	if h.Press != nil {
		h.Press.Close()
	}
}

// machine is who does what a sender's program asks: taking in.
func machine(sender string) audit.Actor {
	if sender == "" {
		return audit.System
	}
	return audit.Actor{User: id.User("sender:" + sender)}
}

// write carries out a verb of a person: permission, then transaction.
func write[T any](ctx context.Context, h *Host, who auth.Principal, perm auth.Permission, do func(*sqldb.Tx) (T, error)) (out T, err error) {
	if err := who.Require(perm); err != nil {
		return out, err
	}
	err = h.DB.Update(ctx, func(tx *sqldb.Tx) error { out, err = do(tx); return err })
	h.wake()
	return out, err
}

// read answers a question of a person.
func read[T any](ctx context.Context, h *Host, who auth.Principal, perm auth.Permission, do func(*sqldb.Tx) (T, error)) (out T, err error) {
	if err := who.Require(perm); err != nil {
		return out, err
	}
	err = h.DB.View(ctx, func(tx *sqldb.Tx) error { out, err = do(tx); return err })
	return out, err
}

// wake lets the timer look at once.
func (h *Host) wake() {
	select {
	case h.waked <- struct{}{}:
	default:
	}
}

// Principal tells who holds an API token.
func (h *Host) Principal(ctx context.Context, secret string) (who auth.Principal, err error) {
	err = h.DB.View(ctx, func(tx *sqldb.Tx) error { who, err = auth.ByToken(tx, secret); return err })
	return who, err
}

// noteWithin is how long noting what an act came to may take, when all is to stop.
const noteWithin = 15 * time.Second

// Serves reports whether a command or an address of the service is set.
func (h *Host) Serves() bool { return h.service.Set() }

// PublicKey is the key with which answers are signed, for senders who share no secret.
func (h *Host) PublicKey() string {
	return client.WebhookPublic(h.key.Public().(ed25519.PublicKey))
}
