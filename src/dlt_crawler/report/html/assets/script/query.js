"use strict";

// What somebody wants to see, how that is written into the address, and which links it is.

/** The query: `words` as typed; `states` and `is` are sets of names; `link` is the short name of the one that is open. */
const query = { words: "", states: new Set(), is: new Set(), host: "", file: "", sort: "", down: false, link: "" };

/** Take the query from the part of the address behind "#"; what means nothing is left out. */
function readQuery(hash) {
  const read = new URLSearchParams(hash.replace(/^#/, ""));
  const names = (key, known) => new Set((read.get(key) ?? "").split(",").filter((name) => known.includes(name)));
  query.words = read.get("q") ?? "";
  query.states = names("state", DATA.categories.map(([name]) => name));
  query.is = names("is", DATA.flags);
  query.host = read.get("host") ?? "";
  query.file = DATA.files.includes(read.get("file")) ? read.get("file") : "";
  query.sort = Object.keys(KEYS).includes(read.get("sort")) ? read.get("sort") : "";
  query.down = read.get("down") === "1" && query.sort !== "";
  query.link = read.get("link") ?? "";
}

/** Put the query into the address, once nobody types: it can be sent to somebody, and stays when the page is loaded
    again. Browsers refuse to take a new address with every letter. */
function writeQuery() {
  clearTimeout(writing);
  const before = location.hash;
  // Who has gone elsewhere meanwhile, by a link or back, is not called back.
  writing = setTimeout(() => location.hash === before && writeAddress(), 150);
}

let writing = 0;

function writeAddress() {
  const written = new URLSearchParams();
  const put = (key, value) => value && written.set(key, value);
  put("q", query.words);
  put("state", [...query.states].join(","));
  put("is", [...query.is].join(","));
  put("host", query.host);
  put("file", query.file);
  put("sort", query.sort);
  put("down", query.down ? "1" : "");
  put("link", query.link);
  const hash = written.toString().replaceAll("%2C", ",");
  try {
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  } catch {
    // Frames without an origin have no address to keep it in.
  }
}

const isNarrowed = () =>
  Boolean(query.words.trim() || query.states.size || query.is.size || query.host || query.file);

// What words are looked for in: everything that a person may remember of a link, in lower case, and in one form where
// Unicode has several (full-width letters, as in Chinese texts). Made once, while nobody is waiting.
const haystacks = new Array(COUNT);
const plain = (text) => text.normalize("NFKC").toLowerCase();

function haystack(link) {
  return (haystacks[link] ??= plain(
    [
      LINKS.url[link],
      LINKS.title[link],
      hostOf(link),
      LINKS.abstract[link],
      ...placesOf(link).flatMap((place) => [place.file, place.label]),
    ].join("\n"),
  ));
}

/** Make the haystacks piece by piece, whenever the browser has nothing else to do. */
function prepareSearch(from = 0) {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 20));
  const until = Math.min(from + 500, COUNT);
  for (let link = from; link < until; link++) haystack(link);
  if (until < COUNT) idle(() => prepareSearch(until));
}

// Orders. A key gives each link a value; where two are equal, and where there is none, the order of the report decides.
const badNights = (link) => [...stripOf(link)].filter((night) => !["fine", "none"].includes(DATA.legend[night][1])).length;
const KEYS = {
  state: (link) => LINKS.category[link],
  title: (link) => nameOf(link) || LINKS.url[link],
  host: hostOf,
  place: (link) => LINKS.places[link].slice(0, 3),
  since: (link) => LINKS.failing[link] || null,
  nights: (link) => -badNights(link),
  checked: (link) => LINKS.checked[link] || null,
};
const collator = new Intl.Collator(WORDS.language, { numeric: true });
const orders = new Map();

function compare(one, other) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (Array.isArray(one)) {
    const file = collator.compare(DATA.files[one[0]] ?? "", DATA.files[other[0]] ?? "");
    return file || one[1] - other[1] || one[2] - other[2];
  }
  return typeof one === "string" ? collator.compare(one, other) : one - other;
}

/** Return all links in the order that is asked for; found once, then kept. What has no value is last either way. */
function ordered() {
  const name = query.sort + (query.down ? "-" : "");
  if (!orders.has(name)) {
    const order = Array.from({ length: COUNT }, (_, link) => link);
    if (query.sort) {
      const values = order.map(KEYS[query.sort]);
      const sign = query.down ? -1 : 1;
      order.sort((one, other) => {
        const [a, b] = [values[one], values[other]];
        return (a === null || b === null ? compare(a, b) : sign * compare(a, b)) || one - other;
      });
    }
    orders.set(name, order);
  }
  return orders.get(name);
}

/** Return the links that the query is about, in its order. */
function matching() {
  const words = plain(query.words).split(/\s+/).filter(Boolean);
  const states = DATA.categories.map(([name]) => !query.states.size || query.states.has(name));
  const flags = [...query.is].reduce((bits, flag) => bits | (1 << DATA.flags.indexOf(flag)), 0);
  const host = plain(query.host.trim());
  const hosts = host ? DATA.hosts.map((name) => plain(name).includes(host)) : null;
  const file = query.file ? DATA.files.indexOf(query.file) : -1;
  return ordered().filter(
    (link) =>
      states[LINKS.category[link]] &&
      (LINKS.flags[link] & flags) === flags &&
      (hosts === null || hosts[LINKS.host[link]]) &&
      (file < 0 || LINKS.places[link].some((value, at) => at % 5 === 0 && value === file)) &&
      words.every((word) => haystack(link).includes(word)),
  );
}
