package flow

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/problem"
)

// printWithin is how long the printing of a document may hold up its sending. The hour that a
// host has begins at its receipt, and the same content goes with it as JSON and HTML anyway.
// A program reads the JSON, so a webhook waits less for the print than a mail.
const (
	printWithin     = 5 * time.Second
	printForProgram = 200 * time.Millisecond
)

// print puts the printed form beside a letter that has a form as HTML. It is input and output,
// and so is done between the two transactions of an attempt. Without a press, or when it is
// stuck, the letter leaves without: no order waits for a printer.
func (f *Flow) print(ctx context.Context, l *deliver.Letter, transport string) {
	if f.Press == nil {
		return
	}
	within := printWithin
	if transport == deliver.Webhook {
		within = printForProgram
	}
	for _, a := range l.Attached {
		if !strings.HasPrefix(a.Type, "text/html") {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		pdf, err := f.Press.PDF(ctx, bytes.Clone(a.Body))
		if err != nil {
			f.Log.Warn("a document leaves without its printed form", "reference", l.Reference, "why", problem.Message(err), "error", err)
			return
		}
		l.Message.PDF = pdf
		l.Attached = append(l.Attached, deliver.Attached{Name: strings.TrimSuffix(a.Name, ".html") + ".pdf", Type: "application/pdf", Body: pdf})
		return
	}
}

// PDF prints a document for a person who asks for it.
func (f *Flow) PDF(ctx context.Context, d document.Document) ([]byte, error) {
	if f.Press == nil {
		return nil, problem.New(problem.Unavailable, "nothing prints here; install chromium and start Argine again, or take the document as HTML")
	}
	page, err := d.HTML()
	if err != nil {
		return nil, err
	}
	return f.Press.PDF(ctx, page)
}
