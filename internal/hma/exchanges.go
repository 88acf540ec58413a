package hma

import (
	"net/http"
	"slices"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

// An exchange of HMA fills a bank of its own name. Here a bank has subscriptions: it is an
// exchange if it has any. What an exchange brings does not match at once, as in HMA: it waits
// as a draft that shows its consequences, and a person takes it in or discards it.

func exchangeRoutes() []route {
	return []route{
		{"GET", "/c/exchanges", auth.BankRead, (*Server).exchanges, says{what: "List the exchanges of your unit", answer: []string{}}},
		{"POST", "/c/exchanges", auth.BankManage, (*Server).makeExchange, says{what: "Make a bank and the subscription that fills it; what it brings waits for a person", body: exchangeWishes{}, status: http.StatusCreated, answer: noted{}}},
		{"GET", "/c/exchange/{name}", auth.BankRead, (*Server).exchange, says{what: "One exchange", answer: exchangeConfig{}}},
		{"PUT", "/c/exchange/{name}", auth.BankManage, (*Server).setExchange, says{what: "Pause fetching, or let it go on", body: exchangeChange{}, answer: exchangeConfig{}}},
		{"DELETE", "/c/exchange/{name}", auth.BankManage, (*Server).deleteExchange, says{what: "End fetching and switch the bank off", answer: noted{}}},
		{"GET", "/c/exchange/{name}/status", auth.BankRead, (*Server).exchangeStatus, says{what: "How the newest fetch went", answer: fetchStatus{}}},
		{"GET", "/c/exchange/{name}/credentials", auth.BankRead, (*Server).exchangeCredentials, says{what: "Which credentials an exchange uses; never what they are", answer: credentialStatus{}}},
		{"POST", "/c/exchange/{name}/credentials", auth.BankManage, (*Server).setExchangeCredentials, says{what: "Set the credentials of an exchange; none take them back", body: credentialWishes{}, answer: credentialStatus{}}},
		{"GET", "/c/exchanges/apis", auth.BankRead, (*Server).exchangeAPIs, says{what: "List the APIs of exchanges", answer: []string{}}},
		{"GET", "/c/exchanges/api/{api}", auth.BankRead, (*Server).exchangeAPI, says{what: "Whether an API takes credentials, and has them from your unit", answer: map[string]bool{}}},
		{"POST", "/c/exchanges/api/{api}", auth.BankManage, (*Server).setExchangeAPI, says{what: "Set credentials for all exchanges of an API of your unit that have none", body: credentialWishes{}, answer: map[string]bool{}}},
		{"GET", "/c/exchanges/api/{api}/schema", auth.BankRead, (*Server).exchangeSchema, says{what: "What an API is told of an exchange", answer: map[string]fields{}}},
	}
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
func (s *Server) subscribed(c *call) (desk.Subscribed, error) {
	name := c.r.PathValue("name")
	all, err := s.Desk.Subscribed(c.r.Context(), *c.who)
	for _, each := range all {
		if each.Bank.Name == name {
			return each, nil
		}
	}
	if err == nil {
		err = problem.New(problem.NotFound, "Exchange '%.100s' not found", name)
	}
	return desk.Subscribed{}, err
}

// noted is a message and what HMA's clients do not expect and people should know.
type noted struct {
	Message string `json:"message"`
	Note    string `json:"note,omitempty"`
}

func (s *Server) makeExchange(c *call) error {
	var w exchangeWishes
	if err := c.body(&w); err != nil {
		return err
	}
	sub, err := w.subscription()
	if err != nil {
		return err
	}
	if _, err := s.Flow.MakeExchange(c.r.Context(), *c.who, match.Bank{Name: w.Bank, Radius: usualRadius}, sub); err != nil {
		return as(err, http.StatusForbidden, problem.Conflict)
	}
	return c.json(http.StatusCreated, noted{"Created successfully",
		"what it brings waits as a draft that shows its consequences, on the page of the bank and in `argine bank drafts`, until a person takes it in"})
}

// exchangeSource is one of several subscriptions of a bank. HMA has one for each.
type exchangeSource struct {
	API   string `json:"api"`
	URL   string `json:"url"`
	Every int64  `json:"every_seconds"`
}

// exchangeConfig is an exchange as HMA tells it: what all have, and beside it what is particular to its API.
type exchangeConfig struct {
	Name        string           `json:"name"`
	API         string           `json:"api"`
	URL         string           `json:"url"`
	Every       int64            `json:"every_seconds"`
	Enabled     bool             `json:"enabled"`
	Credentials credentialStatus `json:"credential_status"`
	Sources     []exchangeSource `json:"sources,omitempty"` // all, where there are several
}

func exchangeOf(of desk.Subscribed) exchangeConfig {
	var sources []exchangeSource
	out := exchangeConfig{Name: of.Bank.Name, Credentials: credentialsOf(of)}
	for _, each := range of.Subscriptions {
		sources = append(sources, exchangeSource{apiOf(each.Form).name, each.URL, int64(each.Every.Seconds())})
		out.Enabled = out.Enabled || !each.Paused
	}
	out.API, out.URL, out.Every = sources[0].API, sources[0].URL, sources[0].Every
	if len(sources) > 1 {
		out.Sources = sources
	}
	return out
}

func (s *Server) exchange(c *call) error {
	of, err := s.subscribed(c)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, exchangeOf(of))
}

// exchangeChange is what HMA changes of an exchange.
type exchangeChange struct {
	Enabled *bool `json:"enabled,omitempty"`
}

// setExchange lets fetching go on or pauses it. As HMA, it passes over members that it does not know.
func (s *Server) setExchange(c *call) error {
	var in exchangeChange
	if err := c.body(&in); err != nil {
		return err
	}
	of, err := s.subscribed(c)
	if err != nil {
		return err
	}
	if in.Enabled != nil {
		if err := s.Flow.PauseExchange(c.r.Context(), *c.who, string(of.Bank.ID), !*in.Enabled); err != nil {
			return err
		}
	}
	return s.exchange(c)
}

// deleteExchange ends the subscriptions of a bank and switches the bank off, for in HMA the
// bank goes with its exchange. As there, no exchange of that name is no failure.
func (s *Server) deleteExchange(c *call) error {
	b, err := s.named(c)
	if err == nil {
		err = s.Flow.EndExchange(c.r.Context(), *c.who, string(b.ID))
	}
	if problem.Is(err, problem.NotFound) {
		return c.json(http.StatusOK, message{"Exchange deleted"})
	}
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, noted{"Exchange deleted",
		"nothing is fetched any more, and the bank is switched off and matches nothing; its entries and its history stay, and enabled=true brings the bank back"})
}

type fetchStatus struct {
	Checkpoint *int64 `json:"checkpoint_ts"`
	Running    *int64 `json:"running_fetch_start_ts"`
	Complete   *int64 `json:"last_fetch_complete_ts"`
	Succeeded  *bool  `json:"last_fetch_succeeded"`
	UpToDate   bool   `json:"up_to_date"`
	Items      int    `json:"fetched_items"`
}

// exchangeStatus tells how the newest fetch of the bank went.
func (s *Server) exchangeStatus(c *call) error {
	of, err := s.subscribed(c)
	if err != nil {
		return err
	}
	out := fetchStatus{Items: of.Bank.Entries}
	newest := slices.MaxFunc(of.Subscriptions, func(a, b match.Subscription) int { return a.FetchedAt.Compare(b.FetchedAt) })
	if !newest.FetchedAt.IsZero() {
		at, good := newest.FetchedAt.Unix(), newest.Fault == ""
		out.Checkpoint, out.Complete, out.Succeeded = &at, &at, &good
		out.UpToDate = good && !slices.ContainsFunc(of.Subscriptions, func(s match.Subscription) bool { return s.NextAt.IsZero() }) // else a draft waits
	}
	return c.json(http.StatusOK, out)
}
