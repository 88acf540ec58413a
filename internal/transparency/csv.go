package transparency

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

// CSV writes a report as comma-separated values (RFC 4180). With the key of a table it is that
// table alone; without, all of it: the figures with their rules, then each table under its key.
func CSV(t client.Transparency, table string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if table != "" {
		for _, one := range t.Tables {
			if one.Key == table {
				write(w, one)
				w.Flush()
				return b.Bytes(), w.Error()
			}
		}
		return nil, problem.New(problem.NotFound, "the report %s has no table %.20q", t.Kind, table)
	}
	if len(t.Figures) > 0 {
		w.Write([]string{"key", "name", "article", "value", "measure", "of", "rule"})
		for _, f := range t.Figures {
			w.Write([]string{f.Key, Unformulated(f.Name), f.Article, value(f), f.Measure, of(f), Unformulated(f.Rule)})
		}
	}
	for _, one := range t.Tables {
		w.Write(nil)
		w.Write([]string{one.Key, Unformulated(one.Name), Unformulated(one.Rule)})
		write(w, one)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func write(w *csv.Writer, t client.TransparencyTable) {
	w.Write(t.Columns)
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = Unformulated(cell)
		}
		w.Write(cells)
	}
}

func value(f client.TransparencyFigure) string {
	if f.Value == nil {
		return ""
	}
	return strconv.FormatFloat(*f.Value, 'f', -1, 64)
}

func of(f client.TransparencyFigure) string {
	if f.Of == nil {
		return ""
	}
	return strconv.Itoa(*f.Of)
}

// Unformulated keeps a text from being read as a formula by a spreadsheet, as OWASP advises
// under "CSV injection": names of platforms and hosts come from outside.
func Unformulated(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
