"use strict";

// Runs before anything is drawn: the theme that was chosen once.
// Storage may be forbidden (files, private windows): then the system's theme holds.
const THEME = "dlt-crawl-theme";

function storedTheme() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null;
  }
}

const darkStyle = document.getElementById("dark");

/** Make the page dark, or light, whatever the system asks for. */
function setTheme(theme) {
  darkStyle.media = theme === "dark" ? "screen" : "not all";
}

if (["light", "dark"].includes(storedTheme())) setTheme(storedTheme());
