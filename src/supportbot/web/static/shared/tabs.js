/**
 * Return the tab that a key leads to from the tab at `place`, by the ARIA practices; undefined for other keys.
 * @param {string} key
 * @param {number} place
 * @param {number} count
 */
export function nextTab(key, place, count) {
  const places = { ArrowRight: (place + 1) % count, ArrowLeft: (place - 1 + count) % count, Home: 0, End: count - 1, " ": place };
  return /** @type {Record<string, number | undefined>} */ (places)[key];
}

/**
 * Make elements of role "tab" one tab list. `show(place)` is called with each tab that is chosen. Return the function that
 * selects a tab.
 * @param {HTMLElement[]} tabs
 * @param {(place: number) => void} show
 */
export function tabList(tabs, show) {
  /** @param {number} place */
  function select(place) {
    tabs.forEach((tab, other) => {
      tab.setAttribute("aria-selected", String(other === place));
      tab.tabIndex = other === place ? 0 : -1;
    });
    show(place);
  }
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      select(place);
    });
    tab.addEventListener("keydown", (event) => {
      const next = nextTab(event.key, place, tabs.length);
      if (next === undefined) return;
      event.preventDefault();
      select(next);
      tabs[next].focus();
    });
  });
  return select;
}
