package hma

import (
	"math"
	"net/http"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

func bankRoutes() []route {
	return []route{
		{"GET", "/c/banks", auth.BankRead, (*Server).banks, says{what: "List the banks", answer: []bankConfig{}}},
		{"POST", "/c/banks", auth.BankManage, (*Server).addBank, says{what: "Make a bank of your unit", body: wishes{}, status: http.StatusCreated, answer: bankConfig{}}},
		{"GET", "/c/bank/{name}", auth.BankRead, (*Server).bank, says{what: "One bank", answer: bankConfig{}}},
		{"PUT", "/c/bank/{name}", auth.BankManage, (*Server).setBank, says{what: "Rename a bank, or change whether and for which share of lookups it matches", body: wishes{}, answer: bankConfig{}}},
		{"DELETE", "/c/bank/{name}", auth.BankManage, (*Server).deleteBank, says{what: "Switch a bank off: it matches nothing, and its entries and history stay", answer: noted{}}},
	}
}

// bankConfig is a bank as HMA tells it. A bank that is switched off takes part in no lookup.
type bankConfig struct {
	Ratio float64 `json:"matching_enabled_ratio"`
	Name  string  `json:"name"`
}

func configOf(b match.Bank) bankConfig {
	if !b.Enabled {
		return bankConfig{0, b.Name}
	}
	return bankConfig{float64(b.Share) / wholeShare, b.Name}
}

func (s *Server) banks(c *call) error {
	list, err := s.Desk.BanksByName(c.r.Context(), *c.who)
	if err != nil {
		return err
	}
	out := []bankConfig{}
	for _, b := range list {
		out = append(out, configOf(b))
	}
	return c.json(http.StatusOK, out)
}

// named finds the bank in the path.
func (s *Server) named(c *call) (match.Bank, error) {
	name := c.r.PathValue("name")
	b, err := s.Desk.BankNamed(c.r.Context(), *c.who, name)
	if problem.Is(err, problem.NotFound) {
		err = problem.Wrap(err, problem.NotFound, "bank '%.100s' not found", name)
	}
	return b, err
}

func (s *Server) bank(c *call) error {
	b, err := s.named(c)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, configOf(b))
}

// wishes are what a caller says about a bank. HMA knows the first three.
type wishes struct {
	Name    *string  `json:"name,omitempty"`
	Enabled *bool    `json:"enabled,omitempty"`
	Ratio   *float64 `json:"enabled_ratio,omitempty"`
	Radius  *int     `json:"radius,omitempty"` // bits
	Terms   *string  `json:"terms,omitempty"`  // of sharing
}

// change is what the wishes change of a bank. A ratio goes before a mere "enabled", as in HMA.
func (w wishes) change() (flow.BankChange, error) {
	c := flow.BankChange{Radius: w.Radius, Terms: w.Terms, Enabled: w.Enabled}
	if w.Enabled != nil {
		c.Share = share(1)
	}
	if w.Ratio != nil {
		if *w.Ratio < 0 || *w.Ratio > 1 {
			return c, bad("Invalid enabled ratio %v. Must be in the range 0.0-1.0 inclusive.", *w.Ratio)
		}
		c.Share = share(*w.Ratio)
		on := *c.Share > 0
		c.Enabled = &on
	}
	return c, nil
}

func share(ratio float64) *int {
	n := int(math.Round(ratio * wholeShare))
	return &n
}

// usualRadius is the radius of a bank for which nobody says another.
const usualRadius = 31

// addBank makes a bank of the caller's unit.
func (s *Server) addBank(c *call) error {
	var w wishes
	if err := c.body(&w); err != nil {
		return err
	}
	if w.Name == nil {
		return bad("name is required")
	}
	change, err := w.change()
	if err != nil {
		return err
	}
	b := match.Bank{Name: *w.Name, Radius: usualRadius, Enabled: change.Enabled == nil || *change.Enabled}
	if w.Radius != nil {
		b.Radius = *w.Radius
	}
	if w.Terms != nil {
		b.Terms = *w.Terms
	}
	made, err := s.Flow.AddBank(c.r.Context(), *c.who, b)
	if err != nil {
		return as(err, http.StatusForbidden, problem.Conflict)
	}
	if change.Share != nil && *change.Share != made.Share { // a new bank begins with all lookups
		if made, err = s.Flow.SetBank(c.r.Context(), *c.who, made.Name, flow.BankChange{Share: change.Share}); err != nil {
			return err
		}
	}
	return c.json(http.StatusCreated, configOf(made))
}

func (s *Server) setBank(c *call) error {
	var w wishes
	if err := c.body(&w); err != nil {
		return err
	}
	b, err := s.named(c)
	if err != nil {
		return err
	}
	change, err := w.change()
	if err != nil {
		return err
	}
	change.Name = w.Name
	if b, err = s.Flow.SetBank(c.r.Context(), *c.who, string(b.ID), change); err != nil {
		return as(err, http.StatusForbidden, problem.Conflict)
	}
	return c.json(http.StatusOK, configOf(b))
}

// deleteBank switches a bank off. As in HMA, no bank of that name is no failure.
func (s *Server) deleteBank(c *call) error {
	b, err := s.named(c)
	if problem.Is(err, problem.NotFound) {
		return c.json(http.StatusOK, message{"Done"})
	}
	if err != nil {
		return err
	}
	off := false
	if _, err := s.Flow.SetBank(c.r.Context(), *c.who, b.Name, flow.BankChange{Enabled: &off}); err != nil {
		return err
	}
	return c.json(http.StatusOK, noted{"Done", "the bank is switched off and matches nothing; its entries and its history stay, and enabled=true brings it back"})
}
