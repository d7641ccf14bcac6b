"use strict";

// The latest nights of a link: a small drawing in its row, a letter a night where it is opened.

// From the bottom of a drawing 20 high: what went wrong stands out by its height, too.
const HEIGHTS = { fine: 7, refused: 11, trouble: 15, gone: 19 };
const NIGHT_WIDTH = 5.2;

const firstNight = (strip) => DATA.nights.length - strip.length;

/** Return the drawing for a row; null for a link that was checked in none of the nights. */
function miniStrip(strip) {
  if (!/[^.]/.test(strip)) return null;
  const paths = {};
  [...strip].forEach((night, place) => {
    const kind = DATA.legend[night][1];
    const x = ((place + 0.5) * NIGHT_WIDTH).toFixed(1);
    paths[kind] = (paths[kind] ?? "") + (kind === "none" ? `M${x},18V20` : `M${x},20V${20 - HEIGHTS[kind]}`);
  });
  const width = strip.length * NIGHT_WIDTH;
  return drawing(
    "svg",
    { class: "mini", viewBox: `0 0 ${width} 20`, preserveAspectRatio: "none", role: "img", "aria-label": summary(strip) },
    ...Object.entries(paths).map(([kind, path]) => drawing("path", { class: `k-${kind}`, d: path })),
  );
}

/** Return the strip for an opened link, with what its letters mean; null as above. */
function fullStrip(strip) {
  if (!/[^.]/.test(strip)) return null;
  const nights = [...strip].map((night, place) => {
    const [mark, kind, words] = DATA.legend[night];
    const title = say(WORDS.night, { time: DATA.nights[firstNight(strip) + place], what: words });
    return element("li", { class: `k-${kind}`, title }, element("span", { "aria-hidden": "true" }, mark), hidden(title));
  });
  const meanings = [...new Set(strip)].map((night) => {
    const [mark, kind, words] = DATA.legend[night];
    const number = [...strip].filter((other) => other === night).length;
    return element("span", { class: `k-${kind}` }, element("b", {}, mark), ` ${words} × ${number}`);
  });
  const [first, last] = [DATA.nights[firstNight(strip)], DATA.nights[DATA.nights.length - 1]].map((time) => time.slice(0, 10));
  return element(
    "div",
    {},
    element("ol", { class: "strip", "aria-label": say(WORDS.nightsOf, { first, last }) }, ...nights),
    element("p", { class: "meanings", "aria-hidden": "true" }, say(WORDS.nightsOf, { first, last }), ...meanings),
  );
}

const hidden = (text) => element("span", { class: "unseen" }, text);

/** Return what was seen in how many nights: "ok × 27, timeout × 3". */
function summary(strip) {
  const counts = new Map();
  for (const night of strip) counts.set(night, (counts.get(night) ?? 0) + 1);
  return [...counts].map(([night, number]) => `${DATA.legend[night][2]} × ${number}`).join(", ");
}
