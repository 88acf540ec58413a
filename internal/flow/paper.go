package flow

import (
	"bytes"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
)

// leaving is what a document is handed over as.
type leaving struct {
	delivery id.Delivery
	kind     string // of the message: client.OrderIssued and its like
	subject  string // identifier of the order or notice
	at       time.Time
}

// letterOf makes the letter of a document: its text as the body, itself as JSON, HTML and, where
// it lists links, CSV beside it, and the message for programs.
func letterOf(d document.Document, as leaving) (deliver.Letter, error) {
	l := deliver.Letter{Delivery: as.delivery, Reference: d.Reference, Language: d.Language, Date: as.at, Unit: d.Unit}
	var err error
	if l.Subject, l.Body, err = d.Text(); err != nil {
		return l, err
	}
	exact, err := d.JSON()
	if err != nil {
		return l, err
	}
	page, err := d.HTML()
	if err != nil {
		return l, err
	}
	l.Attached = []deliver.Attached{{Name: d.Name("json"), Type: "application/json", Body: exact}, {Name: d.Name("html"), Type: "text/html; charset=utf-8", Body: page}}
	if len(d.Items) > 0 {
		table, err := d.CSV()
		if err != nil {
			return l, err
		}
		l.Attached = append(l.Attached, deliver.Attached{Name: d.Name("csv"), Type: "text/csv; charset=utf-8", Body: table})
	}
	l.Message = client.Message{Type: as.kind, ID: string(as.delivery), At: as.at, Subject: as.subject, Reference: d.Reference,
		Document: bytes.TrimSpace(exact), Text: l.Body, AnswerURL: d.AnswerURL}
	return l, nil
}

// answersAt is where a platform's program posts its signed answers; nowhere while the settings
// do not say under which URL this Argine is reached.
func (f *Flow) answersAt(p id.Platform) string {
	if f.Public == "" {
		return ""
	}
	return f.Public + "/v1/answers/" + string(p)
}
