package jpegtest

import (
	"image"
	"math"
)

// zigzag gives line and column of the coefficients in the order of the file.
var zigzag = func() (order [64][2]int) {
	k := 0
	for sum := range 15 {
		for i := range sum + 1 {
			y, x := i, sum-i // down and to the left
			if sum%2 == 0 {
				y, x = x, y
			}
			if y < 8 && x < 8 {
				order[k] = [2]int{y, x}
				k++
			}
		}
	}
	return order
}()

// cosine is the factor of sample x in frequency u (A.3.3).
var cosine = func() (c [8][8]float64) {
	for u := range c {
		for x := range c[u] {
			c[u][x] = math.Cos(float64((2*x+1)*u)*math.Pi/16) / 2
			if u == 0 {
				c[u][x] /= math.Sqrt2
			}
		}
	}
	return c
}()

// factor is the step of a coefficient: coarser for higher frequencies.
func (e *encoder) factor(k int) int {
	return min(255, 1+(e.Coarseness-1)*(1+zigzag[k][0]+zigzag[k][1]))
}

// transform makes the coefficients of block b of a plane.
func (e *encoder) transform(img image.Image, component int, p *plane, b int) {
	left, top := 8*(b%p.across), 8*(b/p.across)
	var half [8][8]float64 // [y][u]
	for y := range 8 {
		for x := range 8 {
			s := e.sample(img, component, p, left+x, top+y) - 128
			for u := range 8 {
				half[y][u] += s * cosine[u][x]
			}
		}
	}
	for k, at := range zigzag {
		sum := 0.0
		for y := range 8 {
			sum += half[y][at[1]] * cosine[at[0]][y]
		}
		p.blocks[b][k] = int(math.Round(sum / float64(e.factor(k))))
	}
}
