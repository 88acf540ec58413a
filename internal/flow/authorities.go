package flow

import (
	"context"
	"io"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// RegisterImport is what became of a file of authorities.
type RegisterImport struct {
	Entries, Failed int
	register.Changes
	Bad []register.Bad `json:"-"` // of a repeated call the file tells them again
}

// ImportRegister takes a file of competent authorities into the register: the good entries,
// in one transaction.
func (f *Flow) ImportRegister(ctx context.Context, who auth.Principal, contentType string, file io.Reader) (RegisterImport, error) {
	if err := who.Require(auth.RegisterManage); err != nil {
		return RegisterImport{}, err
	}
	read, err := register.Read(contentType, file)
	if err != nil {
		return RegisterImport{}, err
	}
	out, err := write(ctx, f, call{who, auth.RegisterManage, "register.import", read.Authorities}, func(tx *sqldb.Tx) (RegisterImport, error) {
		sum, err := register.Import(tx, who.Actor(), read.Authorities)
		return RegisterImport{Entries: read.Entries, Failed: len(read.Bad), Changes: sum}, err
	})
	out.Bad = read.Bad[:min(len(read.Bad), maxLineReports)]
	return out, err
}

// VerifyAuthority records that somebody made sure of an authority's contact and keys.
func (f *Flow) VerifyAuthority(ctx context.Context, who auth.Principal, a id.Authority) (register.Authority, error) {
	return write(ctx, f, call{who, auth.RegisterManage, "register.verify", a}, func(tx *sqldb.Tx) (register.Authority, error) {
		if err := register.Verify(tx, who.Actor(), a); err != nil {
			return register.Authority{}, err
		}
		return register.Get(tx, a)
	})
}
