package match

import (
	"bufio"
	"context"
	"encoding/json"
	"hash/maphash"
	"io"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Consequences are what a draft would do, for the person who decides.
type Consequences struct {
	Lines     int       `json:"lines"`     // entries that the source told of
	New       int       `json:"new"`       // that the bank never had
	Back      int       `json:"back"`      // that left by this source, and come back
	Retracted int       `json:"retracted"` // that leave, because the source has them no more
	Repeated  int       `json:"repeated"`  // that change nothing
	Bad       int       `json:"bad"`       // lines that cannot be used
	BadLines  []BadLine `json:"bad_lines,omitempty"`
	Examples  []Example `json:"examples,omitempty"` // of the changes, the first ones

	// What the entries that come would match of what is stored, looked for at the first Checked
	// of them; Rejected are those of the items that people decided not to be terrorist content.
	Checked  int `json:"checked"`
	Media    int `json:"media"`
	Items    int `json:"items"`
	Rejected int `json:"rejected"`
}

// Changes is how many there are.
func (c Consequences) Changes() int { return c.New + c.Back + c.Retracted }

// BadLine is a line of a source that cannot be used.
type BadLine struct {
	Line   int    `json:"line"`
	Input  string `json:"input"`
	Reason string `json:"reason"`
}

// Example is one change.
type Example struct {
	Change string `json:"change"` // new, back, retracted
	Kind   string `json:"kind"`
	Value  string `json:"value"`
	Label  string `json:"label,omitempty"`
}

const (
	examplesKept  = 50
	badLinesKept  = 50
	linesAtOnce   = 1000
	mostChecked   = 200_000   // entries that are looked for among stored media: seconds of work
	mostMet       = 1_000_000 // new values that are remembered, so that one told twice counts once
	missingAtOnce = 5000
)

// Drafting compares what a source tells with what its bank has. It reads, and writes only the
// changes, as lines that TakePiece is given later. Memory holds a bit for each entry of the
// bank and what is stored that would match, however long the source is.
type Drafting struct {
	x     *Index
	sub   Subscription
	bank  Bank
	out   *bufio.Writer
	lines []EntryLine
	had   []uint64 // by the entries' places in the bank: which the source told of
	met   map[uint64]struct{}
	seed  maphash.Seed
	would struct {
		media map[string]struct{}
		items map[id.Item]bool // rejected
	}
	c Consequences
}

// NewDrafting begins. x must have been refreshed.
func NewDrafting(x *Index, bank Bank, sub Subscription, changes io.Writer) *Drafting {
	d := &Drafting{x: x, sub: sub, bank: bank, out: bufio.NewWriter(changes), met: map[uint64]struct{}{}, seed: maphash.MakeSeed()}
	d.had = make([]uint64, (bank.Entries+bank.Retracted)/64+1)
	d.would.media, d.would.items = map[string]struct{}{}, map[id.Item]bool{}
	return d
}

// Line takes what the source tells next.
func (d *Drafting) Line(ctx context.Context, line EntryLine) error {
	d.c.Lines++
	if line.Err != nil {
		d.c.Bad++
		if len(d.c.BadLines) < badLinesKept {
			d.c.BadLines = append(d.c.BadLines, BadLine{line.Number, line.Input, problem.Message(line.Err)})
		}
		return nil
	}
	if d.lines = append(d.lines, line); len(d.lines) < linesAtOnce {
		return nil
	}
	return d.flush(ctx)
}

// Finish ends the comparison, once the source has told all, and says what would change.
func (d *Drafting) Finish(ctx context.Context) (Consequences, error) {
	if err := d.flush(ctx); err != nil {
		return d.c, err
	}
	if !d.sub.Delta() {
		if err := d.missing(ctx); err != nil {
			return d.c, err
		}
	}
	d.c.Media, d.c.Items = len(d.would.media), len(d.would.items)
	for _, rejected := range d.would.items {
		if rejected {
			d.c.Rejected++
		}
	}
	return d.c, d.out.Flush()
}

func (d *Drafting) flush(ctx context.Context) error {
	lines := d.lines
	d.lines = d.lines[:0]
	return d.x.db.View(ctx, func(tx *sqldb.Tx) error {
		entries := make([]Entry, len(lines))
		for i, line := range lines {
			entries[i] = line.Entry
		}
		known, err := knownOf(tx, d.bank.ID, entries)
		if err != nil {
			return err
		}
		var come []Entry
		for _, line := range lines {
			s, ok := known[fingerprint{line.Kind, line.Value}]
			change := d.change(line, s, ok)
			if change == "" {
				d.c.Repeated++
				continue
			}
			if change != "retracted" {
				come = append(come, line.Entry)
			}
			if err := d.write(change, line.Entry, line.Features); err != nil {
				return err
			}
		}
		return d.check(tx, come)
	})
}

// change says what a line would change, "" for nothing.
func (d *Drafting) change(line EntryLine, s stand, known bool) string {
	if known {
		d.mark(s.number)
	}
	mine := known && s.from == d.sub.ID
	switch {
	case !line.RetractedAt.IsZero() && (mine && s.cause == "" || !known && d.again(line)):
		d.c.Retracted++
		return "retracted"
	case !line.RetractedAt.IsZero():
		return ""
	case mine && s.cause == CauseSource:
		d.c.Back++
		return "back"
	case !known && !d.again(line):
		d.meet(line)
		d.c.New++
		return "new"
	}
	return ""
}

func (d *Drafting) hash(line EntryLine) uint64 {
	return maphash.String(d.seed, line.Kind+" "+line.Value)
}

// again reports whether the source told of a new entry before.
func (d *Drafting) again(line EntryLine) bool { _, ok := d.met[d.hash(line)]; return ok }

func (d *Drafting) meet(line EntryLine) {
	if len(d.met) < mostMet {
		d.met[d.hash(line)] = struct{}{}
	}
}

func (d *Drafting) mark(number int64) {
	if n := int(uint32(number)); n/64 < len(d.had) {
		d.had[n/64] |= 1 << (n % 64)
	}
}

func (d *Drafting) marked(number int64) bool {
	n := int(uint32(number))
	return n/64 >= len(d.had) || d.had[n/64]&(1<<(n%64)) != 0 // what came meanwhile is not missing
}

// write keeps a change as the line that makes it.
func (d *Drafting) write(change string, e Entry, features string) error {
	if len(d.c.Examples) < examplesKept {
		d.c.Examples = append(d.c.Examples, Example{change, e.Kind, e.Value, e.Label})
	}
	told := toldEntry{Kind: e.Kind, Value: e.Value, Label: e.Label, Labels: e.Labels, Provenance: e.Provenance, ExpiresAt: momentText(e.ExpiresAt), RetractedAt: momentText(e.RetractedAt)}
	if features != "" && e.RetractedAt.IsZero() {
		told.Value = features
	}
	object := json.NewEncoder(d.out)
	object.SetEscapeHTML(false)
	return object.Encode(told)
}

const sqlOfSource = "SELECT number, kind, value, label FROM bank_entry WHERE number > $1 AND number < $2 AND subscription_id = $3 AND retracted_at IS NULL ORDER BY number LIMIT $4"

// missing finds the entries that came from this source, and that it has no more.
func (d *Drafting) missing(ctx context.Context) error {
	end := (d.bank.Slot + 1) << 32
	for after := d.bank.Slot << 32; ; {
		var list []Entry
		err := d.x.db.View(ctx, func(tx *sqldb.Tx) (err error) {
			list, err = sqldb.List(tx, sqlOfSource, []any{after, end, d.sub.ID, missingAtOnce}, func(scan sqldb.Scanner) (e Entry, err error) {
				e.RetractedAt = tx.Now
				return e, scan(&e.Number, &e.Kind, &e.Value, &e.Label)
			})
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range list {
			if after = e.Number; d.marked(e.Number) {
				continue
			}
			d.c.Retracted++
			if err := d.write("retracted", e, ""); err != nil {
				return err
			}
		}
		if len(list) < missingAtOnce {
			return nil
		}
	}
}
