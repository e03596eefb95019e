/**
 * Return a preference, null where none was kept.
 * @param {string} name
 */
export function kept(name) {
  try { return localStorage.getItem(`console.${name}`); } catch { return null; }
}

/**
 * Keep a preference, as far as the browser allows.
 * @param {string} name
 * @param {string} value
 */
export function keep(name, value) {
  try { localStorage.setItem(`console.${name}`, value); } catch { /* then it lasts as long as the page */ }
}
