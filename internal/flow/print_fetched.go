package flow

import (
	"context"
	"strings"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// maxPrint bounds a print that is read back.
const maxPrint = 64 << 20

// printedAt says in a message where its printed form is fetched; nowhere where nothing prints, or
// while the settings do not say under which URL this Argine is reached.
func (f *Flow) printedAt(l *deliver.Letter) {
	if f.Press != nil && f.Public != "" && pageOf(*l) != nil {
		l.Message.PDFURL = f.Public + "/v1/inbox/" + string(l.Delivery) + "/document.pdf"
	}
}

// pageOf is the form of a letter as HTML; nil where it has none.
func pageOf(l deliver.Letter) []byte {
	for _, a := range l.Attached {
		if strings.HasPrefix(a.Type, "text/html") {
			return a.Body
		}
	}
	return nil
}

// InboxPDF gives a platform the printed form of what there is for it. It is printed when it is
// first asked for, so that no hand-over waits for a printer, and kept.
func (f *Flow) InboxPDF(ctx context.Context, who auth.Principal, target id.Delivery) ([]byte, error) {
	if err := contact(who); err != nil {
		return nil, err
	}
	var page []byte
	var kept blob.Sum
	var found bool
	err := f.DB.View(ctx, func(tx *sqldb.Tx) error {
		none := problem.New(problem.NotFound, "there is no message %.40q with a form for your platform; take the address from pdf_url", target)
		d, err := deliver.Get(tx, target)
		if problem.Is(err, problem.NotFound) || err == nil && (d.Platform != who.Platform || d.State == deliver.Undeliverable) {
			return none
		}
		if err != nil {
			return err
		}
		p, err := f.compose(tx, deliver.Attempt{Delivery: d.ID, Subject: d.Subject, Kind: d.Kind, Transport: d.Transport})
		if err != nil {
			return err
		}
		if page = pageOf(p.letter); page == nil || p.nothing != "" {
			return none
		}
		kept, found, err = deliver.Printed(tx, target, blob.SumOf(page))
		return err
	})
	if err != nil {
		return nil, err
	}
	if found {
		return f.Store.Bytes(ctx, kept, maxPrint)
	}
	return f.printAndKeep(ctx, target, page)
}

func (f *Flow) printAndKeep(ctx context.Context, target id.Delivery, page []byte) ([]byte, error) {
	if f.Press == nil {
		return nil, problem.New(problem.Unavailable, "nothing prints here; take the document of the message, which says the same")
	}
	pdf, err := f.Press.PDF(ctx, page)
	if err != nil {
		return nil, err
	}
	sum, err := f.Store.PutBytes(ctx, pdf)
	if err != nil {
		return nil, err
	}
	return pdf, f.DB.Housekeeping(ctx, "a print is kept", func(tx *sqldb.Tx) error { return deliver.KeepPrint(tx, target, blob.SumOf(page), sum) })
}
