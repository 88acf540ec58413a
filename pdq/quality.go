package pdq

// quality is 0 to 100: the sum of the steps between neighbours in the 64×64
// buffer, each in whole percent of full contrast, over 90.
func (g *grid) quality() int {
	sum := 0
	for i := range side {
		for j := range side {
			if i+1 < side {
				sum += percent(g[i][j] - g[i+1][j])
			}
			if j+1 < side {
				sum += percent(g[i][j] - g[i][j+1])
			}
		}
	}
	return min(100, sum/90)
}

// percent cuts off the fraction, so that noise below 1 % counts as nothing.
func percent(step float32) int {
	return max(int(step*100/255), int(-step*100/255))
}
