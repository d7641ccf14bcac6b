"use strict";

// Elements are made, never parsed: what a page called itself becomes text and nothing else.

const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

/** Return a new element with these attributes and children; strings become text, null and "" are left out. */
function element(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** The same for SVG. */
function drawing(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  for (const child of children) if (child !== null && child !== "") made.append(child);
  return made;
}

// As `markup.leads_somewhere` in Python: a web page, nothing masked ("***"), no character shown as its escape.
const WEB_PAGE = /^https?:\/\/[^\s\\<>"]+$/i;

/** Return a link that tells nobody where it was clicked; plain text where the URL leads nowhere. */
function webLink(url, text = url, className = "url") {
  const words = element("bdi", {}, text);
  if (!WEB_PAGE.test(url) || url.includes("***")) return element("span", { class: className }, words);
  return element("a", { class: className, href: url, rel: "noopener noreferrer nofollow" }, words);
}

/** Return a message with its {names} filled in. */
function say(message, values = {}) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return the form of a message for this many, with the number in it. */
function counting([one, many], number) {
  return say(number === 1 ? one : many, { number: grouped(number) });
}

const grouped = (number) => number.toLocaleString("en-US");
