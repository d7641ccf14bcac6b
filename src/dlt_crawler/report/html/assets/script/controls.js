"use strict";

// From fields, chips, headings and keys to the query, and back.

const controls = {
  words: byId("search"),
  host: byId("host"),
  file: byId("file"),
  sort: byId("sort"),
};
const chips = [...document.querySelectorAll(".chip[data-state], .chip[data-is]")];
const flagWords = new Map(chips.filter((chip) => chip.dataset.is).map((chip) => [chip.dataset.is, chip.textContent.trim()]));
const headings = [...document.querySelectorAll("#table th[data-sort]")];

/** Show what the query is about, and put it into the address. */
function apply() {
  query.link = "";
  shown.open.clear();
  showLinks(matching());
  showQuery();
  writeQuery();
}

/** Show in the controls what the query is. */
function showQuery() {
  controls.words.value = query.words;
  controls.host.value = query.host;
  controls.file.value = query.file;
  controls.sort.value = query.sort;
  for (const chip of chips) {
    const isOn = chip.dataset.state ? query.states.has(chip.dataset.state) : query.is.has(chip.dataset.is);
    chip.setAttribute("aria-pressed", String(isOn));
  }
  byId("clear").hidden = !isNarrowed();
  for (const heading of headings) {
    if (heading.dataset.sort !== query.sort) heading.removeAttribute("aria-sort");
    else heading.setAttribute("aria-sort", query.down ? "descending" : "ascending");
  }
}

/** Show what an address asks for; `isJump`: somebody went there and wants to see it. */
function follow(hash, isJump) {
  readQuery(hash);
  const wanted = query.link;
  const link = wanted ? LINKS.url.findIndex((_, each) => shortName(each) === wanted) : -1;
  apply();
  if (link >= 0) openFirst(link, wanted);
  else if (isJump) byId("links").scrollIntoView();
}

/** Open one link, which comes first if its row would be far down. */
function openFirst(link, name) {
  const place = shown.links.indexOf(link);
  if (place < 0 || place >= shown.rows) showLinks([link, ...shown.links.filter((other) => other !== link)]);
  open(link, true);
  query.link = name;
  writeQuery();
  rowsBody.querySelector(`tr[data-link="${link}"]`).scrollIntoView();
}

function open(link, isOpen) {
  toggle(link, isOpen);
  query.link = shown.open.has(link) ? shortName(link) : "";
  writeQuery();
}

function bindControls() {
  controls.words.addEventListener("input", () => { query.words = controls.words.value; apply(); });
  controls.host.addEventListener("input", () => { query.host = controls.host.value; apply(); });
  controls.file.addEventListener("change", () => { query.file = controls.file.value; apply(); });
  controls.sort.addEventListener("change", () => { query.sort = controls.sort.value; query.down = false; apply(); });
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    const { sort, down } = query;
    readQuery("");
    Object.assign(query, { sort, down });
    apply();
    controls.words.focus();
  });
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      const [names, name] = chip.dataset.state ? [query.states, chip.dataset.state] : [query.is, chip.dataset.is];
      if (!names.delete(name)) names.add(name);
      apply();
    });
  }
  for (const heading of headings) {
    // Once upwards, once downwards, then the order of the report again.
    const words = heading.textContent;
    const name = heading.dataset.sort;
    heading.replaceChildren(button(words, () => {
      const [sort, down] = query.sort !== name ? [name, false] : query.down ? ["", false] : [name, true];
      Object.assign(query, { sort, down });
      apply();
    }, "sorter"));
  }
  fillHosts();
}

/** Offer the hosts with the most links; any other can be typed. */
function fillHosts() {
  const counts = new Map();
  for (const host of LINKS.host) counts.set(host, (counts.get(host) ?? 0) + 1);
  const most = [...counts].filter(([host]) => DATA.hosts[host]).sort((one, other) => other[1] - one[1]).slice(0, 200);
  byId("hosts").append(...most.map(([host, number]) => element("option", { value: DATA.hosts[host] }, grouped(number))));
}

function bindRows() {
  rowsBody.addEventListener("click", (event) => {
    const found = event.target.closest("tr.link");
    const isElsewhere = event.target.closest("a") || String(getSelection()) !== "";
    if (found && !isElsewhere) open(Number(found.dataset.link));
  });
}

/** Keys: "/" to search, arrows from row to row, Escape back out. Enter on a row is the button's own. */
function bindKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const isTyping = event.target.closest("input, select, textarea");
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      controls.words.focus();
      controls.words.select();
    } else if (event.target === controls.words) {
      leaveSearch(event);
    } else if (event.target.closest("#rows")) {
      moveInRows(event);
    }
  });
}

function leaveSearch(event) {
  if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    rowsBody.querySelector(".opener")?.focus();
  } else if (event.key === "Escape" && query.words) {
    event.preventDefault();
    query.words = "";
    apply();
  } else if (event.key === "Escape") {
    controls.words.blur();
  }
}

function moveInRows(event) {
  const current = event.target.closest("tr");
  const owner = current.matches(".link") ? current : current.previousElementSibling;
  if (event.key === "Escape") {
    open(Number(owner.dataset.link), false);
    owner.querySelector(".opener").focus();
    return;
  }
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const openers = [...rowsBody.querySelectorAll(".opener")];
  const at = openers.indexOf(owner.querySelector(".opener"));
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: openers.length - 1 }[event.key];
  if (next < 0) controls.words.focus();
  else openers[Math.min(next, openers.length - 1)].focus();
}
