"use strict";

// The drawings stand already: this makes the chart tell its figures, and the bars sort.

const HOSTS = 10;

/** Let the pointer and the arrow keys go from run to run: the legend tells the figures of the one that is looked at. */
function bindChart() {
  const plots = byId("health-plots");
  if (!plots) return;
  const names = [...document.querySelectorAll("#health-figures thead th[data-state]")].map((head) => head.dataset.state);
  const runs = [...document.querySelectorAll("#health-figures tbody tr")].reverse().map((found) => ({
    x: Number(found.dataset.x),
    day: found.cells[0].textContent,
    figures: [...found.cells].slice(1).map((figure) => figure.textContent),
  }));
  const legend = names.map((name) => document.querySelector(`.legend b[data-state="${name}"]`));
  const cursors = plots.querySelectorAll(".cursor");
  let at = runs.length - 1;

  function look(run, isLooking = true) {
    at = Math.max(0, Math.min(run, runs.length - 1));
    const { x, day, figures } = runs[at];
    plots.classList.toggle("looking", isLooking);
    for (const cursor of cursors) for (const end of ["x1", "x2"]) cursor.setAttribute(end, `${x}%`);
    byId("health-at").textContent = day;
    legend.forEach((figure, place) => { figure.textContent = figures[place]; });
    plots.setAttribute("aria-valuenow", at + 1);
    const said = legend.map((figure) => figure.parentElement.textContent.trim()).join(", ");
    plots.setAttribute("aria-valuetext", say(WORDS.chartAt, { day, figures: said }));
  }

  // To a screen reader it is a slider over the runs, whose value is what was counted.
  for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-valuemin": 1, "aria-valuemax": runs.length })) {
    plots.setAttribute(name, value);
  }
  look(at, false);
  plots.addEventListener("pointermove", (event) => {
    const box = plots.querySelector(".plot").getBoundingClientRect();
    const x = (100 * (event.clientX - box.left)) / box.width;
    look(runs.reduce((best, run, place) => (Math.abs(run.x - x) < Math.abs(runs[best].x - x) ? place : best), 0));
  });
  plots.addEventListener("pointerleave", () => look(runs.length - 1, false));
  plots.addEventListener("blur", () => look(runs.length - 1, false));
  plots.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageDown: at - 10, PageUp: at + 10, Home: 0, End: runs.length - 1 };
    if (!Object.keys(step).includes(event.key)) return;
    event.preventDefault();
    look(step[event.key]);
  });
}

/** Let the table of hosts sort by each column, and show the first of them until more are asked for. */
function bindHosts() {
  const table = byId("host-shares");
  if (!table) return;
  const body = table.tBodies[0];
  const all = [...body.rows];
  let isWhole = false;
  const expander = button("", () => { isWhole = !isWhole; show(); }, "text-button");

  function show() {
    [...body.rows].forEach((host, place) => { host.hidden = !isWhole && place >= HOSTS; });
    expander.textContent = isWhole ? WORDS.fewerHosts : say(WORDS.showHosts, { number: grouped(all.length) });
  }

  function sort(name, isDown) {
    const value = (host) => (name === "name" ? host.cells[0].textContent : Number(host.dataset[name]));
    const order = (one, other) => compare(value(one), value(other)) * (isDown ? -1 : 1);
    body.append(...[...all].sort((one, other) => order(one, other) || other.dataset.links - one.dataset.links));
    for (const head of table.tHead.rows[0].cells) {
      if (head.dataset.sort !== name) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    }
    show();
  }

  for (const head of table.tHead.rows[0].cells) {
    // What one looks for first: the most links, the most broken ones, the smallest share alive.
    const isDownFirst = ["links", "broken"].includes(head.dataset.sort);
    head.replaceChildren(button(head.textContent, () => {
      const isFirst = !head.hasAttribute("aria-sort");
      sort(head.dataset.sort, isFirst ? isDownFirst : head.getAttribute("aria-sort") === "ascending");
    }, "sorter"));
  }
  if (all.length > HOSTS) table.after(expander);
  sort("links", true);
}
