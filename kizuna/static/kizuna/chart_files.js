// Takes one chart along: as a picture (PNG), as a drawing (SVG), its table for a sheet (CSV). What is
// saved is what the page shows, made in the browser. Without this file no button is there, and the
// page's own tables to download stay.
"use strict";

(() => {
  const words = document.getElementById("chart-files")?.dataset;
  if (!words) return;
  const SVG = "http://www.w3.org/2000/svg";
  const WIDE = 720; // Of the drawing, in units of the file; a picture has twice as many pixels.
  const EDGE = 32;
  const SHARP = 2;
  const KEPT = 60_000; // Milliseconds that a browser has for asking where to save.

  const plain = (node) => (node?.textContent ?? "").replace(/\s+/g, " ").trim();
  // What belongs to a chart: inside of it, or shared by several and marked with their keys.
  const parts = (key, what) => [
    ...document.querySelectorAll(`[data-chart="${CSS.escape(key)}"] ${what}, [data-charts~="${CSS.escape(key)}"] ${what}`),
  ];

  // --- The table
  const NUMBER = /^-?\d{1,3}(,\d{3})*(\.\d+)?$/;
  // As kizuna/lib/csv_out.py does it: no text becomes a formula on another's screen.
  const neutral = (text) => {
    const seen = text.replace(/\p{Cf}/gu, "").replace(/^[ \u3000\u00a0]+/, "");
    const first = ([...seen][0] ?? "").normalize("NFKC")[0];
    return first && "=+-@".includes(first) ? `'${text}` : text;
  };
  const cell = (node) => {
    const text = plain(node);
    return NUMBER.test(text) ? text.replaceAll(",", "") : `"${neutral(text).replaceAll('"', '""')}"`;
  };
  const table = (key) => {
    const rows = parts(key, "tr").map((row) => [...row.cells].map(cell).join(","));
    return new Blob(["\ufeff", rows.map((row) => `${row}\r\n`).join("")], { type: "text/csv;charset=utf-8" });
  };

  // --- The drawing, with everything that the page says about it
  const made = (name, attributes = {}, ...children) => {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.append(...children);
    return one;
  };
  const said = (x, y, text, sort, anchor = "start") =>
    made("text", { x, y, class: sort, "text-anchor": anchor }, text);

  // The page breaks the lines: it knows where a Japanese line may end.
  const broken = (room, text, sort) => {
    const paragraph = document.createElement("div");
    paragraph.className = `line ${sort}`;
    paragraph.textContent = text;
    room.append(paragraph);
    const range = document.createRange();
    const found = [];
    let top = -Infinity;
    for (let at = 0; at < text.length; at += 1) {
      range.setStart(paragraph.firstChild, at);
      range.setEnd(paragraph.firstChild, at + 1);
      const here = range.getBoundingClientRect().top;
      if (here > top + 8) {
        found.push("");
        top = here;
      }
      found[found.length - 1] += text[at];
    }
    paragraph.remove();
    return found;
  };

  const copies = (source) =>
    [...source.children].filter((one) => one.localName !== "desc").map((one) => one.cloneNode(true));

  const draw = (page, figure, top) => {
    const source = figure.querySelector("svg");
    const { width, height } = source.viewBox.baseVal;
    const scale = WIDE / width;
    page.append(made("g", { transform: `translate(${EDGE} ${top}) scale(${scale})` }, ...copies(source)));
    const below = top + height * scale;
    const track = source.querySelector(".track")?.getBBox();
    if (!track) return below;
    const [first, last] = [...figure.querySelectorAll(".strip span")].map(plain);
    const place = (x) => EDGE + x * scale;
    page.append(
      said(place(track.x), below + 12, first, "soft", "middle"),
      said(place(track.x + track.width), below + 12, last, "soft", "middle"),
    );
    return below + 20;
  };

  const explain = (page, items, top) => {
    let [x, y] = [EDGE, top];
    for (const item of items) {
      const swatch = item.querySelector("svg");
      const { width } = swatch.viewBox.baseVal;
      const label = page.appendChild(said(0, 0, plain(item), "soft"));
      const needed = width + 8 + label.getComputedTextLength();
      if (x > EDGE && x + needed > EDGE + WIDE) [x, y] = [EDGE, y + 24];
      label.setAttribute("x", x + width + 8);
      label.setAttribute("y", y + 13);
      page.append(made("g", { transform: `translate(${x} ${y})` }, ...copies(swatch)));
      x += needed + 24;
    }
    return items.length ? y + 24 : top;
  };

  const composed = (room, figure) => {
    const page = room.appendChild(made("svg"));
    let y = EDGE;
    const write = (text, sort, high) => {
      for (const line of text ? broken(room, text, sort) : []) page.append(said(EDGE, (y += high) - 8, line, sort));
    };
    write(plain(figure.querySelector("h2")), "title", 30);
    write([words.whose, words.when].filter(Boolean).join(" / "), "soft", 24);
    y = draw(page, figure, y + 12) + 12;
    y = explain(page, parts(figure.dataset.chart, "li"), y) + 4;
    write(plain(figure.querySelector(".help")), "soft", 22);
    write(words.note, "soft", 22);
    return { page, high: Math.ceil(y + EDGE - 8) };
  };

  // Other programs know no styles of this page: each mark gets its own look written down.
  const LETTERS = ["fill", "font-size", "font-weight"];
  const MARKS = ["fill", "stroke", "stroke-width", "stroke-dasharray"];
  const settle = (page) => {
    for (const one of page.querySelectorAll("[class], text")) {
      const look = getComputedStyle(one);
      for (const name of one.localName === "text" ? LETTERS : MARKS) {
        const value = look.getPropertyValue(name).replaceAll('"', "").replace(/(\d)px/g, "$1");
        one.setAttribute(name, value);
      }
    }
    for (const one of page.querySelectorAll("[class]")) one.removeAttribute("class");
    for (const one of page.querySelectorAll("use")) {
      one.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", one.getAttribute("href"));
    }
  };

  const drawing = (figure) => {
    const room = document.createElement("div");
    room.className = "chart strip chart-copy";
    room.setAttribute("aria-hidden", "true");
    document.body.append(room);
    const { page, high } = composed(room, figure);
    settle(page);
    const wide = WIDE + 2 * EDGE;
    const title = `${plain(figure.querySelector("h2"))} / ${words.whose} / ${words.when}`;
    page.prepend(made("title", {}, title), made("rect", { width: wide, height: high, fill: "#ffffff" }));
    page.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    page.setAttribute("font-family", getComputedStyle(room).fontFamily);
    room.remove();
    return { page, wide, high };
  };
  const written = ({ page, wide, high }, scale = 1) => {
    page.setAttribute("width", wide * scale);
    page.setAttribute("height", high * scale);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(page)}\n`;
  };

  const picture = async (figure) => {
    const one = drawing(figure);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(one, SHARP))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = one.wide * SHARP;
    canvas.height = one.high * SHARP;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("The browser made no picture.");
    return blob;
  };

  // --- The buttons
  const FILES = {
    png: picture,
    svg: (figure) => new Blob([written(drawing(figure))], { type: "image/svg+xml" }),
    csv: (figure) => table(figure.dataset.chart),
  };
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
  };
  const button = (kind, figure, told) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "button small";
    one.textContent = kind.toUpperCase();
    one.title = words[kind];
    one.setAttribute("aria-label", words[kind]);
    one.addEventListener("click", async () => {
      told.textContent = "";
      try {
        const name = [words.name, figure.dataset.chart.replaceAll("_", "-"), words.month].join("-");
        save(await FILES[kind](figure), `${name}.${kind}`);
      } catch {
        told.textContent = words.failed;
      }
    });
    return one;
  };

  for (const figure of document.querySelectorAll("[data-chart]")) {
    const row = document.createElement("div");
    row.className = "chart-files";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", `${words.save}: ${plain(figure.querySelector("h2"))}`);
    const lead = document.createElement("span");
    lead.textContent = words.save;
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    row.append(lead, ...Object.keys(FILES).map((kind) => button(kind, figure, told)), told);
    figure.insertBefore(row, figure.querySelector(":scope > details"));
  }
})();
