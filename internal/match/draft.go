package match

import (
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The states of a draft.
const (
	DraftOpen      = "open"      // waits for a person
	DraftTaking    = "taking"    // a person took it, and its changes are made
	DraftTaken     = "taken"     // all are made
	DraftDiscarded = "discarded" // a person did not want it; the next fetch tells it again
)

// Draft is what a fetch would change in a bank. Nothing of it counts before a person takes it.
type Draft struct {
	ID           id.Draft
	Bank         id.Bank
	Subscription id.Subscription
	State        string
	Changes      string // SHA-256 of the blob with the changes, as JSON lines
	Consequences Consequences
	Checkpoint   string // of the subscription, once this is taken
	Done         int    // lines of Changes that are taken in
	At           time.Time
	DecidedBy    id.User
	DecidedAt    time.Time
}

const (
	draftColumns = "id, bank_id, subscription_id, state, changes, consequences, checkpoint, done, at, decided_by, decided_at"

	sqlAddDraft = "INSERT INTO draft (id, bank_id, subscription_id, state, changes, consequences, checkpoint, done, at, decided_by, decided_at) VALUES ($1, $2, $3, 'open', $4, $5, $6, 0, $7, '', NULL)"
	sqlWaits    = "UPDATE subscription SET fault = '', fetched_at = $2, next_at = NULL WHERE id = $1"
	sqlDrafts   = "SELECT " + draftColumns + " FROM draft WHERE bank_id = $1 AND ($2 = '' OR state = $2) ORDER BY id DESC LIMIT 200"
	sqlDraft    = "SELECT " + draftColumns + " FROM draft WHERE id = $1"
	sqlOpenOf   = "SELECT " + draftColumns + " FROM draft WHERE subscription_id = $1 AND (state = 'open' OR state = 'taking')"
	sqlDecide   = "UPDATE draft SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1"
	sqlDone     = "UPDATE draft SET done = $3 WHERE id = $1 AND done = $2 AND state = 'taking'"
	sqlTaken    = "UPDATE draft SET state = 'taken' WHERE id = $1 AND state = 'taking'"
)

// OpenDraft keeps what a fetch would change, for a person to decide. Until then the
// subscription is not fetched. Where one waits already, nothing is done.
func OpenDraft(tx *sqldb.Tx, by audit.Actor, d Draft) (Draft, error) {
	if waiting, open, err := OpenDraftOf(tx, d.Subscription); err != nil || open {
		return waiting, err
	}
	text, err := json.Marshal(d.Consequences)
	if err != nil {
		return d, err
	}
	d.ID, d.State, d.At = id.New[id.Draft](tx.Now), DraftOpen, tx.Now
	if _, err := tx.Exec(sqlAddDraft, d.ID, d.Bank, d.Subscription, d.Changes, string(text), d.Checkpoint, sqldb.At(d.At)); err != nil {
		return d, err
	}
	if _, err := tx.Exec(sqlWaits, d.Subscription, sqldb.At(tx.Now)); err != nil {
		return d, err
	}
	return d, d.tell(tx, by, "draft.opened", map[string]any{"changes": d.Changes, "new": d.Consequences.New, "back": d.Consequences.Back, "retracted": d.Consequences.Retracted})
}

func (d Draft) tell(tx *sqldb.Tx, by audit.Actor, verb string, detail map[string]any) error {
	detail["draft"], detail["subscription"] = d.ID, d.Subscription
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(d.Bank), Detail: detail})
}

// Drafts lists the drafts of a bank in a state, or all for "", newest first.
func Drafts(tx *sqldb.Tx, bank id.Bank, state string) ([]Draft, error) {
	return sqldb.List(tx, sqlDrafts, []any{bank, state}, readDraft)
}

// GetDraft gives one.
func GetDraft(tx *sqldb.Tx, d id.Draft) (Draft, error) {
	out, err := readDraft(tx.Row(sqlDraft, d).Scan)
	if problem.Is(err, problem.NotFound) {
		return out, problem.New(problem.NotFound, "there is no draft %.40q; see those of the bank", d)
	}
	return out, err
}

// OpenDraftOf gives the draft of a subscription that is not done with, if there is one.
func OpenDraftOf(tx *sqldb.Tx, s id.Subscription) (d Draft, open bool, err error) {
	d, err = readDraft(tx.Row(sqlOpenOf, s).Scan)
	if problem.Is(err, problem.NotFound) {
		return Draft{}, false, nil
	}
	return d, err == nil, err
}

// TakeDraft decides that the changes of a draft are made. Making them follows, piece by piece.
func TakeDraft(tx *sqldb.Tx, by audit.Actor, d id.Draft) (Draft, error) {
	return decide(tx, by, d, DraftTaking, "draft.taken")
}

// DiscardDraft decides that they are not. The subscription is fetched again when it is due,
// and tells them again if it still has them.
func DiscardDraft(tx *sqldb.Tx, by audit.Actor, d id.Draft) (Draft, error) {
	out, err := decide(tx, by, d, DraftDiscarded, "draft.discarded")
	if err != nil {
		return out, err
	}
	return out, resume(tx, out.Subscription, "")
}

func decide(tx *sqldb.Tx, by audit.Actor, draft id.Draft, state, verb string) (Draft, error) {
	d, err := GetDraft(tx, draft)
	if err != nil {
		return d, err
	}
	if d.State != DraftOpen {
		return d, problem.New(problem.Conflict, "this draft is %s; there is nothing to decide any more", d.State)
	}
	d.State, d.DecidedBy, d.DecidedAt = state, by.User, tx.Now
	if _, err := tx.Exec(sqlDecide, d.ID, d.State, d.DecidedBy, sqldb.At(d.DecidedAt)); err != nil {
		return d, err
	}
	return d, d.tell(tx, by, verb, map[string]any{})
}

// resume lets a subscription be fetched again, from a checkpoint if there is a new one.
func resume(tx *sqldb.Tx, sub id.Subscription, checkpoint string) error {
	s, err := GetSubscription(tx, sub)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if checkpoint == "" {
		checkpoint = s.Checkpoint
	}
	_, err = tx.Exec(sqlNext, s.ID, checkpoint, sqldb.At(tx.Now.Add(s.Every)))
	return err
}

func readDraft(scan sqldb.Scanner) (d Draft, err error) {
	var text string
	if err := scan(&d.ID, &d.Bank, &d.Subscription, &d.State, &d.Changes, &text, &d.Checkpoint, &d.Done, sqldb.Into(&d.At), &d.DecidedBy, sqldb.Into(&d.DecidedAt)); err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(text), &d.Consequences)
}
