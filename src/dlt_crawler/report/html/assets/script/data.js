"use strict";

// The links, in columns (`data.py` says what is in them). A link is known by its place there, from 0.

const DATA = JSON.parse(byId("data").textContent);
const WORDS = DATA.words;
const LINKS = DATA.columns;
const COUNT = LINKS.url.length;

const categoryName = (link) => DATA.categories[LINKS.category[link]][0];
const hostOf = (link) => DATA.hosts[LINKS.host[link]];
const stripOf = (link) => DATA.strips[LINKS.strip[link]];
const hasFlag = (link, flag) => (LINKS.flags[link] >> DATA.flags.indexOf(flag)) & 1;

/** Return where a link is written: {file, line, column, section, label} of each place. */
function placesOf(link) {
  const flat = LINKS.places[link];
  const places = [];
  for (let at = 0; at < flat.length; at += 5) {
    const [file, line, column, section, label] = flat.slice(at, at + 5);
    places.push({ file: DATA.files[file], line, column, section: DATA.sections[section], label: label || "" });
  }
  return places;
}

/** Return what is to be said of a link: {heading, sentence, url} each, url "" where there is none. */
function factsOf(link) {
  const flat = LINKS.facts[link];
  const facts = [];
  for (let at = 0; at < flat.length; at += 3) {
    facts.push({ heading: DATA.headings[flat[at]], sentence: DATA.sentences[flat[at + 1]], url: flat[at + 2] || "" });
  }
  return facts;
}

/** Return what people call a link: its title, else its first label, else nothing. */
function nameOf(link) {
  if (LINKS.title[link]) return LINKS.title[link];
  const labels = LINKS.places[link].filter((_, at) => at % 5 === 4);
  return labels.find(Boolean) || "";
}

/** Return a day, in UTC, of a number of days since 1970. */
const dayOf = (days) => new Date(days * 864e5).toISOString().slice(0, 10);

/** Return a minute, in UTC, of a number of minutes since 1970. */
const minuteOf = (minutes) => new Date(minutes * 6e4).toISOString().slice(0, 16).replace("T", " ");

/** Return a short name for a link that stays the same from run to run: FNV-1a of its URL, 32 bits. */
function shortName(link) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(LINKS.url[link])) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36);
}
