package item

// ten is the list of placeholders of statements that take ten keys at once. They are only
// for columns that are unique by themselves: of others PostgreSQL expects, before it has
// gathered statistics, so many rows that it reads a small table whole, as it would for more
// than ten; and a serializable transaction that has done so collides with every other that
// writes to the table.
const ten = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"

// tens gives the arguments for each ten of the keys: the keys, NULL (which equals nothing)
// up to the tenth, then the further arguments.
func tens[K any](keys []K, further []any, fn func(some []K, args []any) error) error {
	for len(keys) > 0 {
		n := min(10, len(keys))
		args := make([]any, 10, 10+len(further))
		for i, key := range keys[:n] {
			args[i] = key
		}
		if err := fn(keys[:n], append(args, further...)); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
