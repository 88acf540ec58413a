package app

import (
	"net/netip"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/signin"
)

// own are the addresses at which a hosting service's own API may be: this computer and the
// private networks of RFC 1918 and RFC 4193.
var own = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fc00::/7"),
}

// wireHost puts together the Argine of a hosting service. Of the desk and its verbs it has what
// people and tokens need, and nothing else; no job of the desk runs.
func (a *App) wireHost(store *blob.Store) error {
	a.signin = signin.New(a.db)
	a.signin.First = auth.HostManager
	a.desk = &desk.Desk{DB: a.db, Store: store}
	a.flow = &flow.Flow{DB: a.db, Store: store, Signin: a.signin, Public: a.cfg.Public, Log: a.log}
	inside, err := fetch.New(fetch.Config{UserAgent: "Argine", Inside: own, Hosts: a.cfg.Fetch.Hosts, RootCAs: a.cfg.Roots, Timeout: 15 * time.Minute,
		MaxBytes: 256 << 20, MaxDecoded: 256 << 20, Now: a.cfg.Now})
	if err != nil {
		return err
	}
	paper, err := press.Open(press.Config{Log: a.log})
	if err != nil {
		a.log.Warn("answers by mail have no PDF with them", "why", problem.Message(err))
	}
	tolerance, err := a.cfg.Inbound.tolerance()
	if err != nil {
		return err
	}
	if a.flow.Mail, err = a.outbound(); err != nil {
		return err
	}
	a.host, err = host.Open(host.Config{Press: paper, Tolerance: tolerance, Settings: a.cfg.Host, Data: a.cfg.Data, DB: a.db, Store: store, Door: a.door, Own: inside, Public: a.cfg.Public, Log: a.log,
		Mail: a.flow.Mail})
	return err
}

// HostKey is the public key with which a hosting service signs its answers.
func (a *App) HostKey() string { return a.host.PublicKey() }
