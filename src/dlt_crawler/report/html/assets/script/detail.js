"use strict";

// What opens below a row: all that is known of one link.

/** Return the sheet of a link: a list of terms and what is said under each. */
function sheet(link) {
  const list = element("dl", { class: "sheet" });
  const put = (term, ...said) => {
    if (said.length) list.append(element("dt", {}, term), element("dd", {}, ...said));
  };
  put(WORDS.history, fullStrip(stripOf(link)) ?? element("p", { class: "soft" }, WORDS.noHistory), dates(link));
  // The row says why a link is not alive, and its whole title and address once it is open.
  if (categoryName(link) === "alive") put(WORDS.reason, element("p", {}, element("bdi", {}, DATA.reasons[LINKS.reason[link]])));
  for (const [heading, facts] of byHeading(factsOf(link))) {
    put(heading, ...facts.map(factLine));
  }
  if (LINKS.abstract[link]) put(WORDS.abstract, element("p", { class: "abstract", dir: "auto" }, LINKS.abstract[link]));
  put(WORDS.places, ...placesOf(link).map((place) => placeLine(place, LINKS.title[link])));
  return list;
}

function byHeading(facts) {
  const groups = new Map();
  for (const fact of facts) groups.set(fact.heading, [...(groups.get(fact.heading) ?? []), fact]);
  return groups;
}

function factLine({ sentence, url }) {
  const words = element("bdi", {}, sentence);
  return url ? element("p", {}, words, WORDS.colon, webLink(url)) : element("p", {}, words);
}

function placeLine(place, title) {
  const { section, label } = place;
  const parts = [spot(place, "code")];
  const beside = [label && label !== title ? `“${label}”` : "", section].filter(Boolean).join(" · ");
  if (beside) parts.push(" ", element("bdi", { class: "section" }, beside));
  return element("p", {}, ...parts);
}

/** Return since when a link is known, when it was checked, and how that went. */
function dates(link) {
  const parts = [];
  const put = (words, values) => parts.push(say(words, values));
  if (LINKS.checked[link]) put(WORDS.lastChecked, { time: minuteOf(LINKS.checked[link]) });
  if (LINKS.status[link]) put(WORDS.status, { status: LINKS.status[link] });
  if (LINKS.worked[link]) put(WORDS.lastWorked, { day: dayOf(LINKS.worked[link]) });
  else if (LINKS.checked[link]) put(WORDS.neverWorked);
  if (LINKS.checks[link]) parts.push(counting(WORDS.checks, LINKS.checks[link]));
  put(WORDS.firstSeen, { day: dayOf(LINKS.first[link]) });
  if (LINKS.written[link]) put(WORDS.writtenOn, { day: dayOf(LINKS.written[link]) });
  return element("p", { class: "soft moments" }, ...parts.map((part) => element("span", {}, part)));
}
