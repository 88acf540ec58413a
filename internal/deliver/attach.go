package deliver

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"

	"github.com/argine/argine/internal/id"
)

// document is the machine's copy of the letter: the body of a webhook, and the JSON that a
// mail has attached.
type document struct {
	Type      string           `json:"type"`
	Referral  documentReferral `json:"referral"`
	Text      string           `json:"text,omitempty"` // the letter for people; a mail has it as its body
	AnswerURL string           `json:"answer_url"`
}

type documentReferral struct {
	ID        id.Referral    `json:"id"`
	Reference string         `json:"reference"`
	Language  string         `json:"language"`
	Track     string         `json:"track"`
	Items     []documentItem `json:"items"`
}

type documentItem struct {
	ItemID  id.Item  `json:"item_id"`
	URL     string   `json:"url"` // the exact one that was seen
	Limbs   []string `json:"limbs"`
	Reasons string   `json:"reasons"`
}

func (c Content) json(text string) ([]byte, error) {
	r := documentReferral{ID: c.Referral.ID, Reference: c.Referral.Reference, Language: c.Referral.Language, Track: c.Referral.Track}
	for _, it := range c.Items {
		r.Items = append(r.Items, documentItem{it.Item, it.URL, append([]string{}, it.Limbs...), it.Reasons})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // links stay as they are
	if text == "" {
		e.SetIndent("", "  ")
	}
	err := e.Encode(document{"referral.created", r, text, c.Answer})
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
