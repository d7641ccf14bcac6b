"use strict";

// Everything is there: put it to work.

// Where the first link of the page leads keyboards: nobody asks to see other links by that.
const SKIPPED_TO = "#links";

function bindTheme() {
  byId("theme").addEventListener("click", () => {
    const theme = matchMedia(darkStyle.media).matches ? "light" : "dark";
    setTheme(theme);
    try {
      localStorage.setItem(THEME, theme);
    } catch {
      // It holds for as long as the page is open.
    }
  });
}

function bindPrint() {
  // Some browsers send only one of the two.
  window.addEventListener("beforeprint", prepareForPrint);
  window.addEventListener("afterprint", restoreAfterPrint);
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? prepareForPrint() : restoreAfterPrint()));
}

for (const found of document.querySelectorAll(".scripted:not(#more)")) found.hidden = false;
bindTheme();
bindChart();
bindHosts();
if (COUNT) {
  document.querySelector(".rows").classList.add("scripted-rows");
  bindControls();
  bindRows();
  bindKeys();
  bindPrint();
  follow(location.hash, false);
  window.addEventListener("hashchange", () => {
    if (location.hash !== SKIPPED_TO) follow(location.hash, true);
  });
  // To go where the address points already is no change of it, but somebody wants to see it.
  document.addEventListener("click", ({ target }) => {
    const address = target.closest("a")?.getAttribute("href");
    if (address?.startsWith("#") && address === location.hash && address !== SKIPPED_TO) follow(address, true);
  });
  (window.requestIdleCallback ?? setTimeout)(() => prepareSearch());
}
