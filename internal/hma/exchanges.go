package hma

import (
	"net/http"
	"slices"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

// An exchange of HMA fills a bank of its own name. Here a bank has subscriptions: it is an
// exchange if it has any. Callers of these routes see how they stand; what is fetched goes to
// a person as a draft first, so setting one up is done where drafts are looked at.

func exchangeRoutes() []route {
	return []route{
		{"GET", "/c/exchanges", auth.BankRead, (*Server).exchanges},
		{"GET", "/c/exchanges/apis", auth.BankRead, (*Server).exchangeAPIs},
		{"GET", "/c/exchanges/api/{api}", auth.BankRead, (*Server).exchangeAPI},
		{"GET", "/c/exchange/{name}", auth.BankRead, (*Server).exchange},
		{"GET", "/c/exchange/{name}/status", auth.BankRead, (*Server).exchangeStatus},
		{"POST", "/c/exchanges", auth.BankManage, (*Server).setElsewhere},
		{"POST", "/c/exchanges/api/{api}", auth.BankManage, (*Server).setElsewhere},
		{"PUT", "/c/exchange/{name}", auth.BankManage, (*Server).setElsewhere},
		{"DELETE", "/c/exchange/{name}", auth.BankManage, (*Server).setElsewhere},
	}
}

// setElsewhere tells where exchanges are changed.
func (s *Server) setElsewhere(*call) error {
	return &refusal{http.StatusNotImplemented, problem.New(problem.Refused,
		"what is fetched from others waits here for a person as a draft, so subscriptions are made, changed and ended with `argine bank subscribe` and on the page of the bank")}
}

// forms are the forms in which banks are taken from others.
var forms = []string{match.FormArgine, match.FormCSV, match.FormJSONL, match.FormHashList}

func (s *Server) exchangeAPIs(c *call) error { return c.json(http.StatusOK, forms) }

func (s *Server) exchangeAPI(c *call) error {
	api := c.r.PathValue("api")
	if !slices.Contains(forms, api) {
		return bad("no such Exchange API '%.40s'", api)
	}
	return c.json(http.StatusOK, map[string]bool{"supports_authentification": true, "has_set_authentification": false})
}

func (s *Server) exchanges(c *call) error {
	all, err := s.Desk.Subscribed(c.r.Context(), *c.who)
	if err != nil {
		return err
	}
	out := []string{}
	for _, each := range all {
		out = append(out, each.Bank.Name)
	}
	return c.json(http.StatusOK, out)
}

// subscribed finds the subscriptions of the bank in the path.
func (s *Server) subscribed(c *call) (match.Bank, []match.Subscription, error) {
	name := c.r.PathValue("name")
	all, err := s.Desk.Subscribed(c.r.Context(), *c.who)
	for _, each := range all {
		if each.Bank.Name == name {
			return each.Bank, each.Subscriptions, nil
		}
	}
	if err == nil {
		err = problem.New(problem.NotFound, "Exchange '%.100s' not found", name)
	}
	return match.Bank{}, nil, err
}

func (s *Server) exchange(c *call) error {
	b, list, err := s.subscribed(c)
	if err != nil {
		return err
	}
	type source struct {
		API   string `json:"api"`
		URL   string `json:"url"`
		Every int64  `json:"every_seconds"`
	}
	out := struct {
		Name    string   `json:"name"`
		API     string   `json:"api"`
		Enabled bool     `json:"enabled"`
		Sources []source `json:"sources"`
	}{Name: b.Name, API: list[0].Form, Enabled: true}
	for _, each := range list {
		out.Sources = append(out.Sources, source{each.Form, each.URL, int64(each.Every.Seconds())})
	}
	return c.json(http.StatusOK, out)
}

// exchangeStatus tells how the newest fetch of the bank went.
func (s *Server) exchangeStatus(c *call) error {
	b, list, err := s.subscribed(c)
	if err != nil {
		return err
	}
	out := struct {
		Checkpoint *int64 `json:"checkpoint_ts"`
		Running    *int64 `json:"running_fetch_start_ts"`
		Complete   *int64 `json:"last_fetch_complete_ts"`
		Succeeded  *bool  `json:"last_fetch_succeeded"`
		UpToDate   bool   `json:"up_to_date"`
		Items      int    `json:"fetched_items"`
	}{Items: b.Entries}
	newest := slices.MaxFunc(list, func(a, b match.Subscription) int { return a.FetchedAt.Compare(b.FetchedAt) })
	if !newest.FetchedAt.IsZero() {
		at, good := newest.FetchedAt.Unix(), newest.Fault == ""
		out.Checkpoint, out.Complete, out.Succeeded, out.UpToDate = &at, &at, &good, good
	}
	return c.json(http.StatusOK, out)
}
