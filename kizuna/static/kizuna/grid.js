// Arrow keys move between the cells of a table; one stop of the Tab key per table. Without this file
// every cell is a link like any other.
"use strict";

(() => {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  const rows = (table) =>
    [...table.tBodies[0].rows].map((row) =>
      [...row.cells].filter((cell) => cell.tagName === "TD").map((cell) => cell.querySelector("a")));

  const place = (grid, link) => {
    for (const [y, row] of grid.entries()) {
      const x = row.indexOf(link);
      if (x >= 0) return [y, x];
    }
    return null;
  };

  // The next cell that is there, in that direction; none at the edge.
  const next = (grid, [y, x], [down, right]) => {
    for (let row = y + down, column = x + right; grid[row] && column >= 0 && column < grid[row].length;
      row += down, column += right) {
      if (grid[row][column]) return grid[row][column];
    }
    return null;
  };

  const ends = (row, key) => {
    const there = row.filter(Boolean);
    return key === "Home" ? there[0] : there[there.length - 1];
  };

  const go = (table, link) => {
    for (const other of table.querySelectorAll("td a")) other.tabIndex = other === link ? 0 : -1;
    link.focus();
  };

  for (const table of document.querySelectorAll("table[data-grid]")) {
    const grid = rows(table);
    const links = grid.flat().filter(Boolean);
    links.forEach((link, at) => { link.tabIndex = at ? -1 : 0; });
    table.addEventListener("focusin", (event) => {
      if (!links.includes(event.target)) return;
      for (const link of links) link.tabIndex = link === event.target ? 0 : -1;
    });
    table.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const here = place(grid, event.target);
      if (!here) return;
      const to = event.key in steps
        ? next(grid, here, steps[event.key])
        : ["Home", "End"].includes(event.key) && ends(grid[here[0]], event.key);
      if (!to && !(event.key in steps)) return;
      event.preventDefault();
      if (to) go(table, to);
    });
  }
  for (const note of document.querySelectorAll("[data-with-keys]")) note.hidden = false;
})();
