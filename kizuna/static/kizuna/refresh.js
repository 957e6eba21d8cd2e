// While a day is being sent, the figures are fetched anew. Without this file the page says when
// it was made, and a reload does the same.
"use strict";

(() => {
  const seconds = 5;
  const look = async () => {
    const moving = [...document.querySelectorAll("[data-moving]")];
    if (!moving.length) return;
    try {
      const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of moving) {
        const fresh = page.getElementById(old.id);
        // Nobody loses their place: a part that holds the keyboard's focus stays until it is left.
        if (fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
      }
    } catch {
      // The network is away for a moment; the next look may find it again.
    }
    setTimeout(look, seconds * 1000);
  };
  setTimeout(look, seconds * 1000);
})();
