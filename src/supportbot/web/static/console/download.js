import { h } from "../shared/dom.js";
import { file } from "./api.js";
import { problem } from "./texts.js";
import { toast } from "./toast.js";

/**
 * Save a file of the API under a name with today's date. Meanwhile the button is disabled.
 * @param {HTMLButtonElement} pressed
 * @param {string} path
 * @param {string} name
 */
export async function download(pressed, path, name) {
  pressed.disabled = true;
  try {
    const address = URL.createObjectURL(await file(path));
    h("a", { href: address, download: `${name}-${new Date().toISOString().slice(0, 10)}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    toast(problem(error));
  } finally {
    pressed.disabled = false;
  }
}
