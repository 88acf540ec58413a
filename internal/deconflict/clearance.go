package deconflict

import (
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Clearance is proof that deconfliction said clear about an item. Only Cleared makes one;
// the zero value proves nothing, and its Item is empty.
type Clearance struct {
	item id.Item
	at   time.Time
}

// Item is the item that was cleared.
func (c Clearance) Item() id.Item { return c.item }

// At is when it was cleared.
func (c Clearance) At() time.Time { return c.at }

// Cleared proves from the recorded answer that an item is clear.
func Cleared(tx *sqldb.Tx, item id.Item) (Clearance, error) {
	answer, asked, err := Of(tx, item)
	switch {
	case err != nil:
		return Clearance{}, err
	case !asked:
		return Clearance{}, problem.New(problem.Refused, "nobody was asked yet whether item %s may be acted on; wait for deconfliction", item)
	case answer.State == Asking:
		return Clearance{}, problem.New(problem.Refused, "units are still being asked about item %s; it is clear at %s unless one of them objects", item, answer.Until.Format("2006-01-02 15:04 MST"))
	case answer.State != Clear:
		return Clearance{}, problem.New(problem.Refused, "item %s is held until %s; ring %s", item, answer.Until.Format("2006-01-02 15:04 MST"), answer.Contact)
	}
	return Clearance{item: item, at: answer.At}, nil
}
