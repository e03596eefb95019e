/**
 * Have a text read out to those who hear the page.
 * @param {string} text
 */
export function say(text) {
  /** @type {HTMLElement} */ (document.getElementById("said")).textContent = text;
}
