package host

// backWords are those of the letter that tells a content provider that its content is back.
type backWords struct {
	subject, back, content, removed, since string
	why                                    map[string]string // by path
	nothing                                string            // is left to do for the provider
}

func backWordsIn(language string) backWords {
	if w, ok := backLetters[language]; ok {
		return w
	}
	return backLetters["en"]
}

// backLetters has them for each language of the forms. Of whoever asked for the removal they say no
// more than that it was a mistake, or that an order has no effect any more.
var backLetters = map[string]backWords{
	"en": {"Your content is back", "Content of yours that was not accessible is accessible again.", "Content:", "Not accessible since:", "Accessible again since:", map[string]string{
		"complaint": "We examined your complaint and found it justified.",
		"void":      "The removal order under which we had disabled it is without effect.",
		"asked":     "Whoever had drawn our attention to it told us that this was a mistake.",
		"own":       "We looked at it again and found no reason to keep it disabled."}, "There is nothing that you have to do."},
	"de": {"Ihr Inhalt ist wieder da", "Ein Inhalt von Ihnen, der nicht zugänglich war, ist wieder zugänglich.", "Inhalt:", "Nicht zugänglich seit:", "Wieder zugänglich seit:", map[string]string{
		"complaint": "Wir haben Ihre Beschwerde geprüft und halten sie für begründet.",
		"void":      "Die Entfernungsanordnung, aufgrund deren wir ihn gesperrt hatten, ist unwirksam.",
		"asked":     "Von der Stelle, die uns auf ihn hingewiesen hatte, haben wir erfahren, dass dies ein Irrtum war.",
		"own":       "Wir haben ihn erneut geprüft und keinen Grund gefunden, ihn gesperrt zu lassen."}, "Sie brauchen nichts zu tun."},
	"fr": {"Votre contenu est rétabli", "Un de vos contenus qui n’était plus accessible l’est de nouveau.", "Contenu :", "Inaccessible depuis :", "De nouveau accessible depuis :", map[string]string{
		"complaint": "Nous avons examiné votre réclamation et la jugeons fondée.",
		"void":      "L’injonction de retrait en vertu de laquelle nous l’avions bloqué est sans effet.",
		"asked":     "Le service qui nous l’avait signalé nous a fait savoir que c’était une erreur.",
		"own":       "Nous l’avons réexaminé et n’avons trouvé aucune raison de le maintenir bloqué."}, "Vous n’avez rien à faire."},
	"es": {"Su contenido vuelve a estar disponible", "Un contenido suyo que no era accesible vuelve a serlo.", "Contenido:", "Inaccesible desde:", "Accesible de nuevo desde:", map[string]string{
		"complaint": "Hemos examinado su reclamación y la consideramos justificada.",
		"void":      "La orden de retirada en virtud de la cual lo habíamos bloqueado no tiene efecto.",
		"asked":     "Quien nos había avisado de él nos ha comunicado que fue un error.",
		"own":       "Lo hemos examinado de nuevo y no hemos encontrado motivo para mantenerlo bloqueado."}, "No tiene que hacer nada."},
	"it": {"Il Suo contenuto è di nuovo disponibile", "Un Suo contenuto che non era accessibile lo è di nuovo.", "Contenuto:", "Non accessibile dal:", "Di nuovo accessibile dal:", map[string]string{
		"complaint": "Abbiamo esaminato il Suo reclamo e lo riteniamo fondato.",
		"void":      "L’ordine di rimozione in base al quale lo avevamo disabilitato è privo di effetto.",
		"asked":     "Chi ce lo aveva segnalato ci ha comunicato che si trattava di un errore.",
		"own":       "Lo abbiamo riesaminato e non abbiamo trovato motivi per mantenerlo disabilitato."}, "Non deve fare nulla."},
	"pt": {"O seu conteúdo está de novo disponível", "Um conteúdo seu que não estava acessível voltou a estar.", "Conteúdo:", "Inacessível desde:", "De novo acessível desde:", map[string]string{
		"complaint": "Examinámos a sua reclamação e consideramo-la justificada.",
		"void":      "A decisão de supressão ao abrigo da qual o tínhamos bloqueado não produz efeitos.",
		"asked":     "Quem nos tinha alertado para ele comunicou-nos que se tratou de um erro.",
		"own":       "Voltámos a examiná-lo e não encontrámos motivo para o manter bloqueado."}, "Não tem de fazer nada."},
	"pl": {"Państwa treści są znów dostępne", "Państwa treści, które nie były dostępne, są znów dostępne.", "Treści:", "Niedostępne od:", "Znów dostępne od:", map[string]string{
		"complaint": "Zbadaliśmy Państwa skargę i uznaliśmy ją za zasadną.",
		"void":      "Nakaz usunięcia, na podstawie którego zablokowaliśmy do nich dostęp, nie wywołuje skutków.",
		"asked":     "Podmiot, który zwrócił nam na nie uwagę, poinformował nas, że była to pomyłka.",
		"own":       "Oceniliśmy je ponownie i nie znaleźliśmy powodu, by dostęp do nich pozostał zablokowany."}, "Nie muszą Państwo nic robić."},
	"el": {"Το περιεχόμενό σας είναι ξανά διαθέσιμο", "Περιεχόμενό σας που δεν ήταν προσβάσιμο είναι ξανά προσβάσιμο.", "Περιεχόμενο:", "Μη προσβάσιμο από:", "Ξανά προσβάσιμο από:", map[string]string{
		"complaint": "Εξετάσαμε την καταγγελία σας και τη θεωρούμε βάσιμη.",
		"void":      "Η εντολή αφαίρεσης βάσει της οποίας το είχαμε απενεργοποιήσει δεν παράγει αποτελέσματα.",
		"asked":     "Όποιος μας είχε ενημερώσει για αυτό μας γνωστοποίησε ότι επρόκειτο για λάθος.",
		"own":       "Το εξετάσαμε ξανά και δεν βρήκαμε λόγο να παραμείνει απενεργοποιημένο."}, "Δεν χρειάζεται να κάνετε τίποτα."},
	"ar": {"عاد محتواكم", "عاد محتوى لكم لم يكن الوصول إليه ممكنًا، ويمكن الوصول إليه من جديد.", "المحتوى:", "لم يكن الوصول إليه ممكنًا منذ:", "يمكن الوصول إليه من جديد منذ:", map[string]string{
		"complaint": "نظرنا في شكواكم ووجدناها مبررة.",
		"void":      "أمر الإزالة الذي عطّلنا المحتوى بموجبه لم يعد له أثر.",
		"asked":     "أعلمتنا الجهة التي نبّهتنا إليه بأن ذلك كان خطأً.",
		"own":       "فحصناه مرة أخرى ولم نجد سببًا لإبقائه معطّلًا."}, "لا يلزمكم القيام بأي شيء."},
}
