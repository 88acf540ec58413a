package hma

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/match"
)

// credentialStatus says which credentials an exchange will use, and never what they are.
type credentialStatus struct {
	Supports bool    `json:"supports_auth"`
	Has      bool    `json:"has_credentials"`
	Source   *string `json:"source"` // exchange, or api: what the unit gave for all of the API
}

func credentialsOf(of desk.Subscribed) credentialStatus {
	out := credentialStatus{Supports: true}
	for _, each := range of.Subscriptions {
		source := ""
		switch {
		case each.Secret != "":
			source = "exchange"
		case each.TakesGiven() && slices.Contains(of.Given, each.Form):
			source = "api"
		default:
			continue
		}
		out.Has, out.Source = true, &source
	}
	return out
}

func (s *Server) exchangeCredentials(c *call) error {
	of, err := s.subscribed(c)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, credentialsOf(of))
}

// credentialWishes are the credentials of an exchange, or of an API: what the schema of the API says.
type credentialWishes struct {
	Credentials map[string]string `json:"credential_json" nullable:"true"`
}

// credentialsIn reads the credentials of a body; empty ones, or null, take back what was set.
func (c *call) credentialsIn(a exchangeAPIKind) (secret string, err error) {
	var in map[string]json.RawMessage
	if err := c.body(&in); err != nil {
		return "", err
	}
	text, ok := in["credential_json"]
	if !ok || len(in) != 1 {
		return "", bad("send {\"credential_json\": {…}}, and nothing else")
	}
	return a.secret(text)
}

func (s *Server) setExchangeCredentials(c *call) error {
	of, err := s.subscribed(c)
	if err != nil {
		return err
	}
	secret, err := c.credentialsIn(apiOf(of.Subscriptions[0].Form))
	if err != nil {
		return err
	}
	if err := s.Flow.SetExchangeSecret(c.r.Context(), *c.who, string(of.Bank.ID), secret); err != nil {
		return err
	}
	return s.exchangeCredentials(c)
}

// setExchangeAPI keeps credentials for all exchanges of the caller's unit that have none of
// their own. That is for APIs in one place: a token for one address is not sent to another.
func (s *Server) setExchangeAPI(c *call) error {
	a, err := c.api()
	if err != nil {
		return err
	}
	if !(match.Subscription{Form: a.form}).TakesGiven() {
		return bad("a token belongs to one address: set it with POST /c/exchange/NAME/credentials, not for all exchanges of %s", a.name)
	}
	secret, err := c.credentialsIn(a)
	if err != nil {
		return err
	}
	if err := s.Flow.GiveFormSecret(c.r.Context(), *c.who, a.form, secret); err != nil {
		return err
	}
	return s.exchangeAPI(c)
}
