package api

import "slices"

// Routes is the list of routes.
func Routes() []Route {
	return slices.Concat(
		peopleRoutes(),
		platformRoutes(),
		registerRoutes(),
		designationRoutes(),
		deconflictionRoutes(),
		actionRoutes(),
		itemRoutes(),
		assessmentRoutes(),
		bankRoutes(),
		feedRoutes(),
		calibrationRoutes(),
		referralRoutes(),
		noticeRoutes(),
		complaintRoutes(),
		transparencyRoutes(),
		orderRoutes(), toldRoutes(), messageRoutes(), mailRoutes(), schemaRoutes(),
		auditRoutes(),
	)
}
