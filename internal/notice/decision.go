package notice

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What a platform can decide of an item of a notice, or what effect it can give to an order.
const (
	KindRemoved    = "removed"
	KindDisabled   = "disabled"
	KindRestricted = "restricted" // seen by fewer, or with a mark
	KindRefused    = "refused"
	KindNone       = "none" // no effect was given
)

// Decision is what the platform says of one item: its decision on a notice with the
// possibilities for redress (Article 16(5) and (6)), or the effect given to an order, if any
// and when (Article 9(1)).
type Decision struct {
	Kind      string    // empty while it has not decided
	DecidedAt time.Time // by its own word; zero when it does not say
	ToldAt    time.Time // when we learned of it
	Reason    string    // needed where nothing was done
	Redress   string    // Article 16(5)
	Automated bool      // Article 16(6)
}

const (
	maxReason = 5_000          // characters
	maxAhead  = 24 * time.Hour // a clock in another time zone is forgiven; a wrong date is not
)

const (
	sqlConfirm  = "UPDATE notice SET confirmed_at = $1 WHERE id = $2 AND confirmed_at IS NULL"
	sqlDecided  = "SELECT decision, decided_at, told_at, reason, redress, automated FROM notice_item WHERE notice_id = $1 AND item_id = $2"
	sqlDecision = "UPDATE notice_item SET decision = $1, decided_at = $2, told_at = $3, reason = $4, redress = $5, automated = $6 WHERE notice_id = $7 AND item_id = $8"
)

// Confirm notes the platform's confirmation that it has the notice, Article 16(4). The first
// one counts, and tells of a receipt too, where no other did.
func Confirm(tx *sqldb.Tx, by audit.Actor, notice id.Notice, at time.Time) error {
	n, err := Get(tx, notice)
	if err != nil {
		return err
	}
	if n.State != StateApproved {
		return unknown(notice)
	}
	if at.Before(n.ApprovedAt) || at.After(tx.Now.Add(maxAhead)) {
		return problem.New(problem.Invalid, "the moment of receipt %s is before the notice was sent or has not come yet; correct it", at.Format(time.RFC3339))
	}
	if err := Received(tx, by, notice, at); err != nil {
		return err
	}
	changed, err := tx.Exec(sqlConfirm, sqldb.At(at), notice)
	if err != nil || changed == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "notice.confirmed", Subject: string(notice), Detail: map[string]time.Time{"at": at.UTC()}})
}

// Decide records what the platform decided of an item. Said again it is a repetition, and
// recorded is false; what is said newly holds.
func Decide(tx *sqldb.Tx, by audit.Actor, notice id.Notice, item id.Item, in Decision) (recorded bool, err error) {
	n, err := Get(tx, notice)
	if err != nil || n.State != StateApproved {
		return false, unknown(notice)
	}
	if err := in.check(n.Track, tx.Now); err != nil {
		return false, err
	}
	var before Decision
	err = tx.Row(sqlDecided, notice, item).Scan(&before.Kind, sqldb.Into(&before.DecidedAt), sqldb.Into(&before.ToldAt), &before.Reason, &before.Redress, &before.Automated)
	if problem.Is(err, problem.NotFound) {
		return false, problem.New(problem.Invalid, "item %.40q is not in %s; answer about the items that it lists", item, n.Reference)
	}
	if err != nil {
		return false, err
	}
	in.ToldAt, before.ToldAt = tx.Now, tx.Now
	if in == before {
		return false, nil
	}
	if _, err := tx.Exec(sqlDecision, in.Kind, sqldb.At(in.DecidedAt), sqldb.At(in.ToldAt), in.Reason, in.Redress, in.Automated, notice, item); err != nil {
		return false, err
	}
	return true, audit.Append(tx, by, audit.Entry{Verb: "notice.decided", Subject: string(notice), Detail: struct {
		Item      id.Item   `json:"item_id"`
		Kind      string    `json:"decision"`
		DecidedAt time.Time `json:"decided_at,omitzero"`
		Reason    string    `json:"reason,omitempty"`
		Redress   string    `json:"redress,omitempty"`
		Automated bool      `json:"automated,omitempty"`
	}{item, in.Kind, in.DecidedAt, in.Reason, in.Redress, in.Automated}})
}

// unknown is said of a draft too: the platform was never told of it.
func unknown(notice id.Notice) error {
	return problem.New(problem.NotFound, "there is no notice %.40q; check the identifier", notice)
}

// check cleans the decision, or says what is wrong with it.
func (d *Decision) check(track Track, now time.Time) error {
	d.Reason, d.Redress = strings.TrimSpace(d.Reason), strings.TrimSpace(d.Redress)
	d.DecidedAt = d.DecidedAt.UTC().Truncate(time.Microsecond)
	switch d.Kind {
	case KindRemoved, KindDisabled, KindRestricted:
		if track == Article9 && d.DecidedAt.IsZero() {
			return problem.New(problem.Invalid, "say when effect was given to the order, Article 9(1)")
		}
	case KindRefused, KindNone:
		if d.Reason == "" {
			return problem.New(problem.Invalid, "%q needs a reason; say why nothing was done", d.Kind)
		}
	default:
		return problem.New(problem.Invalid, "%.20q is no decision; use removed, disabled, restricted, refused or none", d.Kind)
	}
	for _, text := range []string{d.Reason, d.Redress} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > maxReason {
			return problem.New(problem.Invalid, "give reason and redress in plain text of at most 5,000 characters each")
		}
	}
	if d.DecidedAt.After(now.Add(maxAhead)) {
		return problem.New(problem.Invalid, "the moment of the decision, %s, has not come yet; correct it", d.DecidedAt.Format(time.RFC3339))
	}
	return nil
}
