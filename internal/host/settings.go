package host

import (
	"encoding/json"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/service"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
)

// Settings are the part [host] of argine.toml.
type Settings struct {
	Name           string   `toml:"name"`                 // of the hosting service, as Annex II names it
	MemberState    string   `toml:"member_state"`         // of its main establishment, or of its legal representative
	Representative string   `toml:"legal_representative"` // empty: the service is established in the Union
	Contact        string   `toml:"contact"`              // e-mail address of the contact point, Article 15(1)
	Languages      []string `toml:"languages"`            // in which it can be addressed, Article 15(2)
	Person         string   `toml:"authorised_person"`    // who answers for it
	Terms          string   `toml:"terms"`                // where content providers read how to complain; for letters to them
	Register       string   `toml:"register"`             // file of the competent authorities: .json, .jsonl or .csv
	Rules          string   `toml:"rules"`                // file with the URL rules of the service, as platforms have them

	Service    service.Config `toml:"service"`
	Senders    []inbox.Sender `toml:"sender"`
	Statements Statements     `toml:"statements"`
	Banks      []Bank         `toml:"bank"`
}

// Statements is where statements of reasons go: the DSA Transparency Database.
type Statements struct {
	URL   string `toml:"url"`   // https://transparency.dsa.ec.europa.eu/api/v1/statements; empty: they are kept, and not sent
	Token string `toml:"token"` // better in ARGINE_STATEMENTS_TOKEN
}

// Bank is an Argine whose banks the service trusts, to ask its uploads against.
type Bank struct {
	Name  string `toml:"name"`
	URL   string `toml:"url"` // of that Argine
	Token string `toml:"token"`
}

// Check says what is wrong with the settings.
func (s Settings) Check() error {
	switch {
	case s.Name == "" || s.Person == "":
		return problem.New(problem.Invalid, "write [host] into argine.toml with the name of the service and its authorised_person: Annex II names both")
	case len(s.MemberState) != 2 || strings.ToUpper(s.MemberState) != s.MemberState:
		return problem.New(problem.Invalid, "host.member_state is two capital letters: the member state of the main establishment or of the legal representative")
	case len(s.Languages) == 0:
		return problem.New(problem.Invalid, "host.languages names at least one official language of the member state, Article 15(2)")
	}
	if _, err := mail.ParseAddress(s.Contact); err != nil {
		return problem.New(problem.Invalid, "host.contact is the e-mail address of the contact point, Article 15(1)")
	}
	for i, sender := range s.Senders {
		if err := checkSender(sender); err != nil {
			return err
		}
		if slices.ContainsFunc(s.Senders[:i], func(other inbox.Sender) bool { return other.Name == sender.Name }) {
			return problem.New(problem.Invalid, "two senders are named %q", sender.Name)
		}
	}
	return s.Service.Check()
}

func checkSender(s inbox.Sender) error {
	if s.Name == "" || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return problem.New(problem.Invalid, "the sender %q needs a name of small letters, digits and hyphens: it is the end of its webhook's address", s.Name)
	}
	if s.Every != "" {
		if _, err := time.ParseDuration(s.Every); err != nil || s.URL == "" {
			return problem.New(problem.Invalid, "the sender %s is to be fetched from: it needs a url, and every such as 30s", s.Name)
		}
	}
	for _, key := range s.PublicKeys {
		if _, err := client.ParseWebhookPublic(key); err != nil {
			return problem.Wrap(err, problem.Invalid, "a public key of the sender %s cannot be read: %v", s.Name, err)
		}
	}
	return nil
}

// language is the one in which answers and pages of the service's own are written.
func (s Settings) language() string { return document.Spoken(s.Languages[0]) }

// known reads the register and puts it together with the senders.
func (s Settings) known(data string) (inbox.Known, error) {
	k := inbox.Known{Senders: s.Senders}
	if s.Register == "" {
		return k, nil
	}
	path := within(data, s.Register)
	f, err := os.Open(path)
	if err != nil {
		return k, problem.Wrap(err, problem.Invalid, "the register of competent authorities %s cannot be read", path)
	}
	defer f.Close()
	media := map[string]string{".csv": "text/csv", ".jsonl": "application/jsonl"}[filepath.Ext(path)]
	if media == "" {
		media = "application/json"
	}
	reading, err := register.Read(media, f)
	if err != nil {
		return k, err
	}
	if len(reading.Bad) > 0 {
		bad := reading.Bad[0]
		return k, problem.Wrap(bad.Err, problem.Invalid, "%s, line %d: %s", path, bad.Line, problem.Message(bad.Err))
	}
	k.Register = register.Book(reading.Authorities)
	return k, nil
}

// book makes the canonical forms of links: by the service's own rules where it gives them.
func (s Settings) book(data string) (*link.Book, error) {
	if s.Rules == "" {
		return link.NewBook(nil)
	}
	text, err := os.ReadFile(within(data, s.Rules))
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the URL rules %s cannot be read", s.Rules)
	}
	var rules link.Rules
	if err := json.Unmarshal(text, &rules); err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the URL rules %s are not what the documentation describes: %v", s.Rules, err)
	}
	return link.NewBook(map[string]link.Rules{s.Name: rules})
}

// within is a path in the data directory, unless it is absolute.
func within(data, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(data, path)
}
