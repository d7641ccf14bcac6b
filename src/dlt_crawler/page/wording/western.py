"""German, French, Spanish, Portuguese, Italian and Dutch: error pages and parked domains."""

from __future__ import annotations

ERRORS = (
    # German
    (
        r"(?:(?:die|diese|der|das|dieser|dieses|leider|ihre|gewünschte|angeforderte|aufgerufene|gesuchte"
        r"|angegebene|von|ihnen) )*(?:web ?seite|internetseite|seite|inhalt|datei|dokument|artikel|url|adresse"
        r"|eintrag|beitrag|link|ressource)(?: (?:die sie suchen|wurde|konnte|kann|ist|existiert|leider"
        r"|auf diesem server|unter dieser adresse|wurden|steht))* (?:nicht (?:gefunden|vorhanden|mehr vorhanden"
        r"|verfügbar|mehr verfügbar|existent|auffindbar|mehr)|gelöscht|entfernt|existiert nicht(?: mehr)?"
        r"|fehlt)(?: (?:werden|worden|wurde|gefunden))*"
    ),
    (
        r"(?:leider )?nicht gefunden|nichts gefunden|existiert nicht(?: mehr)?|kein(?:e)? (?:seite"
        r"|inhalt) gefunden"
    ),
    # French
    (
        r"(?:(?:la|le|cette|ce|cet|l|une|votre) )*(?:page|fichier|document|article|contenu|url|adresse|ressource"
        r"|lien|lapage|larticle|ladresse)(?: (?:web|que vous (?:recherchez|cherchez|demandez|avez demandée?"
        r"|souhaitez)|demandée?|recherchée?|est|na|pas|été|a|semble|ne|peut|plus|être|actuellement"
        r"|nest))* (?:introuvables?|inexistante?|inconnue?|non (?:trouvée?|disponible|existante)|nexiste (?:pas"
        r"|plus)|nexiste pas ou plus|trouvée?|indisponible|supprimée?|manquante?|perdue)"
    ),
    r"non trouvée?|introuvable|aucun (?:résultat|contenu) trouvé|nous ne trouvons pas (?:cette|la) page",
    # Spanish
    (
        r"(?:(?:la|el|esta|este|lo) )*(?:página|pagina|archivo|documento|artículo|contenido|url|dirección|recurso"
        r"|enlace|entrada)(?: (?:web|que (?:buscas|busca|intentas ver|ha solicitado|solicitaste|estás buscando"
        r"|está buscando)|solicitad[ao]|buscad[ao]|ha|sido|fue|está|se"
        r"|pudo))* ?(?:no (?:se )?(?:ha )?(?:sido )?(?:pudo |puede )?(?:encontrad[ao]|encontró|encuentra|existe"
        r"|existente|disponible|está disponible|localizad[ao]|hallad[ao]|encontrar|existe más)|inexistente"
        r"|eliminad[ao]|borrad[ao])"
    ),
    (
        r"no (?:se )?(?:encontrad[ao]|encontró|encontramos|pudimos encontrar|hemos encontrado)(?: (?:la"
        r"|esta) página| nada| lo que buscas?)?"
    ),
    # Portuguese
    (
        r"(?:(?:a|o|esta|este|essa|esse) )*(?:página|pagina|arquivo|ficheiro|documento|artigo|conteúdo|url"
        r"|endereço|recurso|link|notícia)(?: (?:que (?:você procura|procura|você está procurando|procuras)"
        r"|solicitad[ao]|procurad[ao]|foi|está|não|pôde|ser|web))* ?(?:não (?:foi |pôde ser "
        r"|pode ser )?(?:encontrad[ao]s?|existe(?: mais)?|disponível|está disponível|localizad[ao])|encontrad[ao]"
        r"|inexistente|removid[ao]|excluíd[ao]|indisponível)"
    ),
    (
        r"não (?:encontrad[ao]|encontramos (?:a|esta|essa) página|foi encontrad[ao]|foi possível encontrar (?:a"
        r"|esta) página)"
    ),
    # Italian
    (
        r"(?:(?:la|il|questa|questo|lo|l) )*(?:pagina|file|documento|articolo|contenuto|url|indirizzo|risorsa|link"
        r"|larticolo)(?: (?:web|che (?:stai cercando|cerchi|hai cercato|cercavi|hai richiesto)|richiest[ao]"
        r"|cercat[ao]|è|stat[ao]))* ?(?:non (?:è (?:stat[ao] )?|esiste|più )?(?:più )?(?:trovat[ao]|esistente"
        r"|disponibile|raggiungibile|presente)?|inesistente|rimoss[ao]|cancellat[ao]|introvabile)"
    ),
    r"non trovat[ao]|contenuto non trovato|impossibile trovare la pagina",
    # Dutch
    (
        r"(?:(?:de|het|deze|dit|opgevraagde|gevraagde|gezochte|helaas) )*(?:web)?(?:pagina|bestand|document"
        r"|artikel|url|inhoud|adres|link)(?: (?:die (?:je|u) zoekt|die (?:je|u) zocht|werd|is|kon|kan|bestaat"
        r"|helaas))* (?:niet (?:gevonden|meer|beschikbaar|meer beschikbaar|langer beschikbaar|aanwezig)"
        r"|verwijderd)(?: (?:worden|werden))?"
    ),
    r"niet gevonden|niets gevonden|pagina onvindbaar",
)  # fmt: skip

SENTENCES = (
    (
        r"\b(?:die|diese|der|dieser|den|ihre) (?:von ihnen )?(?:\w+ ){0,2}?(?:web)?(?:seite|inhalt|artikel"
        r"|adresse)(?: (?:die|den) (?:sie|du) (?:\w+ )?(?:suchen|suchst|aufrufen"
        r"|aufgerufen)\w*(?: \w+)?)? (?:\w+ ){0,3}?(?:nicht (?:gefunden|mehr verfügbar|mehr vorhanden|vorhanden"
        r"|verfügbar)|existiert (?:leider )?nicht)"
    ),
    (
        r"\b(?:la|cette|l) ?page (?:web )?(?:que vous (?:\w+ ){1,4}?|demandée |recherchée )?(?:nexiste (?:pas"
        r"|plus)|est introuvable|na pas (?:pu être |été )trouvée|a été supprimée|nest plus disponible)"
    ),
    (
        r"\b(?:la|esta) página (?:web )?(?:que (?:\w+ ){1,5}?|solicitada |buscada )?(?:no (?:existe"
        r"|se (?:ha )?(?:encontr|encuentra|pudo)|está disponible|ha sido encontrada)|ha sido eliminada"
        r"|fue eliminada)"
    ),
    (
        r"\b(?:a|esta|essa) página (?:que (?:\w+ ){1,5}?|solicitada |procurada )?(?:não (?:existe|foi encontrada"
        r"|pôde ser|está disponível)|foi removida)"
    ),
    (
        r"\b(?:la|questa) pagina (?:che (?:\w+ ){1,4}?|richiesta |cercata )?(?:non (?:esiste|è stata trovata"
        r"|è disponibile)|è stata (?:rimossa|spostata|cancellata))"
    ),
    (
        r"\b(?:de|deze) pagina (?:die (?:\w+ ){1,4}?)?(?:bestaat niet|kon niet worden gevonden|is niet (?:gevonden"
        r"|beschikbaar))"
    ),
)  # fmt: skip

_SEEK_FR = r"(?:recherch|cherch|demand|souhait|tent|essay)\w*"
MENTIONS = (
    (
        r"\b(?:seite|inhalt|adresse|dokument|datei)(?: \w+){0,8}? (?:nicht (?:gefunden|mehr (?:verfügbar|vorhanden"
        r"|existent|gefunden)|vorhanden|verfügbar|existier)|existiert (?:\w+ )?nicht|(?:wurde|worden"
        r"|ist) (?:\w+ ){0,3}?(?:gelöscht|verschoben|entfernt|umbenannt))"
    ),
    (
        r"\bkonnten? (?:\w+ ){0,6}?nicht (?:finden|gefunden werden)\b|\bfalsche(?:n|r)? (?:link|adresse"
        r"|url) (?:eingegeben|gefolgt)\b"
    ),
    (
        rf"\b(?:page|contenu|adresse|ladresse|article|document"
        rf"|fichier) (?:\w+ ){{0,8}}?(?:{_SEEK_FR} (?:\w+ ){{0,6}}?)?(?:nexiste (?:pas|plus)|introuvable"
        rf"|na pas (?:pu être |été )trouv|a été (?:supprim|déplac|retir)|nest (?:plus|pas) (?:disponib|accessib)"
        rf"|non trouvée)"
    ),
    r"\bqui nexiste (?:pas|plus)\b",
    (
        r"\b(?:página|contenido|dirección|archivo|enlace"
        r"|url) (?:\w+ ){0,8}?(?:no (?:se )?(?:ha )?(?:\w+ )?(?:existe|encontr|está disponible|encuentra)"
        r"|ha sido (?:elimin|movid|borrad)|fue (?:elimin|movid)|puede haber sido)"
    ),
    r"\bno (?:existe|encontramos|hemos encontrado|pudimos encontrar|podemos encontrar) (?:la|esta|lo)\b",
    (
        r"\b(?:página|conteúdo|endereço|arquivo|link) (?:\w+ ){0,8}?(?:não (?:\w+ ){0,2}?(?:exist|encontrad"
        r"|está disponível)|foi (?:remov|exclu|mov)|pode ter sido)|\bnão (?:encontramos"
        r"|conseguimos encontrar) (?:a|o|essa|esta|nenhuma)\b"
    ),
    (
        r"\b(?:pagina|contenuto|indirizzo|file|risorsa) (?:\w+ ){0,8}?(?:non (?:\w+ ){0,2}?(?:esiste|trovat"
        r"|disponib)|inesistente|è stat[ao] (?:rimoss|spostat|cancellat|eliminat)|potrebbe essere stat)"
    ),
    (
        r"\b(?:pagina|inhoud|adres|bestand) (?:\w+ ){0,8}?(?:niet (?:\w+ )?(?:gevonden|bestaat|meer|beschikbaar"
        r"|vinden)|bestaat niet|is (?:verwijderd|verplaatst))"
    ),
)  # fmt: skip

SALES = (
    (
        r"\b(?:diese )?domain (?:\w+ ){0,4}?(?:(?:steht|ist|wird) )?(?:\w+ ){0,2}?(?:zu verkaufen|zum verkauf"
        r"|zum kauf|käuflich)|\bdomain (?:kaufen|geparkt|parking)\b|\bdomain (?:\w+ ){0,3}?(?:wurde"
        r"|ist) (?:\w+ ){0,3}?(?:geparkt|registriert|reserviert|abgelaufen)"
        r"|\bhier entsteht eine neue (?:internetpräsenz|website|webseite|homepage)"
    ),
    (
        r"\b(?:ce |le )?(?:nom de )?domaine (?:\w+ ){0,4}?(?:est )?(?:\w+ )?(?:à vendre|en vente|expiré|en parking"
        r"|parqué)|\b(?:acheter|achetez) ce (?:nom de )?domaine\b|\bdomaine (?:\w+ ){0,4}?(?:a été"
        r"|est) (?:enregistré|réservé)|\bvient dêtre enregistré"
    ),
    (
        r"\b(?:este |el )?(?:nombre de )?dominio (?:\w+ ){0,4}?(?:está |puede estar )?(?:en venta|a la venta"
        r"|caducado|expirado|aparcado|ha caducado)|\bcomprar este dominio\b|\bdominio (?:\w+ ){0,3}?(?:ha sido"
        r"|está|fue) registrado\b|\bregistrado en dondominio\b"
    ),
    (
        r"\b(?:este |o )?domínio (?:\w+ ){0,4}?(?:está |pode estar )?(?:à venda|a venda|disponível para venda"
        r"|estacionado|expirado|expirou)|\bcomprar este domínio\b|\bdomínio (?:\w+ ){0,3}?(?:foi"
        r"|está) registrado\b"
    ),
    (
        r"\b(?:questo |il )?dominio (?:\w+ ){0,4}?(?:è )?(?:in vendita|scaduto|parcheggiato)"
        r"|\bacquista(?:re)? questo dominio\b|\bdominio (?:\w+ ){0,3}?(?:è stato )?registrato (?:da|su|con"
        r"|presso)\b"
    ),
    (
        r"\b(?:dit |deze |de )?domein(?:naam)? (?:\w+ ){0,4}?(?:is |staat )?(?:te koop|verlopen|geparkeerd"
        r"|gereserveerd)|\bdomein(?:naam)? (?:kopen|geregistreerd)\b|\b(?:deze"
        r"|dit) domein(?:naam)? is (?:\w+ )?geregistreerd"
    ),
)  # fmt: skip
