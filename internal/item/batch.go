package item

import (
	"net/url"
	"strings"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What referrals and notices have in common is here. Their rows, references and counters are not:
// they are tracks of their own, and no figure adds them up.

// Proven refuses what the compiler cannot: proofs of two people and of deconfliction that were
// never made, or are of two items, and a link that leads nowhere.
func Proven(confirmed, cleared id.Item, link string) error {
	if confirmed == "" || cleared != confirmed {
		return problem.New(problem.Refused, "item %q and clearance %q do not belong together; what is told to a platform needs two assessments and a clearance of its own", confirmed, cleared)
	}
	if u, err := url.Parse(link); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return problem.New(problem.Invalid, "item %s has no exact link; give the link that was seen", confirmed)
	}
	return nil
}

// Once refuses a batch that names an item twice.
func Once(items []id.Item) error {
	seen := make(map[id.Item]bool, len(items))
	for _, it := range items {
		if seen[it] {
			return problem.New(problem.Invalid, "item %s is in the batch twice; name it once", it)
		}
		seen[it] = true
	}
	return nil
}

// Tally counts what a batch holds, as the audit log keeps it.
type Tally struct {
	Hosts map[string]int // items by host name
	Limbs map[string]int // items by limb of Article 2(7); one can fall under several
}

// NewTally is that of an empty batch.
func NewTally() Tally { return Tally{map[string]int{}, map[string]int{}} }

// Add counts one item.
func (t Tally) Add(link string, limbs []string) error {
	host, err := HostOf(link)
	if err != nil {
		return err
	}
	t.Hosts[host]++
	for _, limb := range limbs {
		t.Limbs[limb]++
	}
	return nil
}

// HostOf is the host name of a link, as figures name it.
func HostOf(link string) (string, error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	return strings.ToLower(u.Hostname()), nil
}

// TakenOut is what the audit log keeps of an item that was taken out of a draft: why, what can be
// done about it, and enough to set the figures of the draft right.
type TakenOut struct {
	Batch     string `json:"batch_id"` // the referral or notice
	Reference string `json:"reference"`
	Rule      string `json:"rule"`
	Reason    string `json:"reason"`
	Remedy    string `json:"remedy,omitempty"`
	Host      string `json:"host"`
	Limbs     string `json:"limbs"` // letters, apart by spaces
}

// Draft is a draft of either sort, with the statements of the room that its rows belong to.
type Draft struct {
	Room          string // that the events are of
	ID, Reference string
	Told          sqldb.SQL // link and limbs of an item of the draft
	Out           sqldb.SQL // takes the item out
	Withdraw      sqldb.SQL // withdraws the draft when nothing is left in it
}

// TakeOut takes an item out of a draft and says so in the log.
func (d Draft) TakeOut(tx *sqldb.Tx, by audit.Actor, target id.Item, why TakenOut) error {
	why.Batch, why.Reference = d.ID, d.Reference
	var link string
	err := tx.Row(d.Told, d.ID, target).Scan(&link, &why.Limbs)
	if problem.Is(err, problem.NotFound) { // it is out already
		return nil
	}
	if err != nil {
		return err
	}
	if why.Host, err = HostOf(link); err != nil {
		return err
	}
	if _, err := tx.Exec(d.Out, d.ID, target); err != nil {
		return err
	}
	entries := []audit.Entry{{Verb: d.Room + ".taken_out", Subject: string(target), Detail: why}}
	emptied, err := tx.Exec(d.Withdraw, d.ID)
	if err != nil {
		return err
	}
	if emptied > 0 {
		entries = append(entries, audit.Entry{Verb: d.Room + ".withdrawn", Subject: d.ID, Detail: map[string]string{"reference": d.Reference}})
	}
	return audit.Append(tx, by, entries...)
}
