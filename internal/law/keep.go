package law

import "time"

// KeptUntil is the end of the six months for which content that was removed at a moment is
// preserved, where no proceedings need it longer, Article 6(2).
func KeptUntil(removed time.Time) time.Time { return addMonths(removed, keepMonths) }
