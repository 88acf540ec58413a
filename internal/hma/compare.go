package hma

import (
	"encoding/json"
	"net/http"

	"github.com/argine/argine/internal/match"
)

// maxJSON bounds the bodies of calls that carry no file.
const maxJSON = 8 << 20

// body reads a JSON object.
func (c *call) body(into any) error {
	c.hurry()
	in := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, maxJSON))
	if err := in.Decode(into); err != nil {
		return notJSON(err)
	}
	return nil
}

// compare tells the distance between pairs of fingerprints: {"pdq": ["…", "…"]} is answered by
// {"pdq": [true, {"distance": 9}]}.
func (s *Server) compare(c *call) error {
	var pairs map[string]json.RawMessage
	if err := c.body(&pairs); err != nil {
		return err
	}
	if pairs == nil {
		return bad("Request input was not a dict")
	}
	out := map[string][2]any{}
	for name, text := range pairs {
		var pair []string
		if err := json.Unmarshal(text, &pair); err != nil || pair == nil {
			return bad("Comparison hashes for %.40s was not a list", name)
		}
		if len(pair) != 2 {
			return bad("Comparison hash list length must be exactly 2")
		}
		st, err := signalNamed(name)
		if err != nil {
			return err
		}
		near, err := match.Compare(st.kind, pair[0], pair[1])
		if err != nil {
			return err
		}
		out[name] = [2]any{near.Match, distanceOf(near)}
	}
	return c.json(http.StatusOK, out)
}

// distanceOf is how near two fingerprints lie, in the form of HMA.
func distanceOf(n match.Nearness) any {
	if n.Shares {
		type percents struct {
			Query    float64 `json:"query_match_percent"`
			Compared float64 `json:"compared_match_percent"`
		}
		return percents{float64(n.QueryShare) / 10_000, float64(n.Share) / 10_000}
	}
	return map[string]int{"distance": n.Distance}
}
