package flow

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
)

// The ways on which an answer comes.
const (
	ByPortal  = "portal"
	ByAPI     = "api"
	ByWebhook = "webhook"
	ByMail    = "mail"
	ByPerson  = "person" // somebody at the desk read it in
)

// Source says from where an answer came, and by what it is known to be the platform's.
type Source struct {
	Platform id.Platform
	Channel  string
	Message  string      // identifier of the message or mail; empty for what a person filled in
	Proof    string      // a session, a signature, DKIM, who rang whom
	By       audit.Actor // who signed in; nobody where a message came by itself
}

// FromPerson is the source of what a signed-in contact of a platform answers.
func FromPerson(who auth.Principal, channel string) Source {
	proof := "a session"
	if who.Token != "" {
		proof = "the token " + string(who.Token)
	}
	return Source{Platform: who.Platform, Channel: channel, Proof: proof, By: who.Actor()}
}

// actor is how the audit log names who answered.
func (s Source) actor() audit.Actor {
	if s.By.User == "" {
		return audit.System
	}
	return s.By
}
