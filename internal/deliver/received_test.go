package deliver

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/sqldb"
)

// TestTheReceiptThatIsToldIsTakenWithinBounds: the other side says when it received a message,
// and both count the hour from there. It cannot have been before the first attempt, nor after we
// had its answer: then its clock is wrong, or it is not honest, and the answer's moment counts.
func TestTheReceiptThatIsToldIsTakenWithinBounds(t *testing.T) {
	const tick = time.Microsecond
	eachOffice(t, func(t *testing.T, o *office) {
		begun := o.now
		answered := begun.Add(10 * time.Second)
		for name, test := range map[string]struct{ told, want time.Time }{
			"nothing":                 {time.Time{}, answered},
			"a moment between":        {begun.Add(time.Second), begun.Add(time.Second)},
			"in another zone":         {begun.Add(time.Second).In(time.FixedZone("", 3600)), begun.Add(time.Second)},
			"the first attempt":       {begun, begun},
			"before it":               {begun.Add(-tick), answered},
			"long before":             {begun.AddDate(-1, 0, 0), answered},
			"the moment of answering": {answered, answered},
			"the future":              {answered.Add(tick), answered},
			"finer than we count":     {begun.Add(time.Second + 999*time.Nanosecond), begun.Add(time.Second)},
		} {
			o.now = begun
			d := o.create("ref_"+name, Webhook)
			a := o.begin(d)
			o.now = answered
			o.finish(a, Result{Outcome: Sent, Receipt: "HTTP 200 OK", At: test.told})
			if got := o.get(d).DeliveredAt; !got.Equal(test.want) {
				t.Errorf("%s: it counts as received at %s, want %s", name, got, test.want)
			}
		}
		// What an earlier attempt brought is told when the message comes again.
		o.now = begun
		d := o.create("ref_again", Webhook)
		a := o.begin(d)
		o.now = answered
		o.finish(a, Result{Outcome: Failed, Detail: "reset"})
		o.now = answered.Add(time.Hour)
		in(o, func(tx *sqldb.Tx) ([]Job, error) { return Claim(tx, tx.Now, 10) })
		o.finish(o.begin(d), Result{Outcome: Sent, At: begun.Add(time.Second)})
		if got := o.get(d).DeliveredAt; !got.Equal(begun.Add(time.Second)) {
			t.Errorf("the repeat counts as received at %s", got)
		}
	})
}
