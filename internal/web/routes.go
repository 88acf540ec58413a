package web

import (
	"github.com/argine/argine/internal/auth"
)

// Route is one row of the list of pages.
type Route struct {
	Method     string
	Path       string
	Permission auth.Permission // empty: whoever is signed in
	Public     bool            // no session at all

	serve func(*Server, *call) error
}

// Routes is the list of pages. The files under /static are the only thing beside it.
func Routes() []Route {
	return []Route{
		{"GET", "/signin", "", true, signInPage},
		{"POST", "/signin", "", true, signIn},
		{"GET", "/welcome/{secret}", "", true, welcomePage},
		{"POST", "/welcome/{secret}", "", true, welcome},
		{"POST", "/signout", "", false, signOut},

		{"GET", "/{$}", "", false, actions},
		{"GET", "/actions/{id}", auth.ActionRead, false, board},
		{"POST", "/actions/{id}", auth.ActionOpen, false, setAction},
		{"GET", "/actions/{id}/board", auth.ActionRead, false, boardPiece},
		{"GET", "/actions/{id}/items", auth.ItemRead, false, items},
		{"GET", "/actions/{id}/worklist", auth.AssessFirst, false, worklist},
		{"POST", "/actions/{id}/worklist", auth.AssessFirst, false, decide},
		{"GET", "/actions/{id}/referrals", auth.ActionRead, false, referrals},
		{"POST", "/actions/{id}/referrals", auth.ReferDraft, false, draft},
		{"GET", "/actions/{id}/notices", auth.ActionRead, false, actionNotices},
		{"POST", "/actions/{id}/notices", auth.ReferDraft, false, draftNotices},
		{"GET", "/actions/{id}/report", auth.ReportRead, false, report},

		{"GET", "/items/{id}", auth.ItemRead, false, itemPage},
		{"POST", "/items/{id}/justification", auth.AssessSecond, false, justify},
		{"POST", "/items/{id}/reversal", auth.ItemReverse, false, reverse},
		{"POST", "/items/{id}/reinstatement/approval", auth.ItemReverse, false, approveReinstatement},
		{"GET", "/media/{sha256}", auth.MediaView, false, medium},
		{"GET", "/search", auth.ItemRead, false, search},

		{"GET", "/referrals/{id}", auth.ReferralRead, false, referral},
		{"POST", "/referrals/{id}/approval", auth.ReferApprove, false, approve},
		{"POST", "/deliveries/{id}/resolution", auth.DeliverResolve, false, resolve},
		{"GET", "/notices", auth.ActionRead, false, notices},
		{"GET", "/notices/{id}", auth.ReferralRead, false, noticeView},
		{"POST", "/notices/{id}/approval", auth.ReferApprove, false, approveNotice},
		{"POST", "/notices/{id}/answers", auth.AnswerGive, false, answerNotice},
		{"GET", "/orders", auth.OrderRead, false, orders},
		{"GET", "/orders/{id}", auth.OrderRead, false, orderView},
		{"GET", "/orders/{id}/files/{format}", auth.OrderRead, false, orderFile},
		{"POST", "/orders/{id}/approval", auth.OrderApprove, false, approveOrder},
		{"POST", "/orders/{id}/discarding", auth.OrderDraft, false, discardOrder},
		{"POST", "/orders/{id}/steps", auth.OrderApprove, false, proposeStep},
		{"POST", "/orders/{id}/steps/{kind}", auth.OrderApprove, false, decideStep},
		{"POST", "/orders/{id}/events", auth.OrderRecord, false, recordOrder},
		{"GET", "/orders/{id}/read-in", auth.OrderRecord, false, readAnswer},
		{"POST", "/orders/{id}/read-in", auth.OrderRecord, false, readInAnswer},
		{"POST", "/orders/{id}/resolution", auth.DeliverResolve, false, resolveOrder},
		{"POST", "/orders/{id}/resending", auth.OrderRecord, false, resendOrder},
		{"POST", "/order-copies", auth.OrderScrutinise, false, uploadCopy},
		{"GET", "/items/{id}/order", auth.OrderDraft, false, newOrder},
		{"POST", "/items/{id}/order", auth.OrderDraft, false, draftOrder},
		{"POST", "/platforms/{id}/information", auth.OrderDraft, false, informHost},
		{"POST", "/platforms/{id}/exposures", auth.OrderRecord, false, expose},
		{"POST", "/referrals/{id}/answers", auth.AnswerGive, false, answerReferral},
		{"GET", "/inbox/orders/{id}", auth.OrderRead, false, portalOrder},
		{"POST", "/inbox/orders/{id}/answers", auth.AnswerGive, false, answerOrder},
		{"POST", "/inbox/orders/{id}/ceased", auth.AnswerGive, false, ceasedOrder},
		{"GET", "/transparency", auth.ReportRead, false, transparencyView},
		{"GET", "/transparency/{id}/csv", auth.ReportRead, false, reportCSV},
		{"GET", "/transparency/{id}/json", auth.ReportRead, false, reportJSON},
		{"GET", "/complaints", auth.ComplaintRead, false, complaintList},
		{"POST", "/complaints", auth.ComplaintFile, false, fileComplaint},
		{"GET", "/complaints/{id}", auth.ComplaintRead, false, complaintView},
		{"POST", "/complaints/{id}/reassessments", auth.ComplaintDecide, false, reassess},
		{"POST", "/complaints/{id}/telling", auth.ComplaintDecide, false, tellOutcome},
		{"GET", "/mail", auth.MailRead, false, mailList},
		{"GET", "/mail/{id}", auth.MailRead, false, mailView},
		{"GET", "/mail/{id}/files/{place}", auth.MailRead, false, mailFile},
		{"POST", "/mail/{id}/reading", auth.MailFile, false, readMail},
		{"GET", "/inbox", auth.ReferralRead, false, inbox},

		{"GET", "/platforms", auth.PlatformRead, false, platforms},
		{"GET", "/platforms/{id}", auth.PlatformRead, false, platformPage},
		{"POST", "/platforms/{id}", auth.PlatformManage, false, setPlatform},
		{"POST", "/platforms/{id}/contact-verification", auth.PlatformManage, false, verifyContact},
		{"GET", "/banks", auth.BankRead, false, banks},
		{"POST", "/banks", auth.BankManage, false, addBank},
		{"GET", "/banks/{id}", auth.BankRead, false, bank},
		{"POST", "/banks/{id}", auth.BankManage, false, setBank},
		{"POST", "/banks/{id}/entries", auth.BankManage, false, importEntries},
		{"POST", "/banks/{id}/retractions", auth.BankManage, false, retractEntries},
		{"POST", "/drafts/{id}", auth.BankManage, false, decideDraft},
		{"GET", "/register", auth.PlatformRead, false, registerList},
		{"POST", "/register", auth.RegisterManage, false, importRegister},
		{"POST", "/register/{id}/verification", auth.RegisterManage, false, verifyAuthority},
		{"GET", "/designations", auth.ItemRead, false, designations},
		{"POST", "/designations", auth.DesignationManage, false, importDesignations},
		{"GET", "/deconfliction", auth.DeconflictManage, false, deconfliction},
		{"POST", "/items/{id}/deconfliction/answer", auth.DeconflictManage, false, answerQuestion},
		{"POST", "/interests", auth.DeconflictManage, false, addInterest},
		{"POST", "/interests/{id}/end", auth.DeconflictManage, false, endInterest},
		{"GET", "/people", auth.PeopleRead, false, people},
	}
}
