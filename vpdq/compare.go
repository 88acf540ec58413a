package vpdq

// Result is what two films have in common.
type Result struct {
	QueryPercent float64 // of the query's distinct frames, those that the bank's film has
	BankPercent  float64 // of the distinct frames of the bank's film, those that the query has
	Spans        []Span  // where, in the order of the query
}

// Pair says that two frames are the same, by their places in the [Distinct] lists of the
// query and of the bank's film.
type Pair struct{ Query, Bank int }

// Compare finds what two films have in common by comparing each frame with each.
func Compare(query, bank []Feature, o Options) Result {
	q, b := Distinct(query, o.MinQuality), Distinct(bank, o.MinQuality)
	var pairs []Pair
	for i := range q {
		for j := range b {
			if q[i].Hash.Distance(b[j].Hash) <= o.Radius {
				pairs = append(pairs, Pair{i, j})
			}
		}
	}
	return Tally(query, bank, pairs, o)
}

// Tally is the result for films of which the same frames are known: all the pairs within
// o.Radius, in any order; repeated ones count once. Query and bank are the whole films.
func Tally(query, bank []Feature, pairs []Pair, o Options) Result {
	q, b := Distinct(query, o.MinQuality), Distinct(bank, o.MinQuality)
	var r Result
	r.QueryPercent, r.BankPercent = Percent(len(q), len(b), pairs)
	r.Spans = spans(query, bank, q, b, pairs, o)
	return r
}

// Percent is the share of the query's and of the bank's distinct frames that are in a pair,
// of which there are so many. Films without frames have nothing in common.
func Percent(queryFrames, bankFrames int, pairs []Pair) (query, bank float64) {
	if queryFrames == 0 || bankFrames == 0 {
		return 0, 0
	}
	inQuery, inBank := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		inQuery[p.Query], inBank[p.Bank] = true, true
	}
	return 100 * float64(len(inQuery)) / float64(queryFrames), 100 * float64(len(inBank)) / float64(bankFrames)
}
