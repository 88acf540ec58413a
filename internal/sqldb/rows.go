package sqldb

import (
	"strconv"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// maxVariables is how many variables one statement may have: the lower of the engines'
// limits (SQLite 32,766, PostgreSQL 65,535) with room to spare.
const maxVariables = 8_000

// InsertRows runs an INSERT for many rows at once. The statement is written for one row,
// "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING", and its list of values is
// repeated. It returns how many rows were inserted.
func (tx *Tx) InsertRows(q SQL, rows [][]any) (int64, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	head, tuple, tail, err := split(string(q))
	if err != nil {
		return 0, err
	}
	width := len(rows[0])
	batch := max(1, maxVariables/max(1, width))
	if tx.engine == SQLite {
		tuple = anonymous(tuple, width)
	}
	var total int64
	for len(rows) > 0 {
		n := min(batch, len(rows))
		args := make([]any, 0, n*width)
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		done, err := tx.wrote(tx.raw.ExecContext(tx.ctx, head+tuples(tuple, width, n)+tail, args...))
		if err != nil {
			return total, err
		}
		total += done
		rows = rows[n:]
	}
	return total, nil
}

func split(q string) (head, tuple, tail string, err error) {
	at := strings.Index(q, "VALUES (")
	end := -1
	if at >= 0 {
		end = strings.IndexByte(q[at:], ')')
	}
	if end < 0 {
		return "", "", "", problem.New(problem.Internal, "InsertRows: no VALUES (…) in %q", q)
	}
	start := at + len("VALUES ")
	return q[:start], q[start : at+end+1], q[at+end+1:], nil
}

// tuples writes ($1, $2), ($3, $4), … n times, for a tuple of that width.
func tuples(tuple string, width, n int) string {
	var out strings.Builder
	for row := range n {
		if row > 0 {
			out.WriteString(", ")
		}
		for i := 0; i < len(tuple); i++ {
			if tuple[i] != '$' {
				out.WriteByte(tuple[i])
				continue
			}
			j := i + 1
			for j < len(tuple) && tuple[j] >= '0' && tuple[j] <= '9' {
				j++
			}
			number, _ := strconv.Atoi(tuple[i+1 : j])
			out.WriteByte('$')
			out.WriteString(strconv.Itoa(row*width + number))
			i = j - 1
		}
	}
	return out.String()
}

// anonymous writes ? for placeholders that stand in their order. SQLite keeps a list of the
// names of the others, $1 and ?1 alike, and walks it for each: thousands take seconds.
func anonymous(tuple string, width int) string {
	out := tuple
	for i := range width {
		before, after, ok := strings.Cut(out, "$"+strconv.Itoa(i+1))
		if !ok || strings.Contains(before, "$") {
			return tuple
		}
		out = before + "?" + after
	}
	return out
}
