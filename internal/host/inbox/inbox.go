// Package inbox takes in what authorities and others send to a hosting service, and finds out
// who sent it.
//
// A small service is an easy mark: whoever can make it believe that a paper is a removal order
// can take anything offline within the hour. So each message is held against what is known of
// its sender, and every finding is kept and shown: what is good, what is bad, and what could
// not be made sure of. Only a message of which nothing is bad and whose sender is proven is
// worth a single click; all else needs a person who makes sure by another way and says how.
//
// The moment at which a message came in is noted whatever it proves to be: the hour of Article
// 3(3) runs from receipt, and not from when somebody had checked.
package inbox

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/id"
)

// The ways in which messages come.
const (
	Webhook = "webhook"
	Mail    = "mail"
	Upload  = "upload" // a person hands in what came by other means
	Pull    = "pull"   // fetched from the sender's Argine
)

// Sender is one that the service expects messages from, as the settings name it.
type Sender struct {
	Name       string   `toml:"name"`        // in the path of its webhook, /hooks/NAME
	Authority  string   `toml:"authority"`   // its name in the register; empty: it is no competent authority
	Secret     string   `toml:"secret"`      // whsec_…, shared; for signatures of both directions
	PublicKeys []string `toml:"public_keys"` // whpk_…, beside those of the register
	Domains    []string `toml:"domains"`     // that its mail is signed by, beside those of the register
	URL        string   `toml:"url"`         // of its Argine, to fetch messages from
	Token      string   `toml:"token"`       // for that Argine
	Every      string   `toml:"every"`       // between two fetches: "30s"; empty: it is not fetched from
}

// Trust is how far the sender of a message is proven.
type Trust string

// The degrees of trust.
const (
	Verified   Trust = "verified"
	Unverified Trust = "unverified" // something could not be made sure of
	Forged     Trust = "forged"     // something is wrong that a genuine message has right
)

// States of a finding.
const (
	Good = "good"
	Bad  = "bad"
	Open = "open" // could not be verified
)

// Finding is what one look at a message found. Its code names a sentence of the interface, which
// Arg fills.
type Finding struct {
	State string `json:"state"`
	Code  string `json:"code"`
	Arg   string `json:"arg,omitempty"`
}

// Trust is what findings come to.
func trustOf(findings []Finding) Trust {
	has := func(state string) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.State == state })
	}
	switch {
	case has(Bad):
		return Forged
	case has(Open):
		return Unverified
	}
	return Verified
}

// Message is one that came in.
type Message struct {
	ID         id.Message
	Way        string
	Sender     string
	External   string
	Sum        string
	Type       string
	Reference  string
	Authority  string
	Trust      Trust
	Findings   []Finding
	Case       id.Case
	SentAt     time.Time
	ReceivedAt time.Time
}
