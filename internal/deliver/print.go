package deliver

import (
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlPrinted   = "SELECT pdf FROM delivery_print WHERE delivery_id = $1 AND page = $2"
	sqlKeepPrint = `INSERT INTO delivery_print (delivery_id, page, pdf, printed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (delivery_id) DO UPDATE SET page = excluded.page, pdf = excluded.pdf, printed_at = excluded.printed_at`
)

// Printed gives the kept print of a delivery's page, and whether there is one.
func Printed(tx *sqldb.Tx, delivery id.Delivery, page blob.Sum) (pdf blob.Sum, found bool, err error) {
	err = tx.Row(sqlPrinted, delivery, page.String()).Scan(&pdf)
	if problem.Is(err, problem.NotFound) {
		return pdf, false, nil
	}
	return pdf, err == nil, err
}

// KeepPrint keeps the print of a delivery's page, in place of that of an earlier page.
func KeepPrint(tx *sqldb.Tx, delivery id.Delivery, page, pdf blob.Sum) error {
	_, err := tx.Exec(sqlKeepPrint, delivery, page.String(), pdf.String(), sqldb.At(tx.Now))
	return err
}
