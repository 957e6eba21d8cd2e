// A passkey that is not found, refused or cancelled is said on the page, not only in the console.
"use strict";

document.addEventListener("allauth.error", (event) => {
  const notice = document.getElementById("passkey-failed");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
  notice.focus();
});
