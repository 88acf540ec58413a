package sqldb

import (
	"context"
	"database/sql"
	"sync"
)

// prepared keeps statements that were used once ready for the next use. Parsing is a fifth of
// what a short statement costs on SQLite; the driver of PostgreSQL keeps its own.
type prepared struct {
	pool *sql.DB

	mu    sync.Mutex
	ready map[SQL]*sql.Stmt
	asked []SQL // seen in a transaction, to be prepared after it
}

// maxPrepared bounds how many are kept. There are a few hundred statements; those that are
// put together for many rows have many lengths and are not kept.
const maxPrepared = 1000

func newPrepared(pool *sql.DB) *prepared {
	return &prepared{pool: pool, ready: map[SQL]*sql.Stmt{}}
}

// find gives the statement, or remembers that it is wanted. It cannot be prepared at once: the
// connection that it needs may be the one that the transaction holds.
func (p *prepared) find(q SQL) *sql.Stmt {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if stmt, ok := p.ready[q]; ok {
		return stmt
	}
	if len(p.ready)+len(p.asked) < maxPrepared {
		p.asked = append(p.asked, q)
	}
	return nil
}

// catchUp prepares what was asked for. It is called between transactions. What does not
// prepare is left alone: its use tells the failure better.
func (p *prepared) catchUp(ctx context.Context) {
	if p == nil {
		return
	}
	p.mu.Lock()
	asked := p.asked
	p.asked = nil
	p.mu.Unlock()
	for _, q := range asked {
		stmt, err := p.pool.PrepareContext(ctx, string(q))
		if err != nil {
			continue
		}
		p.mu.Lock()
		if _, twice := p.ready[q]; twice {
			stmt.Close()
		} else {
			p.ready[q] = stmt
		}
		p.mu.Unlock()
	}
}
