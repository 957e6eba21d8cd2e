// Makes writing an announcement easier. Without this file every button of the page still works:
// marks are typed by hand, the preview is refreshed by its button.
"use strict";

(() => {
  const box = (use) => {
    try {
      return use(window.localStorage, window.sessionStorage);
    } catch {
      return null; // A browser that keeps nothing: saving by hand is what is left.
    }
  };
  // The page after a save tells that the server has the words: what was kept here may go.
  const sent = box((_store, tab) => tab.getItem("kizuna-sent"));
  if (sent && document.querySelector("main > .notice.kept")) box((store) => store.removeItem(sent));
  box((_store, tab) => tab.removeItem("kizuna-sent"));

  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const body = form.querySelector("#body");
  const preview = document.getElementById("preview");
  const words = document.getElementById("editor-words").dataset;
  let place = `kizuna-draft-${form.dataset.editor}`;

  // --- Kept in this browser until it is saved
  const typed = () => {
    const kept = [];
    for (const [name, value] of new FormData(form)) {
      if (!["csrfmiddlewaretoken", "revision", "act"].includes(name) && !name.startsWith("look_")) {
        kept.push([name, String(value).replace(/\r\n?/g, "\n")]);
      }
    }
    return JSON.stringify(kept);
  };
  let opened = "unsaved" in form.dataset ? "" : typed();
  let revision = form.querySelector("[name=revision]");
  const keep = () => {
    const now = typed();
    const kept = JSON.stringify({ words: now, revision: revision?.value });
    box((store) => (now === opened ? store.removeItem(place) : store.setItem(place, kept)));
  };
  const put = (kept) => {
    for (const one of form.querySelectorAll("[type=checkbox][name=areas]")) one.checked = false;
    for (const [name, value] of kept) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = field.checked || field.value === value;
        } else {
          field.value = value;
        }
      }
    }
  };
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };
  const found = () => {
    try {
      return JSON.parse(box((store) => store.getItem(place)));
    } catch {
      return null;
    }
  };
  const offer = () => {
    const kept = found();
    if (!kept || kept.words === typed()) return;
    const room = document.getElementById("restore");
    const notice = document.createElement("div");
    notice.className = "notice";
    const sentence = document.createElement("p");
    sentence.textContent = words.found;
    const row = document.createElement("p");
    row.className = "toolbar";
    row.append(
      button(words.restore, () => {
        put(JSON.parse(kept.words));
        // Whoever saved in between is found by the number these words were begun with.
        if (revision && kept.revision) revision.value = kept.revision;
        room.replaceChildren();
        body.focus();
        refresh();
      }),
      button(words.drop, () => {
        box((store) => store.removeItem(place));
        room.replaceChildren();
        body.focus();
      }),
    );
    notice.append(sentence, row);
    room.replaceChildren(notice);
  };

  // --- The preview follows the typing
  let waiting = 0;
  let asked = 0;
  const refresh = async () => {
    const mine = ++asked;
    const sent = new FormData(form);
    sent.set("act", "look");
    try {
      const answer = await fetch(location.pathname, {
        method: "POST",
        body: sent,
        credentials: "same-origin",
        headers: { "X-Fragment": "preview" },
      });
      if (!answer.ok || answer.redirected || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const focused = preview.contains(document.activeElement) ? document.activeElement.id : "";
      const height = preview.scrollTop;
      preview.replaceChildren(...page.body.childNodes);
      preview.scrollTop = height;
      if (focused) document.getElementById(focused)?.focus();
    } catch {
      // The network is away for a moment; the next stroke asks again.
    }
  };

  // --- And a draft on the server, for a browser that is wiped when it closes
  const EVERY = 20_000;
  const told = document.getElementById("autosaved");
  let clockwork = 0;
  let underway = null;
  let stopped = false;
  const settled = (answer, sent) => {
    told.textContent = answer.words;
    if (!answer.block) return;
    box((store) => store.removeItem(place));
    if (!revision) {
      // A new one was made; from here on this page is its page, also for a reload.
      revision = document.createElement("input");
      revision.type = "hidden";
      revision.name = "revision";
      form.prepend(revision);
      place = place.replace(/new$/, answer.block);
      history.replaceState(null, "", answer.edit);
      form.action = answer.edit;
    }
    revision.value = answer.revision;
    opened = sent;
    keep();
  };
  const stop = (sentence) => {
    stopped = true;
    told.textContent = "";
    const notice = document.createElement("p");
    notice.className = "notice care";
    notice.textContent = sentence;
    document.getElementById("restore").replaceChildren(notice);
  };
  const autosave = async () => {
    clockwork = 0;
    const then = typed();
    if (stopped || then === opened) return;
    const sent = new FormData(form);
    sent.set("autosave", "1");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: sent, credentials: "same-origin" });
      if (answer.status === 409) stop((await answer.json()).words);
      else if (answer.ok && !answer.redirected) settled(await answer.json(), then);
      else throw new Error(answer.redirected ? "login" : answer.status);
    } catch (fault) {
      told.textContent = fault.message === "login" ? words.loggedOut : words.notKept;
      later();
    }
    if (typed() !== then) later();
  };
  const later = () => {
    if (stopped || clockwork) return;
    clockwork = setTimeout(() => {
      underway = autosave().finally(() => (underway = null));
    }, EVERY);
  };

  const soon = () => {
    later();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      keep();
      refresh();
    }, 900);
  };

  // --- Marks
  const replace = (start, end, text, from, to) => {
    body.focus();
    body.setSelectionRange(start, end);
    // Keeps the browser's own undo; the other way is for browsers that have given this one up.
    if (!document.execCommand("insertText", false, text)) body.setRangeText(text, start, end, "end");
    body.setSelectionRange(start + from, start + to);
    soon();
  };
  const around = (before, after, otherwise) => {
    const { selectionStart: start, selectionEnd: end } = body;
    const inner = body.value.slice(start, end) || otherwise;
    replace(start, end, before + inner + after, before.length, before.length + inner.length);
  };
  const lines = (mark) => {
    const start = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
    const after = body.value.indexOf("\n", body.selectionEnd);
    const end = after < 0 ? body.value.length : after;
    const text = body.value
      .slice(start, end)
      .split("\n")
      .map((line) => (line.startsWith(mark) ? line.slice(mark.length) : mark + line))
      .join("\n");
    replace(start, end, text, text.length, text.length);
  };
  const toolbar = () => {
    const row = document.createElement("div");
    row.className = "toolbar";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", words.toolbar);
    row.append(
      button(words.heading, () => lines("## ")),
      button(words.list, () => lines("- ")),
      button(words.strong, () => around("**", "**", words.linkText)),
      button(words.link, () => around("[", "](https://)", words.linkText)),
    );
    body.before(row);
  };

  // --- From Word and web pages: structure becomes marks, everything else plain words
  const BLOCKS = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "TR", "UL", "OL", "TABLE", "BR"]);
  const inline = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[\s\u00a0]+/g, " ");
    if (node.nodeType !== Node.ELEMENT_NODE || ["STYLE", "SCRIPT", "META", "TITLE"].includes(node.tagName)) return "";
    if (node.tagName === "BR") return "\n";
    const inner = [...node.childNodes].map(inline).join("");
    const address = node.tagName === "A" ? node.getAttribute("href") || "" : "";
    if (/^(https:|tel:|mailto:)/.test(address) && inner.trim()) return `[${inner.trim()}](${address})`;
    if (["B", "STRONG"].includes(node.tagName) && inner.trim()) return `**${inner.trim()}**`;
    return node.tagName === "TD" || node.tagName === "TH" ? `${inner} ` : inner;
  };
  const word = (node, out) => {
    for (const child of node.childNodes) {
      const tag = child.tagName || "";
      const bullet = /MsoListParagraph/.test(child.className || "") || tag === "LI";
      const nested = child.children && [...child.children].some((one) => BLOCKS.has(one.tagName) && one.tagName !== "BR");
      if (nested && tag !== "LI") {
        word(child, out);
        continue;
      }
      const text = inline(child).trim();
      if (!text) continue;
      // Word draws the dot of a list as a letter of its own.
      if (bullet) out.push(["- ", text.replace(/^[·•●・○◦▪■\-o]\s*/, "").replace(/\n+/g, " ")]);
      else if (/^H[1-6]$/.test(tag)) out.push(["## ", text.replace(/\n+/g, " ").replaceAll("**", "")]);
      else if (BLOCKS.has(tag) || !out.length || out.at(-1)[0] !== "…") out.push([BLOCKS.has(tag) ? "" : "…", text]);
      else out.at(-1)[1] += text;
    }
    return out;
  };
  // Looks would be refused by the page's policy, and they are not wanted anyway.
  const plain = (html) =>
    html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle=("[^"]*"|'[^']*')/gi, "");
  const marked = (html) => {
    const parts = word(new DOMParser().parseFromString(plain(html), "text/html").body, []);
    return parts
      .map(([mark, text], at) => {
        const gap = mark === "- " && at && parts[at - 1][0] === "- " ? "\n" : "\n\n";
        return (at ? gap : "") + (mark === "…" ? "" : mark) + text;
      })
      .join("");
  };
  const pasted = (event) => {
    const html = event.clipboardData?.getData("text/html");
    if (!html) return; // Plain text goes in as it is.
    const text = marked(html);
    if (!text) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = body;
    replace(start, end, text, text.length, text.length);
  };

  toolbar();
  offer();
  body.addEventListener("paste", pasted);
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", (event) => {
    stopped = true;
    if (underway) {
      // Else the draft that is being kept would look like somebody else's.
      event.preventDefault();
      const pressed = event.submitter;
      underway.then(() => form.requestSubmit(pressed?.form ? pressed : null));
      return;
    }
    keep();
    if (event.submitter?.value !== "look") box((_store, tab) => tab.setItem("kizuna-sent", place));
  });
  window.addEventListener("pagehide", keep);
})();
