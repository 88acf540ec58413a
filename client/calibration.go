package client

import "context"

// Calibration is what people's decisions say of a bank's radius. It counts the items that the
// bank matched by looks (pdq), each once, at the nearest of its matches.
type Calibration struct {
	Bank      string          `json:"bank"`
	Radius    int             `json:"radius" doc:"of the bank now, in bits; nothing farther was shown to people"`
	Distances []DistanceCount `json:"distances" nullable:"false"`
	Overall   Precision       `json:"overall"`
	Proposed  *int            `json:"proposed,omitempty" doc:"radius in bits that the decisions speak for; missing while they say too little"`
	Why       string          `json:"why" enum:"too_few,unsure_near,good_throughout,unproved_beyond"`
}

// DistanceCount is one distance of the histogram.
type DistanceCount struct {
	Distance  int       `json:"distance"`
	Confirmed int       `json:"confirmed" doc:"two people found terrorist content"`
	Rejected  int       `json:"rejected" doc:"two people found none"`
	Waits     int       `json:"waits" doc:"not decided, or disputed"`
	Precision Precision `json:"precision"`
}

// Precision is the share of decided items that were confirmed, with its 95 per cent interval (Wilson).
type Precision struct {
	Decided int     `json:"decided"`
	Share   float64 `json:"share" doc:"0 to 1; says nothing where decided is 0"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// Calibration gives the distance histogram of a bank and the radius that it speaks for.
func (c *Client) Calibration(ctx context.Context, bank string) (Calibration, error) {
	return get[Calibration](ctx, c, "/v1/banks/"+bank+"/calibration", nil)
}
