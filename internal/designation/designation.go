// Package designation keeps the lists of designated persons and groups, version by version.
//
// That material was produced by, is attributable to, or is disseminated on behalf of a person,
// group or entity on a Union list is an important factor of the assessment (recital 11 of
// Regulation (EU) 2021/784). Lists change: entries come, are renamed, and go. So an assessment
// that rests on an entry keeps the list, its version and its date as they were (Frozen), and
// whoever reads it later sees whether the entry still stands.
//
// Three forms are read: the consolidated list of the United Nations Security Council (XML), the
// financial sanctions of the European Union (XML, "FSF" 1.1) and a plain table. A file is read
// entry by entry; one that breaks off is not taken, because what it lacks would count as
// delisted. The lists themselves stand nowhere in this repository: those in testdata are made
// up in the real forms.
package designation

import (
	"time"

	"github.com/argine/argine/internal/id"
)

// Where a list comes from, which says how its file is read.
const (
	UN  = "un"
	EU  = "eu"
	CSV = "csv"
)

// Sources are all of them.
var Sources = []string{UN, EU, CSV}

// listNames are the names of the lists that there is one of.
var listNames = map[string]string{UN: "UN Security Council consolidated list", EU: "EU financial sanctions"}

// What an entry is.
const (
	Person = "person"
	Group  = "group" // entity, undertaking, group
)

// What a name of an entry is.
const (
	NameMain     = "name"
	NameAlias    = "alias"
	NameWeak     = "weak"   // low quality by the publisher's own word
	NameFormer   = "former" // formerly known as
	NameOriginal = "original"
)

// Name is one name of an entry.
type Name struct {
	Text    string
	Quality string
}

// Entry is one person or group as a list has it.
type Entry struct {
	Reference string // the publisher's
	Kind      string
	Name      string
	Names     []Name // all, the main one first
	Programme string
	ListedOn  string // as the publisher writes it
	Note      string
	Ideology  string `json:",omitempty"` // law.Ideology, which an assessment that rests on the entry has unless it says otherwise; empty: none
}

// List is a list with the version that is in force.
type List struct {
	ID      id.List
	Source  string
	Name    string
	Current int // number of the version in force; 0: none yet
}

// The states of a version.
const (
	Taking    = "taking"
	Taken     = "taken"
	Abandoned = "abandoned" // the file could not be read to its end
)

// Version is one published state of a list.
type Version struct {
	List                     id.List
	Number                   int
	Label                    string    // what the publisher calls it
	Dated                    time.Time // when the publisher made it
	SHA256                   string    // of the file
	State                    string
	Entries, Failed          int
	Added, Changed, Delisted int // against the version before
	ImportedAt               time.Time
	ImportedBy               id.User
}

// Entity is an entry in the database, with where it stands.
type Entity struct {
	Entry
	ID          id.Entity
	List        id.List
	First, Last int // versions that have it
	Listed      bool
}

// Frozen is an entry as an assessment rests on it: which list, which version, of when.
type Frozen struct {
	Entity    id.Entity `json:"entity_id"`
	List      id.List   `json:"list_id"`
	ListName  string    `json:"list"`
	Reference string    `json:"reference"`
	Name      string    `json:"name"`
	Version   int       `json:"version"`
	Label     string    `json:"label"`
	Dated     time.Time `json:"dated,omitzero"`
	SHA256    string    `json:"sha256"`
	Ideology  string    `json:"ideology,omitempty"`
}
