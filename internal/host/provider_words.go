package host

// providerLetters has the sentences for each language of the forms.
var providerLetters = map[string]providerWords{
	"en": {"A competent authority of a Member State of the European Union issued a removal order for this content. You may ask us for the reasons or for a copy of the order.",
		"We were told of this content, and a person of our service looked at it.",
		"The content is considered terrorist content within the meaning of Article 2(7) of Regulation (EU) 2021/784.", "Our terms of service do not allow terrorist content."},
	"de": {"Eine zuständige Behörde eines Mitgliedstaats der Europäischen Union hat für diesen Inhalt eine Entfernungsanordnung erlassen. Sie können uns um die Gründe oder um eine Kopie der Anordnung bitten.",
		"Wir wurden auf diesen Inhalt hingewiesen, und eine Person unseres Dienstes hat ihn geprüft.",
		"Der Inhalt wird als terroristischer Inhalt im Sinne von Artikel 2 Nummer 7 der Verordnung (EU) 2021/784 angesehen.", "Unsere Nutzungsbedingungen lassen terroristische Inhalte nicht zu."},
	"fr": {"Une autorité compétente d’un État membre de l’Union européenne a émis une injonction de retrait visant ce contenu. Vous pouvez nous demander les motifs ou une copie de l’injonction.",
		"Ce contenu nous a été signalé et une personne de notre service l’a examiné.",
		"Le contenu est considéré comme un contenu à caractère terroriste au sens de l’article 2, point 7), du règlement (UE) 2021/784.", "Nos conditions générales n’autorisent pas les contenus à caractère terroriste."},
	"es": {"Una autoridad competente de un Estado miembro de la Unión Europea ha dictado una orden de retirada de este contenido. Puede pedirnos los motivos o una copia de la orden.",
		"Se nos avisó de este contenido y una persona de nuestro servicio lo examinó.",
		"El contenido se considera contenido terrorista en el sentido del artículo 2, punto 7, del Reglamento (UE) 2021/784.", "Nuestras condiciones no permiten contenidos terroristas."},
	"it": {"Un’autorità competente di uno Stato membro dell’Unione europea ha emesso un ordine di rimozione per questo contenuto. Può chiederci i motivi o una copia dell’ordine.",
		"Il contenuto ci è stato segnalato e una persona del nostro servizio lo ha esaminato.",
		"Il contenuto è considerato contenuto terroristico ai sensi dell’articolo 2, punto 7, del regolamento (UE) 2021/784.", "Le nostre condizioni non consentono contenuti terroristici."},
	"pt": {"Uma autoridade competente de um Estado-Membro da União Europeia emitiu uma decisão de supressão deste conteúdo. Pode pedir-nos os motivos ou uma cópia da decisão.",
		"Fomos alertados para este conteúdo e uma pessoa do nosso serviço examinou-o.",
		"O conteúdo é considerado conteúdo terrorista na aceção do artigo 2.º, ponto 7, do Regulamento (UE) 2021/784.", "As nossas condições não permitem conteúdos terroristas."},
	"pl": {"Właściwy organ państwa członkowskiego Unii Europejskiej wydał nakaz usunięcia tych treści. Mogą Państwo poprosić nas o uzasadnienie lub o kopię nakazu.",
		"Zwrócono nam uwagę na te treści, a pracownik naszego serwisu je ocenił.",
		"Treści te uznaje się za treści o charakterze terrorystycznym w rozumieniu art. 2 pkt 7 rozporządzenia (UE) 2021/784.", "Nasz regulamin nie dopuszcza treści o charakterze terrorystycznym."},
	"el": {"Αρμόδια αρχή κράτους μέλους της Ευρωπαϊκής Ένωσης εξέδωσε εντολή αφαίρεσης για αυτό το περιεχόμενο. Μπορείτε να μας ζητήσετε τους λόγους ή αντίγραφο της εντολής.",
		"Ενημερωθήκαμε για αυτό το περιεχόμενο και το εξέτασε άνθρωπος της υπηρεσίας μας.",
		"Το περιεχόμενο θεωρείται τρομοκρατικό περιεχόμενο κατά την έννοια του άρθρου 2 σημείο 7 του κανονισμού (ΕΕ) 2021/784.", "Οι όροι μας δεν επιτρέπουν τρομοκρατικό περιεχόμενο."},
	"ar": {"أصدرت سلطة مختصة في دولة عضو في الاتحاد الأوروبي أمرًا بإزالة هذا المحتوى. يمكنكم أن تطلبوا منا الأسباب أو نسخة من الأمر.",
		"أُبلغنا بهذا المحتوى، وفحصه شخص من خدمتنا.",
		"يُعتبر المحتوى محتوى إرهابيًا بالمعنى الوارد في المادة 2(7) من اللائحة (الاتحاد الأوروبي) 2021/784.", "لا تسمح شروط خدمتنا بالمحتوى الإرهابي."},
}

// outcomeWords are those of a letter that tells what became of a complaint.
type outcomeWords struct{ subject, justified, rejected string }

func outcomeIn(language string) outcomeWords {
	if w, ok := outcomeLetters[language]; ok {
		return w
	}
	return outcomeLetters["en"]
}

var outcomeLetters = map[string]outcomeWords{
	"en": {"Your complaint", "We examined your complaint and found it justified. The content is reinstated.", "We examined your complaint and did not find it justified. You can still contest the removal before a court. Our reasons:"},
	"de": {"Ihre Beschwerde", "Wir haben Ihre Beschwerde geprüft und halten sie für begründet. Der Inhalt wird wiederhergestellt.", "Wir haben Ihre Beschwerde geprüft und halten sie nicht für begründet. Der Rechtsweg steht Ihnen weiterhin offen. Unsere Gründe:"},
	"fr": {"Votre réclamation", "Nous avons examiné votre réclamation et la jugeons fondée. Le contenu est rétabli.", "Nous avons examiné votre réclamation et ne la jugeons pas fondée. Vous pouvez toujours contester le retrait en justice. Nos motifs :"},
	"es": {"Su reclamación", "Hemos examinado su reclamación y la consideramos justificada. El contenido se restablece.", "Hemos examinado su reclamación y no la consideramos justificada. Aún puede impugnar la retirada ante un tribunal. Nuestros motivos:"},
	"it": {"Il Suo reclamo", "Abbiamo esaminato il Suo reclamo e lo riteniamo fondato. Il contenuto viene ripristinato.", "Abbiamo esaminato il Suo reclamo e non lo riteniamo fondato. Può ancora contestare la rimozione in giudizio. I nostri motivi:"},
	"pt": {"A sua reclamação", "Examinámos a sua reclamação e consideramo-la justificada. O conteúdo é restabelecido.", "Examinámos a sua reclamação e não a consideramos justificada. Pode ainda contestar a supressão em tribunal. Os nossos motivos:"},
	"pl": {"Państwa skarga", "Zbadaliśmy Państwa skargę i uznaliśmy ją za zasadną. Treści zostaną przywrócone.", "Zbadaliśmy Państwa skargę i nie uznaliśmy jej za zasadną. Nadal mogą Państwo zaskarżyć usunięcie przed sądem. Nasze powody:"},
	"el": {"Η καταγγελία σας", "Εξετάσαμε την καταγγελία σας και τη θεωρούμε βάσιμη. Το περιεχόμενο αποκαθίσταται.", "Εξετάσαμε την καταγγελία σας και δεν τη θεωρούμε βάσιμη. Μπορείτε ακόμη να προσφύγετε σε δικαστήριο. Οι λόγοι μας:"},
	"ar": {"شكواكم", "نظرنا في شكواكم ووجدناها مبررة. يُعاد المحتوى.", "نظرنا في شكواكم ولم نجدها مبررة. ما زال بإمكانكم الطعن في الإزالة أمام المحكمة. أسبابنا:"},
}
