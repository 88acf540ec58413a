package web

import "github.com/argine/argine/internal/auth"

// HostRoutes is the list of pages of a hosting service's own Argine: the same frame, words and
// sessions as at the desk of units, and none of its pages.
func HostRoutes() []Route {
	return []Route{
		{"GET", "/signin", "", true, signInPage},
		{"POST", "/signin", "", true, signIn},
		{"GET", "/welcome/{secret}", "", true, welcomePage},
		{"POST", "/welcome/{secret}", "", true, welcome},
		{"POST", "/signout", "", false, signOut},

		{"GET", "/{$}", auth.HostRead, false, hostDesk},
		{"GET", "/cases", auth.HostRead, false, hostCases},
		{"GET", "/cases/{id}", auth.HostRead, false, hostCase},
		{"POST", "/cases/{id}/vouching", auth.HostAct, false, hostVouch},
		{"POST", "/cases/{id}/disabling", auth.HostAct, false, hostDisable},
		{"POST", "/cases/{id}/feedback", auth.HostAct, false, hostFeedback},
		{"POST", "/cases/{id}/impossibility", auth.HostAct, false, hostImpossible},
		{"POST", "/cases/{id}/grounds-ceased", auth.HostAct, false, hostCeased},
		{"POST", "/cases/{id}/answers", auth.HostAct, false, hostAnswers},
		{"POST", "/cases/{id}/information", auth.HostAct, false, hostInform},
		{"POST", "/cases/{id}/reinstatement", auth.HostAct, false, hostReinstate},
		{"POST", "/cases/{id}/told", auth.HostAct, false, hostTold},
		{"POST", "/cases/{id}/kept", auth.HostAct, false, hostPreserve},
		{"POST", "/cases/{id}/proceedings", auth.HostManage, false, hostProceedings},
		{"POST", "/kept/{id}", auth.HostAct, false, hostOpenKept},
		{"POST", "/acts/{id}/resolution", auth.HostAct, false, hostResolve},
		{"GET", "/messages", auth.HostRead, false, hostMessages},
		{"GET", "/messages/{id}/raw", auth.HostRead, false, hostRaw},
		{"GET", "/acts/{id}/document/{ext}", auth.HostRead, false, hostPaper},
		{"GET", "/hand-in", auth.HostAct, false, hostHandInPage},
		{"POST", "/hand-in", auth.HostAct, false, hostHandIn},

		{"POST", "/cases/{id}/review", auth.HostAct, false, hostReview},
		{"GET", "/complaints", auth.HostRead, false, hostComplaints},
		{"POST", "/complaints", auth.HostAct, false, hostComplain},
		{"POST", "/complaints/{id}", auth.HostAct, false, hostDecideComplaint},
		{"GET", "/reinstatements", auth.HostRead, false, hostReinstatements},
		{"POST", "/reinstatements/{id}", auth.HostAct, false, hostDecideBack},
		{"POST", "/reinstatements/{id}/vouching", auth.HostAct, false, hostVouchBack},
		{"POST", "/returns/{id}", auth.HostAct, false, hostTellReturn},
		{"GET", "/statements", auth.HostRead, false, hostStatements},
		{"POST", "/statements/{id}/correction", auth.HostAct, false, hostCorrectStatement},
		{"GET", "/uploads", auth.HostRead, false, hostUploads},
		{"POST", "/uploads/{id}", auth.HostAct, false, hostDecideUpload},
		{"GET", "/report", auth.HostRead, false, hostReport},

		{"GET", "/people", auth.PeopleRead, false, people},
	}
}
