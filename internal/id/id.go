// Package id makes the identifiers of Argine's things: typed, sortable text.
//
// An identifier is a prefix of three letters that names the kind of thing, an underscore,
// and 26 characters of Crockford's base 32: 48 bits of milliseconds since 1970, then
// 80 random bits (the layout of a ULID). Identifiers made in one process are strictly
// increasing even within a millisecond, so sorting by identifier is sorting by time of making.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"sync"
	"time"

	"github.com/argine/argine/internal/problem"
)

// The kinds of identifier. A string of one kind does not pass for another at compile time.
type (
	Unit         string
	User         string
	Token        string
	Platform     string
	Action       string
	Item         string
	Contribution string
	Capture      string
	Bank         string
	Entry        string
	Match        string
	Assessment   string
	Interest     string
	Clearance    string
	Referral     string
	Delivery     string
	Attempt      string
	Answer       string
	Probe        string
	Event        string
	Subscription string
	Draft        string
	Order        string
	Notice       string
	Complaint    string
	List         string
	Entity       string
	Authority    string
	Mail         string
	Case         string
	Statement    string
	Message      string
	Act          string
	Kept         string
	Access       string
	Upload       string
	Request      string
	Return       string
)

func (Unit) Prefix() string         { return "unt" }
func (User) Prefix() string         { return "usr" }
func (Token) Prefix() string        { return "tok" }
func (Platform) Prefix() string     { return "plf" }
func (Action) Prefix() string       { return "act" }
func (Item) Prefix() string         { return "itm" }
func (Contribution) Prefix() string { return "ctb" }
func (Capture) Prefix() string      { return "cap" }
func (Bank) Prefix() string         { return "bnk" }
func (Entry) Prefix() string        { return "ent" }
func (Match) Prefix() string        { return "mat" }
func (Assessment) Prefix() string   { return "ass" }
func (Interest) Prefix() string     { return "int" }
func (Clearance) Prefix() string    { return "clr" }
func (Referral) Prefix() string     { return "ref" }
func (Delivery) Prefix() string     { return "dlv" }
func (Attempt) Prefix() string      { return "atm" }
func (Answer) Prefix() string       { return "ans" }
func (Probe) Prefix() string        { return "prb" }
func (Event) Prefix() string        { return "evt" }
func (Subscription) Prefix() string { return "sub" }
func (Draft) Prefix() string        { return "dft" }
func (Order) Prefix() string        { return "ord" } // removal order
func (Notice) Prefix() string       { return "ntc" }
func (Complaint) Prefix() string    { return "cpl" }
func (List) Prefix() string         { return "lst" } // of designated entities
func (Entity) Prefix() string       { return "dse" } // designated
func (Authority) Prefix() string    { return "aut" } // competent, in the register
func (Mail) Prefix() string         { return "eml" } // that came in
func (Case) Prefix() string         { return "cas" } // of a hosting service
func (Statement) Prefix() string    { return "sor" } // of reasons
func (Message) Prefix() string      { return "msg" } // that came to a hosting service
func (Act) Prefix() string          { return "hac" } // of a hosting service, outward
func (Kept) Prefix() string         { return "kpt" } // preserved content, Article 6
func (Access) Prefix() string       { return "acc" } // to it
func (Upload) Prefix() string       { return "upl" } // to a hosting service, that banks know
func (Request) Prefix() string      { return "rei" } // to a hosting service, to reinstate
func (Return) Prefix() string       { return "rtn" } // of content, at a hosting service

// Kind is any of the types above.
type Kind interface {
	~string
	Prefix() string
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

var last struct {
	sync.Mutex
	ms     uint64
	random [10]byte
}

// New makes an identifier for a thing made at the moment now.
func New[K Kind](now time.Time) K {
	var raw [16]byte
	fill(&raw, uint64(now.UnixMilli()))
	var zero K
	return K(zero.Prefix() + "_" + encode(raw))
}

// fill writes the moment and fresh randomness; within one millisecond the random part
// counts up instead, which keeps the order of making.
func fill(raw *[16]byte, ms uint64) {
	last.Lock()
	defer last.Unlock()
	if ms == last.ms {
		for i := len(last.random) - 1; i >= 0; i-- {
			last.random[i]++
			if last.random[i] != 0 {
				break
			}
		}
	} else {
		last.ms = ms
		rand.Read(last.random[:])
		last.random[0] &= 0x7f // room to count up without overflow
	}
	binary.BigEndian.PutUint64(raw[:8], ms<<16)
	copy(raw[6:], last.random[:])
}

func encode(raw [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	var out [26]byte
	for i := 25; i >= 0; i-- {
		out[i] = alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}

// Parse checks that s is an identifier of kind K.
func Parse[K Kind](s string) (K, error) {
	var zero K
	rest, ok := strings.CutPrefix(s, zero.Prefix()+"_")
	if !ok || len(rest) != 26 || strings.Trim(rest, alphabet) != "" {
		return zero, problem.New(problem.Invalid, "%.40q is not an identifier of the form %s_ and 26 characters; copy it whole", s, zero.Prefix())
	}
	return K(s), nil
}
