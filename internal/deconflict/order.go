package deconflict

import (
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Order is a removal order that some authority has issued already. On the same subject
// matter no other may be issued (recital 36).
type Order struct {
	URL       string // canonical
	Reference string
	Authority string
	IssuedAt  time.Time
}

const (
	sqlAddOrder = "INSERT INTO existing_order (url, reference, authority, issued_at, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
	sqlOrdersOn = "SELECT url, reference, authority, issued_at FROM existing_order WHERE url = $1 ORDER BY issued_at, reference"
	sqlEndOrder = "DELETE FROM existing_order WHERE url = $1 AND reference = $2 AND authority = $3"
	sqlOrderOn  = "SELECT url, reference, authority, issued_at FROM existing_order WHERE url = $1 ORDER BY issued_at, reference LIMIT 1"
)

// AddOrders records orders and tells of each whether it was new.
func AddOrders(tx *sqldb.Tx, by audit.Actor, orders []Order) (added []bool, err error) {
	added = make([]bool, len(orders))
	var entries []audit.Entry
	for i, o := range orders {
		if err := o.check(); err != nil {
			return nil, err
		}
		n, err := tx.Exec(sqlAddOrder, o.URL, o.Reference, o.Authority, sqldb.At(o.IssuedAt), sqldb.At(tx.Now))
		if err != nil {
			return nil, err
		}
		if added[i] = n > 0; added[i] {
			entries = append(entries, audit.Entry{Verb: "deconflict.order_added", Subject: o.Reference, Detail: struct {
				URL       string    `json:"url"`
				Authority string    `json:"authority"`
				IssuedAt  time.Time `json:"issued_at"`
			}{o.URL, o.Authority, o.IssuedAt.UTC()}})
		}
	}
	return added, audit.Append(tx, by, entries...)
}

func (o Order) check() error {
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" || len(o.URL) > maxLink || !utf8.ValidString(o.URL) {
		return problem.New(problem.Invalid, "%.80q is no link; give the whole link that the order names", o.URL)
	}
	if !plain(o.Reference) || !plain(o.Authority) {
		return problem.New(problem.Invalid, "an order needs its reference and its authority, each in plain text of at most 500 bytes")
	}
	if o.IssuedAt.IsZero() {
		return problem.New(problem.Invalid, "say when order %s was issued", o.Reference)
	}
	return nil
}

// OrderOn gives the first order on a canonical link, if there is any.
func OrderOn(tx *sqldb.Tx, link string) (Order, bool, error) {
	var o Order
	err := tx.Row(sqlOrderOn, link).Scan(&o.URL, &o.Reference, &o.Authority, sqldb.Into(&o.IssuedAt))
	if problem.Is(err, problem.NotFound) {
		return Order{}, false, nil
	}
	return o, err == nil, err
}

// OrdersOn gives all orders on a canonical link, the first one first.
func OrdersOn(tx *sqldb.Tx, link string) ([]Order, error) {
	return sqldb.List(tx, sqlOrdersOn, []any{link}, func(scan sqldb.Scanner) (o Order, err error) {
		return o, scan(&o.URL, &o.Reference, &o.Authority, sqldb.Into(&o.IssuedAt))
	})
}

// RemoveOrder takes out an order that has no effect any more: it was withdrawn or annulled.
// From then on it stands in nobody's way.
func RemoveOrder(tx *sqldb.Tx, by audit.Actor, o Order) error {
	n, err := tx.Exec(sqlEndOrder, o.URL, o.Reference, o.Authority)
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "deconflict.order_removed", Subject: o.Reference, Detail: struct {
		URL       string `json:"url"`
		Authority string `json:"authority"`
	}{o.URL, o.Authority}})
}
