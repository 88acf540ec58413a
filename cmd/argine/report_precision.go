package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/transparency"
)

const precision = "precision"

// precisionBody is the precision of what was handed over in a year, of the caller's own unit or
// of all for who sees all.
func precisionBody(cmd *cobra.Command, c *client.Client, q client.TransparencyQuery, asJSON bool) ([]byte, error) {
	if q.Unit != "" || q.Suppress != 0 {
		return nil, problem.New(problem.Invalid, "precision is of your own unit, or of all by unit for who sees all; leave --unit and --suppress out")
	}
	page, err := c.Precisions(cmd.Context(), q.Year)
	if err != nil {
		return nil, err
	}
	if asJSON {
		body, err := json.MarshalIndent(page.Items, "", "  ")
		return append(body, '\n'), err
	}
	return precisionCSV(page.Items)
}

func precisionCSV(groups []client.Precisions) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	w.Write([]string{"by", "of", "name", "delivered", "heard", "reversed", "share", "low", "high", "answered", "refused", "caution"})
	for _, group := range groups {
		for _, p := range group.List {
			caution := ""
			if p.Small {
				caution = "few items"
			}
			w.Write([]string{group.By, transparency.Unformulated(p.Of), transparency.Unformulated(p.Name), strconv.Itoa(p.Delivered), strconv.Itoa(p.Heard), strconv.Itoa(p.Reversed),
				share(p.Share), share(p.Low), share(p.High), strconv.Itoa(p.Answered), strconv.Itoa(p.Refused), caution})
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func share(p float64) string { return strconv.FormatFloat(p, 'f', 4, 64) }
