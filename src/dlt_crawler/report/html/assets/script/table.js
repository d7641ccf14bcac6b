"use strict";

// The rows. As many as somebody reads are in the page at a time; the others come when they are asked for.

const PAGE = 50;
const MORE = 200;
const PRINTED = 2000;
const MARKED = 2000;
const EXCERPT_PLACES = 1;
const rowsBody = byId("rows");

/** What the table shows: the links that match, how many of them have rows, and which are open. */
const shown = { links: [], rows: 0, open: new Set() };

/** Show these links from the first on. Those that are open and among them stay so. */
function showLinks(links, least = PAGE) {
  shown.links = links;
  shown.rows = 0;
  rowsBody.replaceChildren();
  addRows(least);
}

/** Make rows for the next `number` links. */
function addRows(number) {
  const made = document.createDocumentFragment();
  const until = Math.min(shown.rows + number, shown.links.length);
  for (; shown.rows < until; shown.rows++) {
    const link = shown.links[shown.rows];
    made.append(row(link));
    if (shown.open.has(link)) made.append(detail(link));
  }
  rowsBody.append(made);
  markFound();
  sayHowMany();
}

/** Mark the words that were looked for, without touching the rows; where browsers cannot (before 2025), nothing is. */
function markFound() {
  if (!("highlights" in CSS)) return;
  const words = query.words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Highlight();
  const texts = document.createTreeWalker(rowsBody, NodeFilter.SHOW_TEXT);
  while (words.length && found.size < MARKED && texts.nextNode()) {
    const text = texts.currentNode.data.toLowerCase();
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        // Some letters are longer in lower case: those are left alone.
        if (text.length === texts.currentNode.length) found.add(range(texts.currentNode, at, at + word.length));
      }
    }
  }
  CSS.highlights.set("found", found);
}

function range(text, start, end) {
  const made = new Range();
  made.setStart(text, start);
  made.setEnd(text, end);
  return made;
}

/** Make rows for all links, a few hundred at a time so that the page never hangs. */
function addAllRows() {
  if (shown.rows >= shown.links.length) return;
  addRows(400);
  requestAnimationFrame(addAllRows);
}

function row(link) {
  const [name, word, meaning] = DATA.categories[LINKS.category[link]];
  const isOpen = shown.open.has(link);
  const title = nameOf(link);
  const opener = element("button", {
    type: "button",
    class: "opener",
    "aria-expanded": String(isOpen),
    "aria-label": say(WORDS.open, { link: shortened(title || LINKS.url[link]) }),
  });
  const failing = LINKS.failing[link];
  return element(
    "tr",
    { class: `link c-${name}${isOpen ? " is-open" : ""}`, role: "row", "data-link": link },
    cell("state", opener, element("span", { class: "pill", title: meaning }, word)),
    cell(
      "title",
      element("p", { class: "name" }, clipped("bdi", "", title), ...tags(link)),
      element("p", { class: "address clipped", title: wholeIfLong(LINKS.url[link]) }, webLink(LINKS.url[link])),
      name === "alive" ? null : clipped("p", "reason", DATA.reasons[LINKS.reason[link]]),
    ),
    cell("place", ...placeLines(link)),
    cell("since", failing ? element("time", { "data-label": WORDS.failingSince }, dayOf(failing)) : null),
    cell("nights", miniStrip(stripOf(link))),
  );
}

// As `markup.LONG` in Python: what is longer may be cut in a row; the title tells it, as does the opened row.
const LONG = 120;
const wholeIfLong = (text) => (text.length > LONG ? text : null);
const shortened = (text) => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);

/** Return an element that shows no more than a few lines of a long text. */
function clipped(name, className, text) {
  const isLong = text.length > LONG;
  return element(
    name,
    { class: [className, isLong && "clipped"].filter(Boolean).join(" ") || null, title: wholeIfLong(text) },
    name === "bdi" ? text : element("bdi", {}, text),
  );
}

const cell = (name, ...children) => element("td", { class: name, role: "cell" }, ...children);

/** Return what is to be said of a link in a word each: it has moved, there is a warning … */
function tags(link) {
  return DATA.flags
    .filter((flag) => hasFlag(link, flag))
    .map((flag) => element("span", { class: "tag" }, flagWords.get(flag) ?? flag));
}

/** Return file, line and column; the numbers stay together where the line breaks. */
function spot({ file, line, column }, name = null) {
  return element("bdi", { class: name }, file, element("span", { class: "at" }, `:${line}:${column}`));
}

function placeLines(link) {
  const places = placesOf(link);
  const lines = places
    .slice(0, EXCERPT_PLACES)
    .map((place) => element("p", { class: "clipped", title: wholeIfLong(place.file) }, spot(place)));
  const more = places.length - lines.length;
  return more > 0 ? [...lines, element("p", {}, counting(WORDS.more, more))] : lines;
}

function detail(link) {
  const cell = element("td", { colspan: "5", role: "cell" }, sheet(link));
  return element("tr", { class: "detail", role: "row", id: `detail-${link}` }, cell);
}

/** Open a link, or close it; its row must be there. */
function toggle(link, isOpen = !shown.open.has(link)) {
  const found = rowsBody.querySelector(`tr[data-link="${link}"]`);
  const opener = found?.querySelector(".opener");
  if (!found || isOpen === shown.open.has(link)) return;
  if (isOpen) {
    shown.open.add(link);
    found.after(detail(link));
    markFound();
    opener.setAttribute("aria-controls", `detail-${link}`);
  } else {
    shown.open.delete(link);
    byId(`detail-${link}`)?.remove();
    opener.removeAttribute("aria-controls");
  }
  found.classList.toggle("is-open", isOpen);
  opener.setAttribute("aria-expanded", String(isOpen));
}

/** Say how many links there are, how many of them are in the page, and offer the others. */
function sayHowMany() {
  const number = shown.links.length;
  const total = grouped(COUNT);
  byId("results").textContent = !number
    ? WORDS.noResults
    : isNarrowed()
      ? say(WORDS.resultsOf, { number: grouped(number), total })
      : counting(WORDS.results, number);
  const more = byId("more");
  const left = number - shown.rows;
  more.hidden = left <= 0;
  if (left <= 0) return;
  const next = Math.min(MORE, left);
  more.replaceChildren(
    element("span", {}, say(WORDS.shown, { shown: grouped(shown.rows), number: grouped(number) })),
    button(say(WORDS.showMore, { number: grouped(next) }), () => addRows(next)),
    left > next ? button(say(WORDS.showAll, { number: grouped(number) }), addAllRows) : "",
  );
}

function button(text, act, name = "") {
  const made = element("button", { type: "button", class: name }, text);
  made.addEventListener("click", act);
  return made;
}

// On paper there is nothing to press: all links that match, and of the broken ones what would open.
let beforePrinting = null;

function prepareForPrint() {
  if (beforePrinting) return;
  const folded = [...document.querySelectorAll("details.group:not([open])")];
  for (const group of folded) group.open = true;
  beforePrinting = { rows: shown.rows, open: new Set(shown.open), folded };
  for (const link of shown.links.slice(0, PRINTED)) if (["dead", "invalid"].includes(categoryName(link))) shown.open.add(link);
  showLinks(shown.links, PRINTED);
  if (shown.links.length > PRINTED) {
    const numbers = { shown: grouped(PRINTED), number: grouped(shown.links.length) };
    byId("results").textContent = say(WORDS.printed, numbers);
  }
}

function restoreAfterPrint() {
  if (!beforePrinting) return;
  const { rows, open, folded } = beforePrinting;
  beforePrinting = null;
  for (const group of folded) group.open = false;
  shown.open = open;
  showLinks(shown.links, Math.max(rows, PAGE));
}
