package hma

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

// field is a member of the configuration or of the credentials of an exchange, as HMA describes it.
type field struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // string, number, boolean
	Required bool   `json:"required"`
	Help     string `json:"help"`
	Default  any    `json:"default"`
}

type fields struct {
	Fields []field `json:"fields"`
}

// exchangeAPIKind is a way in which others hand their entries on, and what an exchange says to use it.
type exchangeAPIKind struct {
	name, form  string
	address     string // where it is, if it is in one place
	credentials []field
}

var token = []field{{Name: "token", Type: "string", Required: true, Help: "bearer token"}}

// apis are the exchange APIs that are spoken here. tat is HMA's name for the hash list of Tech
// Against Terrorism, and its address the one that HMA's client has.
var apis = []exchangeAPIKind{
	{match.FormArgine, match.FormArgine, "", token},
	{match.FormCSV, match.FormCSV, "", token},
	{match.FormJSONL, match.FormJSONL, "", token},
	{"tat", match.FormHashList, "https://beta.terrorismanalytics.org/", []field{{Name: "username", Type: "string", Required: true}, {Name: "password", Type: "string", Required: true}}},
}

func apiOf(form string) exchangeAPIKind {
	return apis[slices.IndexFunc(apis, func(a exchangeAPIKind) bool { return a.form == form })]
}

func apiNamed(name string) (exchangeAPIKind, bool) {
	at := slices.IndexFunc(apis, func(a exchangeAPIKind) bool { return a.name == name })
	if at < 0 {
		return exchangeAPIKind{}, false
	}
	return apis[at], true
}

func apiNames() (names []string) {
	for _, a := range apis {
		names = append(names, a.name)
	}
	return names
}

const usualEvery = 24 * time.Hour

func (a exchangeAPIKind) config() fields {
	url := field{Name: "url", Type: "string", Required: a.address == "", Help: "where the entries are fetched"}
	if a.address != "" {
		url.Default = a.address
	}
	return fields{[]field{url, {Name: "every_seconds", Type: "number", Help: "seconds between two fetches", Default: int(usualEvery.Seconds())}}}
}

func (s *Server) exchangeAPIs(c *call) error { return c.json(http.StatusOK, apiNames()) }

// api finds the API in the path.
func (c *call) api() (exchangeAPIKind, error) {
	a, ok := apiNamed(c.r.PathValue("api"))
	if !ok {
		return a, bad("no such Exchange API '%.40s'", c.r.PathValue("api"))
	}
	return a, nil
}

func (s *Server) exchangeAPI(c *call) error {
	a, err := c.api()
	if err != nil {
		return err
	}
	given, err := s.Desk.FormsWithSecret(c.r.Context(), *c.who)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]bool{"supports_authentification": true, "has_set_authentification": slices.Contains(given, a.form)})
}

func (s *Server) exchangeSchema(c *call) error {
	a, err := c.api()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]fields{"config_schema": a.config(), "credentials_schema": {a.credentials}})
}

// exchangeWishes are what a caller says about an exchange that is made.
type exchangeWishes struct {
	Bank        string          `json:"bank"`
	API         string          `json:"api"`
	Config      json.RawMessage `json:"api_json,omitempty"`
	Credentials json.RawMessage `json:"credential_json,omitempty"`
}

var exchangeName = regexp.MustCompile(`^[A-Z0-9_]+$`)

func (w exchangeWishes) subscription() (match.Subscription, error) {
	var s match.Subscription
	switch {
	case w.Bank == "":
		return s, bad("bank is required")
	case !exchangeName.MatchString(w.Bank):
		return s, bad("Field `bank` must match /^[A-Z0-9_]+$/")
	case w.API == "":
		return s, bad("Field `api_type` is required")
	}
	a, ok := apiNamed(w.API)
	if !ok {
		return s, bad("No such exchange type '%.40s': entries are taken here by %s; other lists are added with POST /c/bank/NAME/signal, or as CSV or JSON lines with `argine bank import`", w.API, strings.Join(apiNames(), ", "))
	}
	s, err := a.subscription(w.Config)
	if err == nil {
		s.Secret, err = a.secret(w.Credentials)
	}
	return s, err
}

// subscription reads what is particular to an API. HMA writes name and api over whatever is there.
func (a exchangeAPIKind) subscription(text json.RawMessage) (match.Subscription, error) {
	in := struct {
		Name, API json.RawMessage
		URL       string `json:"url"`
		Every     int64  `json:"every_seconds"`
		Enabled   bool   `json:"enabled"`
	}{URL: a.address, Every: int64(usualEvery.Seconds()), Enabled: true}
	if len(text) == 0 {
		text = json.RawMessage("{}")
	}
	if text[0] != '{' {
		return match.Subscription{}, bad("Field `api_json` must be object")
	}
	body := json.NewDecoder(bytes.NewReader(text))
	body.DisallowUnknownFields()
	err := body.Decode(&in)
	if err != nil || in.URL == "" {
		return match.Subscription{}, problem.Wrap(err, problem.Invalid, "Failed to parse `api_json` - verify all fields are supplied. An exchange of %s has url, and may have every_seconds and enabled; see /c/exchanges/api/%s/schema", a.name, a.name)
	}
	return match.Subscription{Form: a.form, URL: in.URL, Every: time.Duration(min(max(in.Every, 0), 1<<30)) * time.Second, Paused: !in.Enabled}, nil
}

// secret reads credentials; none are "". What was sent is in no message: it may be a secret in
// the wrong place.
func (a exchangeAPIKind) secret(text json.RawMessage) (string, error) {
	var given map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &given); err != nil {
			return "", bad("`credential_json` must be an object")
		}
	}
	if len(given) == 0 {
		return "", nil
	}
	var names, values []string
	for _, f := range a.credentials {
		value, _ := given[f.Name].(string)
		names, values = append(names, f.Name), append(values, value)
	}
	if len(given) != len(names) || slices.Contains(values, "") || strings.Contains(values[0], ":") && len(values) > 1 {
		return "", bad("Invalid credentials: %s takes %s, each as a text that is not empty, and nothing else", a.name, strings.Join(names, " and "))
	}
	return strings.Join(values, ":"), nil
}
