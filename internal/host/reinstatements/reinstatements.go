// Package reinstatements keeps what is to come back at a hosting service, and what came back.
//
// There are two ways to that duty. Whoever asked for a removal says that it was mistaken: nobody
// sets an end for that, and a day is recommended (law.ReinstateUntil). Or a removal order lost its
// effect, and Article 4(7) of Regulation (EU) 2021/784 says "immediately", without prejudice to the
// service's own terms. Either way a person of the service decides: back, or kept down with reasons
// that whoever asked is told. A request whose sender is not proven stands here too, and acts only
// when a person made sure of it by another way.
package reinstatements

import (
	"time"

	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
)

// On what a request rests.
const (
	Asked      = "asked"      // the sender says that what it asked for was mistaken
	Withdrawn  = "withdrawn"  // the order was taken back
	Infringing = "infringing" // the home authority found that it infringes, Article 4(6)
	Annulled   = "appeal_won" // a court annulled it
)

// States of a request.
const (
	Open     = "open"
	UnderWay = "under_way" // the service is bringing it back
	Decided  = "decided"
)

// Outcomes, as client.ReinstatementAnswer has them.
const (
	Reinstated = "reinstated"
	KeptDown   = "kept_down"
	NotDown    = "not_down"  // it is not down here
	SetAside   = "set_aside" // it was not proven; nobody is answered
)

// Request is a duty to bring one place back.
type Request struct {
	ID         id.Request
	Basis      string
	Message    id.Message
	Case       id.Case
	Place      int
	URL        string
	Canonical  string
	Sender     string
	Authority  string
	Subject    string
	Reference  string
	Language   string
	Reasons    string
	AnswerURL  string
	AnswerMail string
	Trust      inbox.Trust
	Findings   []inbox.Finding
	VouchedBy  id.User
	VouchedWhy string
	AskedAt    time.Time
	DueAt      time.Time
	State      string
	Outcome    string
	Why        string
	DecidedBy  id.User
	DecidedAt  time.Time
}

// Trusted reports whether the request is proven, or a person has made sure of it.
func (r Request) Trusted() bool { return r.Trust == inbox.Verified || r.VouchedBy != "" }

// Void reports whether the order is without effect, and reinstatement is owed at once.
func (r Request) Void() bool { return r.Basis != Asked }

// Waits reports whether somebody has yet to decide.
func (r Request) Waits() bool { return r.State == Open }
