package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// The kinds of transparency report.
const (
	ReportArticle8       = "article8"        // of a competent authority, Regulation (EU) 2021/784
	ReportArticle21      = "article21"       // of a member state to the Commission, ibidem
	ReportTrustedFlagger = "trusted-flagger" // Article 22(3) of Regulation (EU) 2022/2065
	ReportDSA            = "dsa-csv"         // tables of the templates of Implementing Regulation (EU) 2024/2835
	ReportPublic         = "public"          // host names and counts
)

// Transparency is a report for a calendar year. Each figure carries the rule that it was counted by.
type Transparency struct {
	Kind       string               `json:"kind" enum:"article8,article21,trusted-flagger,dsa-csv,public"`
	Title      string               `json:"title"`
	Basis      string               `json:"basis" doc:"which article asks for it"`
	From       time.Time            `json:"from"`
	To         time.Time            `json:"to" doc:"the first moment that is not part of it"`
	Unit       string               `json:"unit,omitempty" doc:"whose; all units, if it is absent"`
	ComputedAt time.Time            `json:"computed_at"`
	Figures    []TransparencyFigure `json:"figures" nullable:"false"`
	Tables     []TransparencyTable  `json:"tables" nullable:"false"`
	Notes      []string             `json:"notes" nullable:"false" doc:"what is not known here, and what could not be verified"`
}

// TransparencyFigure is one number.
type TransparencyFigure struct {
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Article string   `json:"article,omitempty"`
	Value   *float64 `json:"value" doc:"null: not known here, or nothing to compute it of"`
	Measure string   `json:"measure" enum:"count,minutes,hours,percent"`
	Of      *int     `json:"of,omitempty" doc:"how many it was computed of"`
	Rule    string   `json:"rule" doc:"how it is counted"`
}

// TransparencyTable is a table of figures.
type TransparencyTable struct {
	Key     string     `json:"key"`
	Name    string     `json:"name"`
	Rule    string     `json:"rule" doc:"how it is counted"`
	Columns []string   `json:"columns" nullable:"false"`
	Rows    [][]string `json:"rows" nullable:"false"`
}

// TransparencyQuery says which report.
type TransparencyQuery struct {
	Kind, Unit string
	Year       int
	Suppress   int // of public: counts below it are not told
}

func (q TransparencyQuery) values() url.Values {
	v := url.Values{"year": {strconv.Itoa(q.Year)}}
	if q.Unit != "" {
		v.Set("unit", q.Unit)
	}
	if q.Suppress > 0 {
		v.Set("suppress", strconv.Itoa(q.Suppress))
	}
	return v
}

// Transparency computes a report.
func (c *Client) Transparency(ctx context.Context, q TransparencyQuery) (Transparency, error) {
	return get[Transparency](ctx, c, "/v1/transparency/"+q.Kind, q.values())
}

// TransparencyCSV computes a report as tables of comma-separated values.
func (c *Client) TransparencyCSV(ctx context.Context, q TransparencyQuery) ([]byte, error) {
	return get[[]byte](ctx, c, "/v1/transparency/"+q.Kind+"/csv", q.values())
}
