/**
 * An object in localStorage or sessionStorage. It is read anew each time, since other tabs write it too. Where storage is
 * blocked it lasts as long as the page.
 */
export class Stored {
  /**
   * @param {"localStorage" | "sessionStorage"} area
   * @param {string} key
   */
  constructor(area, key) {
    this.area = area;
    this.key = key;
    /** @type {Record<string, any>} */
    this.value = {};
  }

  get() {
    try {
      this.value = Object(JSON.parse(window[this.area].getItem(this.key) ?? "{}"));
    } catch { /* blocked or damaged: go on with what this page knows */ }
    return this.value;
  }

  /** @param {Record<string, any>} changes */
  set(changes) {
    this.value = { ...this.get(), ...changes };
    try {
      window[this.area].setItem(this.key, JSON.stringify(this.value));
    } catch { /* as above */ }
  }
}
