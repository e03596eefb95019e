// What scripts add to the help centre's pages. All of it works without them, too; whatever comes from the service is set as text.

import { copyLinks, followReading, platformTabs, voteInPlace } from "./article.js";
import { suggest } from "./suggestions.js";

/**
 * @param {string} selector
 * @param {(element: any) => void} enhance
 */
const each = (selector, enhance) => document.querySelectorAll(selector).forEach(enhance);

each("form.search", suggest);
each(".platforms", platformTabs);
each(".vote-form", voteInPlace);
each(".article-body", copyLinks);
each(".contents", followReading);

// The widget's script comes after this one.
addEventListener("DOMContentLoaded", () => each("[data-open-chat]", (/** @type {HTMLButtonElement} */ button) => {
  const { supportbot } = /** @type {any} */ (window);
  button.hidden = !supportbot?.open;
  button.addEventListener("click", () => supportbot.open());
}));

// A secret that was typed into the search field must not stay in the address bar and the history.
if (document.querySelector("[data-redacted]")) {
  const address = new URL(location.href);
  address.searchParams.set("q", /** @type {HTMLInputElement} */ (document.getElementById("q")).value);
  history.replaceState(null, "", address);
}
