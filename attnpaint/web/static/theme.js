/* Before the first paint, so that the page does not flash: the theme that was chosen here last. */
"use strict";
try {
  const chosen = localStorage.getItem("attnpaint theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* private windows may have no storage */ }
