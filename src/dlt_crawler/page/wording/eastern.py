"""Languages of the north and east of Europe, Turkish and Hebrew: error pages and parked domains."""

from __future__ import annotations

ERRORS = (
    # Russian, Ukrainian
    (
        r"(?:(?:эта|данная|такая|запрашиваемая|запрошенная|к|сожалению|извините) )*(?:страниц[аы]|файл|документ"
        r"|статья|запись|материал|сайт|контент|ресурс|адрес)(?: (?:которую вы (?:ищете|запросили|искали)"
        r"|по (?:этому|такому|указанному) адресу|была|был|больше|на сайте))* (?:не (?:найден[ао]?|существует"
        r"|обнаружен[ао]?|доступн[ао]|действительна)|удален[ао]?|удалён|отсутствует|нет|недоступн[ао])"
    ),
    (
        r"такой страницы (?:нет|не существует|больше нет)|не найдено|ничего не найдено|страницы не существует"
        r"|страница потерялась"
    ),
    (
        r"(?:(?:ця|дана|така|запитувана|на|жаль) )*(?:сторінк[аиу]|файл|документ|стаття|запис"
        r"|матеріал)(?: (?:яку ви (?:шукаєте|запитали)|за цією адресою|була))* (?:не (?:знайден[ао]|існує"
        r"|існує більше)|видален[ао]|відсутня|немає)|сторінку не знайдено|не знайдено|такої сторінки (?:не існує"
        r"|немає)"
    ),
    # Polish, Czech, Slovak
    (
        r"(?:(?:ta|podana|żądana|szukana|niestety) )*(?:strona|stronę|stron[ay]|plik|dokument|artykuł"
        r"|treść)(?: (?:której szukasz|o podanym adresie|internetowa|została"
        r"|nie))* ?(?:nie (?:została )?(?:znaleziona|istnieje|znaleziono|odnaleziona|jest dostępna)|znaleziona"
        r"|usunięta)|nie (?:znaleziono|odnaleziono|można znaleźć)(?: (?:takiej|tej|podanej|żądanej))? ?(?:strony"
        r"|pliku|artykułu)?|strona (?:nieodnaleziona|nieznaleziona)|brak strony|nie ma takiej strony"
    ),
    (
        r"(?:(?:tato|tahle|požadovaná|hledaná|omlouváme|se|bohužel|táto|vyhľadávaná) )*(?:stránk[auy]|soubor"
        r"|dokument|článek|obsah|súbor|článok)(?: (?:kterou hledáte|nebyla|nebyl|nebola|sa"
        r"|se))* ?(?:nenalezen[ao]?|nenájden[áýa]|neexistuje|nebyla nalezena|nebola nájdená|nalezena?|nájdená"
        r"|nenašla|nie je dostupná|není k dispozici|nedostupná)|stránku se nepodařilo najít|stránku nelze najít"
        r"|nenalezeno|stránka nenájdená"
    ),
    # Swedish, Danish, Norwegian, Finnish
    (
        r"(?:(?:den|det|denna|sök[td]a|begärda|efterfrågade|tyvärr) )*(?:webb)?(?:sidan?|filen|dokumentet|artikeln"
        r"|innehållet)(?: (?:du (?:söker|letar efter|sökte)|kunde|kan|finns|har))* ?(?:inte (?:hittas?|finns"
        r"|hittades|längre|finnas|tillgänglig)|saknas|tagits bort|hittades inte|finns inte(?: längre)?|hittades ej"
        r"|kunde inte hittas)|(?:vi kunde|kan) inte hitta sidan|hittades inte"
    ),
    (
        r"(?:(?:den|denne|det|beklager) )*(?:web)?(?:siden?|filen|dokumentet|artiklen|artikkelen|nettsiden"
        r"|innholdet|indholdet)(?: (?:du (?:leder efter|leter etter|søgte|søkte|prøvde å nå)|blev|ble|kunne|kan"
        r"|findes|finnes|eksisterer|er))* ?(?:ikke (?:fundet|funnet|længere|lenger|findes|finnes|mere|tilgængelig"
        r"|tilgjengelig)|blev ikke fundet|ble ikke funnet|findes ikke(?: længere)?|finnes ikke(?: lenger)?"
        r"|eksisterer ikke|mangler|fjernet|slettet)(?: (?:findes|finnes|blive fundet|bli funnet))?|vi (?:kan"
        r"|kunne) ikke (?:finde|finne) siden|ikke (?:fundet|funnet)"
    ),
    (
        r"(?:(?:etsimääsi|hakemaasi|pyydettyä|valitettavasti|tätä) )*(?:sivua?|tiedostoa?|artikkelia|sisältöä"
        r"|verkkosivua)(?: (?:jota etsit|ei|ole|valitettavasti))* ?(?:ei (?:löytynyt|löydy|ole olemassa|enää ole"
        r"|ole enää olemassa)|löytynyt|löydy|on poistettu|olemassa)|ei löytynyt"
    ),
    # Turkish, Hungarian, Greek, Romanian
    (
        r"(?:(?:bu|aradığınız|istenen|istediğiniz|talep|ettiğiniz|üzgünüz) )*(?:web )?(?:sayfa|dosya|içerik|belge"
        r"|makale|adres)(?:sı|yı)?(?: artık| maalesef| şu anda)? (?:bulunamadı|bulunamıyor|mevcut değil|yok"
        r"|bulunmuyor|kaldırılmış|silinmiş|bulamadık)|(?:aradığınız )?sayfayı bulamadık|böyle bir sayfa yok"
        r"|bulunamadı"
    ),
    (
        r"(?:(?:az?|ez|keresett|kért|a kért|sajnos|nem) )*(?:web)?(?:oldal|lap|fájl|dokumentum|cikk"
        r"|tartalom)(?: (?:amit keres|nem|már|jelenleg))* ?(?:nem (?:található|létezik|elérhető)|található|létezik"
        r"|nincs meg|törölve)|(?:az )?oldal nem található|nem található|nincs ilyen oldal"
    ),
    (
        r"(?:(?:η|το|αυτή|αυτό|ζητούμενη|συγνώμη|λυπούμαστε) )*(?:σελίδα|αρχείο|έγγραφο|άρθρο|περιεχόμενο"
        r"|ιστοσελίδα)(?: (?:που (?:ζητήσατε|αναζητάτε|ψάχνετε|ζητάτε)))? (?:δε[νσ]? (?:βρέθηκε|υπάρχει"
        r"|είναι διαθέσιμη|μπορεί να βρεθεί|εντοπίστηκε))(?: πλέον| πια)?|δεν βρέθηκε"
    ),
    (
        r"(?:(?:ne|pare|rău|această|acest|aceasta) )*(?:pagina|fișierul|articolul|documentul|conținutul"
        r"|adresa)(?: (?:web|pe care (?:o|îl) (?:cauți|căutați|căutăți)|căutată|solicitată|cerută|nu|a"
        r"|fost))* ?(?:nu (?:a fost|este|mai)? ?(?:găsită?|există|gasita|disponibilă|mai există)|găsită|negăsită"
        r"|inexistentă|există)|pagin[aă] (?:nu|inexistent)\w*(?: a fost găsită| există)?"
    ),
    # Catalan, Bulgarian, Serbian and Croatian
    r"(?:la |aquesta )?pàgina (?:que busques |sol·licitada )?(?:no (?:trobada|sha trobat|existeix|disponible))",
    r"страницата (?:не (?:е|беше) намерена|не съществува)|страница(?:та)? не е намерена",
    (
        r"(?:tražena )?stranica (?:nije pronađena|ne postoji)|страница није пронађена"
        r"|stran(?:i)? ni (?:bilo )?mogoče najti"
    ),
    # Hebrew
    r"(?:ה?דף|ה?עמוד)(?: (?:המבוקש|שחיפשת|שחיפשתם))? (?:לא (?:נמצא|קיים|קיימת)|אינו קיים)|לא מצאנו את הדף",
)  # fmt: skip

SENTENCES = (
    (
        r"(?:запрашиваем|запрошенн|эта|данная|искомая|страница которую вы)\S*(?: \S+){0,4}? (?:не (?:найдена"
        r"|существует|обнаружена)|была удалена|удалена|отсутствует)|на странице которой нет"
    ),
    r"такой страницы (?:больше )?(?:нет|не существует)|(?:запись|страница|статья) удалена",
)  # fmt: skip

MENTIONS = (
    (
        r"(?:страниц\w*|файл|материал|адрес\w*|запис\w*|раздел) (?:\w+ ){0,8}?(?:не (?:найден|существует"
        r"|обнаружен)|(?:была? )?удал[её]н|отсутствует|больше нет|которой нет)|котор(?:ая|ой) не существует"
        r"|страницы не существует|неправильный адрес"
    ),
    r"(?:сторінк\w*|файл|матеріал|адрес\w*) (?:\w+ ){0,8}?(?:не (?:знайден|існує)|(?:було? )?видален|відсутн)",
    (
        r"\b(?:stron\w+|plik\w*|adres\w*|zas[oó]b\w*) (?:\w+ ){0,8}?(?:nie (?:\w+ )?(?:istnieje|znalezion"
        r"|odnalezion)|został[ay]? (?:usunięt|przeniesion))|\bnie (?:możemy znaleźć|udało się znaleźć) (?:tej"
        r"|takiej|strony)\b"
    ),
    (
        r"\b(?:sidan|innehållet|adressen) (?:\w+ ){0,8}?(?:inte (?:\w+ )?(?:hitta|finns|längre|tillgänglig)"
        r"|finns inte|saknas|tagits bort|har flyttats)|\b(?:siden|indholdet|innholdet"
        r"|adressen) (?:\w+ ){0,8}?(?:ikke (?:\w+ )?(?:find|fund|funn|finn|eksister|længere|lenger|tilgæng"
        r"|tilgjeng)|(?:findes|finnes|eksisterer) ikke|er fjernet|er slettet)"
    ),
    (
        r"\b(?:stránk\w+|soubor\w*|obsah\w*|adres\w+) (?:\w+ ){0,8}?(?:neexistuj|nebyla? naleze|nenalez"
        r"|byla? (?:odstraněn|přesunut|smazán)|nebola? nájd|nenašl|bola? odstránen)"
    ),
    r"\b(?:sayfa\w*|içerik|adres\w*) (?:\w+ ){0,8}?(?:bulunam|mevcut değil|kaldırılmış|silinmiş|taşınmış)",
    (
        r"\b(?:oldal\w*|lap|tartalom|cím\w*) (?:\w+ ){0,8}?(?:nem (?:található|létezik|elérhető)|törölték"
        r"|áthelyezték)"
    ),
    r"\bsivu\w* (?:\w+ ){0,8}?(?:ei (?:löyd|löyt|ole)|poistettu|siirretty)",
    r"(?:σελίδα|περιεχόμενο) (?:\w+ ){0,8}?(?:δεν (?:βρέθηκε|υπάρχει|είναι)|μετακινηθεί|διαγραφεί)",
    r"\bpagina (?:\w+ ){0,8}?(?:nu (?:\w+ )?(?:exist|găsit|mai)|a fost (?:ștears|mutat))",
    r"(?:דף|עמוד)(?: \w+){0,8}? (?:לא נמצא|לא קיים|אינו קיים|הוסר)",
)  # fmt: skip

SALES = (
    (
        r"домен(?:ное имя)? (?:\S+ ){0,4}?(?:прода[её]тся|выставлен на продажу|припаркован|не прилинкован"
        r"|просрочен|на продажу|зарегистрирован)|(?:купить|продажа|продается|продаётся) (?:этот )?домена?"
        r"|срок регистрации домена|истек срок (?:регистрации|действия) домена"
    ),
    r"домен (?:\S+ ){0,3}?(?:продається|виставлений на продаж|припарковано)|купити (?:цей )?домен",
    (
        r"\b(?:ta )?domena (?:\w+ ){0,4}?(?:jest )?(?:na sprzedaż|do sprzedania|wygasła|zaparkowana|utrzymywana)"
        r"|\bkup (?:tę )?domenę\b"
    ),
    (
        r"\b(?:tato |tento )?dom[eé]na (?:\w+ ){0,4}?(?:je )?(?:na prodej|na predaj|k prodeji|zaparkován"
        r"|expirovala|vypršela)|\bkoupit doménu\b"
    ),
    (
        r"\b(?:denna |den här )?domän(?:en|namnet)? (?:\w+ ){0,4}?(?:är )?(?:till salu|parkerad|registrerad (?:hos"
        r"|via|av))|\bköp (?:denna )?domän|\bdom[æe]ne(?:t|navnet)? (?:\w+ ){0,4}?(?:er )?(?:til salgs?|parkeret"
        r"|parkert|registrert hos|registreret hos)"
    ),
    (
        r"\b(?:bu )?(?:alan adı|domain) (?:\w+ ){0,4}?(?:satılık|satılıktır|satışta|park edilmiş|süresi dol)"
        r"|\bsatılık (?:alan adı|domain)\b"
    ),
    r"\b(?:ez a |a )?domain(?:név)? (?:\w+ ){0,4}?(?:eladó|lejárt|parkol)|\beladó (?:a )?domain",
    r"\b(?:tämä )?verkkotunnus (?:\w+ ){0,4}?(?:on )?(?:myynnissä|myytävänä|pysäköity|vanhentunut)",
    r"(?:domain|όνομα) (?:\w+ ){0,3}?(?:πωλείται|προς πώληση)",
    r"\b(?:acest )?domeniu(?:l)? (?:\w+ ){0,4}?(?:este )?(?:de vânzare|la vânzare|expirat|parcat)",
)  # fmt: skip
