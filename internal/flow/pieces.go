package flow

import "cmp"

// pieces are the sizes in which what has no bound is worked off, in entries. Zero means the
// usual size.
type pieces struct{ export, fetch, change int }

// exported is how many entries an export reads in one transaction, so that a slow reader at
// the other end holds no snapshot of the database.
func (p pieces) exported() int { return cmp.Or(p.export, 1000) }

// fetched is how many entries of another Argine are asked for at once.
func (p pieces) fetched() int { return cmp.Or(p.fetch, 5000) }

// changes is how many changes of a draft are made in one transaction.
func (p pieces) changes() int { return cmp.Or(p.change, 2000) }
