package client

import (
	"net/url"
	"strconv"
)

// Page is one page of a list, in a stable order.
type Page[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// RowError says what is wrong with one line or row of a bulk call. The others were taken.
type RowError struct {
	Line   int    `json:"line" doc:"line of the file, or place in the list, from 1"`
	Input  string `json:"input" doc:"the beginning of what stood there"`
	Reason string `json:"reason" doc:"what is wrong and what to do"`
}

// Row is the result of one row of a bulk call.
type Row struct {
	Line   int    `json:"line" doc:"place in the list, from 1"`
	ID     string `json:"id,omitempty"`
	Error  string `json:"error,omitempty"`
	Reason string `json:"reason,omitempty" doc:"slug of the kind of failure"`
}

// Rows are the results of a bulk call, one for each row, in its order.
type Rows struct {
	Rows   []Row `json:"rows" nullable:"false"`
	Done   int   `json:"done"`
	Failed int   `json:"failed"`
}

func paging(cursor string, limit int) url.Values {
	q := url.Values{}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return q
}
