// Package cases keeps what a hosting service was asked to act on, and where each matter stands.
//
// The case of a removal order is a fold over its events (law.Order): the same function with
// which the authority computes its side, so that both read the same clocks from the same
// events. What a list is sorted by (who owes what, until when) is repeated in columns and
// computed anew whenever something happens, and when time alone changes it.
package cases

import (
	"time"

	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
)

// Track is on which legal basis the service was asked.
type Track string

// The tracks.
const (
	Order    Track = "order"     // a removal order, Article 3 of Regulation (EU) 2021/784
	Referral Track = "referral"  // for voluntary consideration, its recital 40
	Notice   Track = "notice"    // Article 16 of Regulation (EU) 2022/2065
	ActOrder Track = "act_order" // its Article 9
	Own      Track = "own"       // nobody asked: the service's own decision
)

// States of a case.
const (
	StateOpen   = "open"
	StateClosed = "closed"
)

// Case is one matter.
type Case struct {
	ID         id.Case
	Track      Track
	Sender     string // its name in the settings
	Authority  string
	Subject    string // identifier at the sender
	Reference  string
	Language   string
	Document   []byte // document.Document as JSON
	Faults     []law.Fault
	AnswerURL  string
	AnswerMail string
	InReplyTo  string
	Trust      inbox.Trust
	VouchedBy  id.User
	VouchedWhy string
	State      string
	Owes       law.Party
	Duty       string
	DueAt      time.Time
	WakeAt     time.Time
	ReceivedAt time.Time
	ExecutedAt time.Time
	AnsweredAt time.Time
	Provider   Provider
	ClosedAt   time.Time
}

// Provider is the content provider, as the service knows it.
type Provider struct {
	Account  string
	Mail     string
	Language string
}

// Trusted reports whether the sender is proven, or a person has made sure of it.
func (c Case) Trusted() bool { return c.Trust == inbox.Verified || c.VouchedBy != "" }

// What became of the content of an item.
const (
	Up         = "up"
	Disabled   = "disabled"
	Removed    = "removed"
	Reinstated = "reinstated"
)

// Answers to an item, as client.NewAnswer has them.
const (
	AnswerRemoved       = "removed"
	AnswerDisabled      = "disabled"
	AnswerRefused       = "refused"
	AnswerImpossible    = "impossible"
	AnswerClarification = "clarification"
)

// Item is one place that a case is about.
type Item struct {
	Case       id.Case
	Place      int
	ItemID     string
	URL        string
	Canonical  string
	Limbs      []string
	Reasons    string
	Content    string
	ActedAt    time.Time
	Answer     string
	Reason     string
	AnsweredAt time.Time
}

// Down reports whether its content is disabled or removed.
func (it Item) Down() bool { return it.Content == Disabled || it.Content == Removed }

// Event is one thing that happened, with what is told of it besides.
type Event struct {
	law.Event
	Place      int
	Detail     string // JSON
	User       id.User
	RecordedAt time.Time
}
