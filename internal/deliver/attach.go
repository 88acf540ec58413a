package deliver

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"

	"github.com/argine/argine/client"
)

// Attached is a file that goes with a mail.
type Attached struct {
	Name string
	Type string // media type
	Body []byte
}

// message is the machine's copy of the letter.
func (c Content) message(text string) client.Message {
	r := &client.MessageReferral{ID: string(c.Referral.ID), Reference: c.Referral.Reference, Language: c.Referral.Language, Track: c.Referral.Track}
	for _, it := range c.Items {
		r.Items = append(r.Items, client.ReferralItem{ItemID: string(it.Item), URL: it.URL, Limbs: append([]string{}, it.Limbs...), Reasons: it.Reasons})
	}
	return client.Message{Type: client.ReferralCreated, ID: string(c.Delivery), At: c.Referral.ApprovedAt, Subject: string(c.Referral.ID),
		Reference: c.Referral.Reference, Referral: r, Text: text, AnswerURL: c.Answer}
}

// encode writes a message with its links as they are, and the same bytes every time.
func encode(m client.Message, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(m)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// csv writes RFC 4180. Links begin with their scheme; the one free text is kept from being
// read as a formula by a spreadsheet, as OWASP advises under "CSV injection".
func (c Content) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write([]string{"reference", "item_id", "url", "limbs", "reasons"})
	for _, it := range c.Items {
		reasons := it.Reasons
		if reasons != "" && strings.ContainsRune("=+-@\t\r", rune(reasons[0])) {
			reasons = "'" + reasons
		}
		w.Write([]string{c.Referral.Reference, string(it.Item), it.URL, strings.Join(it.Limbs, " "), reasons})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
