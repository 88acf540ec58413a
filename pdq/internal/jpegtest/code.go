package jpegtest

import "math/bits"

// A code is a Huffman code: its symbols in order, seven of 2 to 8 bits.
type code struct {
	symbols []byte
	at      [256]int // the place of a symbol
}

var (
	dcCode = newCode(12, 0, 3, 4, 5, 2, 6, 7)
	acCode = newCode(256, 0x00, 0x01, 0x11, 0x02, 0x21, 0xf0, 0x03)
)

// newCode has the symbols below n, first those that are frequent.
func newCode(n int, frequent ...byte) *code {
	c := new(code)
	seen := map[byte]bool{}
	add := func(s byte) {
		if !seen[s] {
			seen[s] = true
			c.at[s] = len(c.symbols)
			c.symbols = append(c.symbols, s)
		}
	}
	for _, s := range frequent {
		add(s)
	}
	for s := range n {
		add(byte(s))
	}
	return c
}

// describe is what a DHT segment says: how many symbols have each length.
func (c *code) describe() []byte {
	out := make([]byte, 16, 16+len(c.symbols))
	for length := 2; length <= 8; length++ {
		out[length-1] = 1
	}
	out[15] = byte(len(c.symbols) - 7)
	return append(out, c.symbols...)
}

// of gives the code of a symbol and its length. Canonical codes with one of each
// length from 2 to 8 are 00, 010, 0110 … 01111110; the long ones follow.
func (c *code) of(symbol byte) (word, length int) {
	i := c.at[symbol]
	if i < 7 {
		return 1<<(i+1) - 2, i + 2
	}
	return 1<<15 - 1<<8 + i - 7, 16
}

// A writer packs bits from the top of each byte on, with stuffing.
type writer struct {
	out  []byte
	word uint64
	have int
}

func (w *writer) bits(value, n int) {
	w.word = w.word<<n | uint64(value)&(1<<n-1)
	for w.have += n; w.have >= 8; w.have -= 8 {
		b := byte(w.word >> (w.have - 8))
		w.out = append(w.out, b)
		if b == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

// align fills the last byte with ones.
func (w *writer) align() {
	if w.have > 0 {
		w.bits(0xff, 8-w.have)
	}
}

func (w *writer) symbol(c *code, s byte) { w.bits(c.of(s)) }

// number writes the bits of a number behind its size (F.1.2.1).
func (w *writer) number(v, size int) {
	if v < 0 {
		v += 1<<size - 1
	}
	w.bits(v, size)
}

func sizeOf(v int) int { return bits.Len(uint(max(v, -v))) }
