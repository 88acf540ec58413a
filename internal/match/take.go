package match

import (
	"slices"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TakeJob asks to make the changes of a draft that a person took.
type TakeJob struct {
	Draft id.Draft `json:"draft"`
	User  id.User  `json:"user"` // who took it
	Unit  id.Unit  `json:"unit"`
}

func (TakeJob) Kind() string  { return "match.take" }
func (TakeJob) Queue() string { return "feed" }

// By is who took the draft: what it changes is that person's doing.
func (j TakeJob) By() audit.Actor { return audit.Actor{User: j.User, Unit: j.Unit} }

// TakePiece makes some changes of a draft: those that follow the first done lines. It reports
// false when that place is passed already, by another run of the job. The batches that it
// made are the bank's first to last, none when last is 0.
func TakePiece(tx *sqldb.Tx, by audit.Actor, draft id.Draft, done int, piece []EntryLine) (ok bool, first, last int64, err error) {
	d, err := GetDraft(tx, draft)
	if err != nil {
		return false, 0, 0, err
	}
	n, err := tx.Exec(sqlDone, d.ID, done, done+len(piece))
	if err != nil || n == 0 {
		return false, 0, 0, err
	}
	come, leave := lastWord(piece)
	added, err := addEntries(tx, by, d.Bank, d.Subscription, come)
	if err != nil {
		return false, 0, 0, err
	}
	if added.New == len(come) && len(leave) == 0 { // as when a source is taken in for the first time
		return true, added.Batch, added.Batch, nil
	}
	known, err := knownOf(tx, d.Bank, slices.Concat(come, leave))
	if err != nil {
		return false, 0, 0, err
	}
	back, out := d.sorted(known, come, leave)
	restored, err := Restore(tx, by, d.Bank, back...)
	if err != nil {
		return false, 0, 0, err
	}
	if _, err := retract(tx, by, d.Bank, CauseSource, "the source that it came from has it no more", out); err != nil {
		return false, 0, 0, err
	}
	first, last = added.Batch, max(added.Batch, restored.Batch)
	if first == 0 {
		first = restored.Batch
	}
	return true, first, last, nil
}

// lastWord sorts the lines into entries that come and that go. Where a source says both of
// one entry, what it says last counts.
func lastWord(piece []EntryLine) (come, leave []Entry) {
	last := map[fingerprint]int{}
	for i, line := range piece {
		last[fingerprint{line.Kind, line.Value}] = i
	}
	for i, line := range piece {
		switch {
		case line.Err != nil || last[fingerprint{line.Kind, line.Value}] != i:
		case line.RetractedAt.IsZero():
			come = append(come, line.Entry)
		default:
			leave = append(leave, line.Entry)
		}
	}
	return come, leave
}

// sorted says which entries come back and which leave. Only what came from the draft's own
// source comes back or leaves by it: what people put in or took out stays as they said.
func (d Draft) sorted(known map[fingerprint]stand, come, leave []Entry) (back, out []id.Entry) {
	for _, e := range come {
		if s := known[fingerprint{e.Kind, e.Value}]; s.from == d.Subscription && s.cause == CauseSource {
			back = append(back, s.id)
		}
	}
	for _, e := range leave {
		if s := known[fingerprint{e.Kind, e.Value}]; s.from == d.Subscription && s.id != "" && s.cause == "" {
			out = append(out, s.id)
		}
	}
	return back, out
}

// FinishDraft notes that all changes of a draft are made; its subscription goes on.
func FinishDraft(tx *sqldb.Tx, by audit.Actor, draft id.Draft) error {
	d, err := GetDraft(tx, draft)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	n, err := tx.Exec(sqlTaken, d.ID)
	if err != nil || n == 0 {
		return err
	}
	if err := resume(tx, d.Subscription, d.Checkpoint); err != nil {
		return err
	}
	return d.tell(tx, by, "draft.finished", map[string]any{"changes": d.Done})
}
