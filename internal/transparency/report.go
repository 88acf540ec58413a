package transparency

import (
	"slices"
	"strconv"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Asked says which report is wanted.
type Asked struct {
	Kind     string // client.ReportArticle8 and its like
	Span     Span
	Unit     id.Unit // "": of all units
	Suppress int     // of the public one: counts below it are not told
}

// names are those of platforms, units and countries, which figures are grouped by.
type names struct {
	platforms map[id.Platform]string
	units     map[id.Unit]string
	countries map[id.Unit]string
}

const (
	sqlPlatformNames = "SELECT id, name FROM platform"
	sqlUnitNames     = "SELECT id, name, country FROM unit"
)

func readNames(tx *sqldb.Tx) (names, error) {
	n := names{map[id.Platform]string{}, map[id.Unit]string{}, map[id.Unit]string{}}
	err := tx.Each(sqlPlatformNames, nil, func(scan sqldb.Scanner) error {
		var p id.Platform
		var name string
		err := scan(&p, &name)
		n.platforms[p] = name
		return err
	})
	if err != nil {
		return n, err
	}
	return n, tx.Each(sqlUnitNames, nil, func(scan sqldb.Scanner) error {
		var u id.Unit
		var name, country string
		err := scan(&u, &name, &country)
		n.units[u], n.countries[u] = name, country
		return err
	})
}

// Compute makes a report from the tables.
func Compute(tx *sqldb.Tx, a Asked) (client.Transparency, error) {
	f, err := Load(tx)
	if err != nil {
		return client.Transparency{}, err
	}
	return Make(tx, f, a)
}

// Make makes a report of facts, however they were read. Only names come from the database.
func Make(tx *sqldb.Tx, f *Facts, a Asked) (client.Transparency, error) {
	n, err := readNames(tx)
	if err != nil {
		return client.Transparency{}, err
	}
	build, ok := map[string]func(*sheet){client.ReportArticle8: article8, client.ReportArticle21: article21, client.ReportTrustedFlagger: trustedFlagger,
		client.ReportDSA: dsa, client.ReportPublic: public}[a.Kind]
	if !ok {
		return client.Transparency{}, problem.New(problem.Invalid, "%.40q is no report; use article8, article21, trusted-flagger, dsa-csv or public", a.Kind)
	}
	s := &sheet{facts: f.Of(a.Unit), asked: a, names: n}
	s.out = client.Transparency{Kind: a.Kind, From: a.Span.From, To: a.Span.To, Unit: n.units[a.Unit], ComputedAt: tx.Now,
		Figures: []client.TransparencyFigure{}, Tables: []client.TransparencyTable{}, Notes: []string{}}
	build(s)
	return s.out, nil
}

// sheet is a report that is being made.
type sheet struct {
	facts *Facts
	asked Asked
	names names
	out   client.Transparency
}

func (s *sheet) title(title, basis string) { s.out.Title, s.out.Basis = title, basis }

func (s *sheet) note(text string) { s.out.Notes = append(s.out.Notes, text) }

// count adds a number of things.
func (s *sheet) count(key, name, article string, n int, rule string) {
	v := float64(n)
	s.out.Figures = append(s.out.Figures, client.TransparencyFigure{Key: key, Name: name, Article: article, Value: &v, Measure: "count", Rule: rule})
}

// measure adds a statistic of values; none where there are none.
func (s *sheet) measure(key, name, article, measure string, of []float64, statistic func([]float64) float64, rule string) {
	n := len(of)
	figure := client.TransparencyFigure{Key: key, Name: name, Article: article, Measure: measure, Of: &n, Rule: rule}
	if n > 0 {
		v := statistic(of)
		figure.Value = &v
	}
	s.out.Figures = append(s.out.Figures, figure)
}

// unknown adds a figure that is asked for and that nobody here knows.
func (s *sheet) unknown(key, name, article, why string) {
	s.out.Figures = append(s.out.Figures, client.TransparencyFigure{Key: key, Name: name, Article: article, Measure: "count", Rule: why})
}

func (s *sheet) table(key, name, rule string, columns []string, rows [][]string) {
	if rows == nil {
		rows = [][]string{}
	}
	s.out.Tables = append(s.out.Tables, client.TransparencyTable{Key: key, Name: name, Rule: rule, Columns: columns, Rows: rows})
}

// median of values; of an even number, the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// ninetieth is the 90th percentile by the nearest rank.
func ninetieth(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*9+9)/10-1]
}

func minutes(d time.Duration) float64 { return d.Minutes() }

func number(n int) string { return strconv.Itoa(n) }

// hours writes a median for a table; nothing where there is none.
func hours(values []float64) string {
	if len(values) == 0 {
		return ""
	}
	return strconv.FormatFloat(median(values), 'f', 2, 64)
}
