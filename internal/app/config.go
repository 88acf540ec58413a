// Package app opens everything once, wires it and runs it.
package app

import (
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/problem"
)

// Config is how an Argine is set up. The members with a toml name are read from the file
// argine.toml in the data directory, where there is one; a name that is not known there is
// an error. The environment goes before the file, flags go before the environment.
type Config struct {
	Data     string   `toml:"-"`          // directory of the database, the blobs, the audit key
	Database string   `toml:"database"`   // postgres://…; empty: SQLite in Data. ARGINE_DATABASE
	Listen   string   `toml:"listen"`     // address of the pages and the API. ARGINE_LISTEN
	Public   string   `toml:"public_url"` // URL under which platforms reach this Argine. ARGINE_PUBLIC_URL
	Only     []string `toml:"only"`       // parts to run: web, api, match, jobs; empty: all

	Blind bool `toml:"blind"` // in every action, who assesses an item sees nothing of those who did before

	SMTP    SMTP    `toml:"smtp"`
	Inbound Inbound `toml:"inbound"`
	Fetch   Fetch   `toml:"fetch"`

	Host    host.Settings `toml:"host"` // of a hosting service's own Argine
	Hosting bool          `toml:"-"`    // this is one: it serves the hosting service's side alone

	Now   func() time.Time `toml:"-"` // the clock; nil: the wall clock
	Roots *x509.CertPool   `toml:"-"` // whom TLS trusts; nil: the system's roots

	Resolver mailbox.Resolver `toml:"-"` // of the keys of DKIM; nil: the system's
	Log      *slog.Logger     `toml:"-"`
	Quick    bool             `toml:"-"` // do not wait for the disk: a loss of power, not a kill, may cost what is newest
}

// SMTP is the mail server through which letters leave.
type SMTP struct {
	Host     string `toml:"host"` // host:port. ARGINE_SMTP_HOST
	From     string `toml:"from"`
	User     string `toml:"user"`
	Password string `toml:"password"` // better in ARGINE_SMTP_PASSWORD

	DKIMDomain   string `toml:"dkim_domain"`       // in whose name mails are signed; empty: they are not
	DKIMSelector string `toml:"dkim_selector"`     // empty: argine
	DKIMKey      string `toml:"dkim_key"`          // file (PEM); empty: dkim.key in the data directory, made on first use
	Certificate  string `toml:"smime_certificate"` // file (PEM) of an S/MIME certificate that signs mails; empty: none does
	Key          string `toml:"smime_key"`         // its private key
	PGPKey       string `toml:"pgp_key"`           // file of an armored OpenPGP private key that signs mails; empty: none does
}

// Fetch is how Argine looks at the outside.
type Fetch struct {
	UserAgent     string            `toml:"user_agent"`     // empty: that of a common browser, so that Argine does not stand out
	AllowLoopback bool              `toml:"allow_loopback"` // for tests and the demo alone
	Hosts         map[string]string `toml:"hosts"`          // "clips.example:443" = "192.0.2.7:8443": names that are looked up here
	PerHost       int               `toml:"per_host"`       // requests at once to one host; 0: 2
	Interval      string            `toml:"interval"`       // between two requests to one host: "500ms"
	Vantages      []Vantage         `toml:"vantage"`
}

// Vantage is a place to look from.
type Vantage struct {
	Name  string `toml:"name"`
	Proxy string `toml:"proxy"` // http://… or socks5://…; empty: direct
}

// Parts are the parts of the program that can run by themselves.
var Parts = []string{"web", "api", Matcher, "jobs"}

// Matcher is the part that answers lookups. Alone it is a reader beside others: it takes no
// lock on the data directory, brings no schema up to date and runs no jobs.
const Matcher = "match"

// Load reads the file of the data directory and the environment into cfg, over which the
// caller then lays its flags.
func Load(data string) (Config, error) {
	cfg := Config{Data: data, Listen: "127.0.0.1:8080"}
	path := filepath.Join(data, "argine.toml")
	meta, err := toml.DecodeFile(path, &cfg)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cfg, problem.Wrap(err, problem.Invalid, "%s cannot be read: %v", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return cfg, problem.New(problem.Invalid, "%s has %q, which is no setting of Argine; correct or remove it", path, unknown[0].String())
	}
	for name, to := range map[string]*string{"ARGINE_DATABASE": &cfg.Database, "ARGINE_LISTEN": &cfg.Listen, "ARGINE_PUBLIC_URL": &cfg.Public,
		"ARGINE_SMTP_HOST": &cfg.SMTP.Host, "ARGINE_SMTP_PASSWORD": &cfg.SMTP.Password, "ARGINE_INBOUND_LISTEN": &cfg.Inbound.Listen,
		"ARGINE_STATEMENTS_TOKEN": &cfg.Host.Statements.Token} {
		if value := os.Getenv(name); value != "" {
			*to = value
		}
	}
	return cfg, nil
}

func (c *Config) check() error {
	for _, part := range c.Only {
		if !slices.Contains(Parts, part) {
			return problem.New(problem.Invalid, "%q is no part of Argine; the parts are %s", part, strings.Join(Parts, ", "))
		}
	}
	if c.Public == "" {
		c.Public = "http://" + c.Listen
	}
	if u, err := url.Parse(c.Public); err != nil || u.Host == "" {
		return problem.New(problem.Invalid, "public_url %q is no URL; write it as https://argine.example", c.Public)
	}
	c.Public = strings.TrimRight(c.Public, "/")
	if _, err := c.interval(); err != nil {
		return problem.New(problem.Invalid, "fetch.interval %q is no duration; write it as 500ms or 2s", c.Fetch.Interval)
	}
	return c.Inbound.check()
}

func (c *Config) interval() (time.Duration, error) {
	if c.Fetch.Interval == "" {
		return 500 * time.Millisecond, nil
	}
	return time.ParseDuration(c.Fetch.Interval)
}

// matcherAlone reports whether this process only answers lookups.
func (c *Config) matcherAlone() bool { return slices.Equal(c.Only, []string{Matcher}) }

// runs reports whether this process runs a part.
func (c *Config) runs(part string) bool {
	return len(c.Only) == 0 || slices.Contains(c.Only, part)
}
