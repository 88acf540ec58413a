package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
)

// reportKinds are the reports in the order in which the page offers them.
var reportKinds = []string{client.ReportArticle8, client.ReportArticle21, client.ReportTrustedFlagger, client.ReportDSA, client.ReportPublic}

type transparencyPage struct {
	frame
	Kinds    []string
	Years    []int
	Suppress int
	Report   client.Transparency
}

// transparencyView shows a report, each figure with the rule by which it is counted.
func transparencyView(s *Server, c *call) error {
	q, err := reportAsked(s, c, c.r.URL.Query().Get("kind"))
	if err != nil {
		return err
	}
	report, err := s.Desk.Transparency(c.ctx(), c.who, q)
	if err != nil {
		return err
	}
	p := transparencyPage{frame: s.frame(c, c.words.say("transparency.title"), "transparency"), Kinds: reportKinds, Report: report, Suppress: q.Suppress}
	for year := s.Flow.DB.Now().Year(); year >= s.Flow.DB.Now().Year()-4; year-- {
		p.Years = append(p.Years, year)
	}
	return s.render(c, http.StatusOK, "transparency", p)
}

// reportAsked reads which report is wanted: by default that of Article 8 for this year.
func reportAsked(s *Server, c *call, kind string) (q client.TransparencyQuery, err error) {
	q = client.TransparencyQuery{Kind: kind, Year: s.Flow.DB.Now().Year()}
	if q.Kind == "" {
		q.Kind = client.ReportArticle8
	}
	for name, into := range map[string]*int{"year": &q.Year, "suppress": &q.Suppress} {
		text := c.r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		if *into, err = strconv.Atoi(text); err != nil || *into < 0 || *into > 2100 {
			return q, problem.New(problem.Invalid, "%q is no number for %s", text, name)
		}
	}
	return q, nil
}

// Year is the year of the report that is shown.
func (p transparencyPage) Year() int { return p.Report.From.Year() }

// reportCSV is a report to keep, as comma-separated values.
func reportCSV(s *Server, c *call) error {
	q, err := reportAsked(s, c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	body, err := s.Desk.TransparencyCSV(c.ctx(), c.who, q, c.r.URL.Query().Get("table"))
	if err != nil {
		return err
	}
	return download(c, "text/csv; charset=utf-8", fmt.Sprintf("%s-%d.csv", q.Kind, q.Year), body)
}

// reportJSON is the same as JSON.
func reportJSON(s *Server, c *call) error {
	q, err := reportAsked(s, c, c.r.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := s.Desk.Transparency(c.ctx(), c.who, q)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return download(c, "application/json", fmt.Sprintf("%s-%d.json", q.Kind, q.Year), body)
}

func download(c *call, kind, name string, body []byte) error {
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := c.w.Write(body)
	return err
}
