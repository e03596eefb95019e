import { freshId, h, nodes } from "../shared/dom.js";
import { button, errorNote } from "./parts.js";
import { problem, t } from "./texts.js";

/** @import { Child } from "../shared/dom.js" */

/**
 * Open a dialog; it is closed by Esc as well, and the focus goes back to where it was.
 * @param {string} title
 * @param {(close: () => void, signal: AbortSignal) => Child} fill  returns what is in it; `signal` ends with it
 * @param {"" | "narrow" | "wide"} [width]
 */
export function openDialog(title, fill, width = "") {
  const id = freshId("dialog");
  const end = new AbortController();
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const dialog = h("dialog", { class: `dialog ${width}`, "aria-labelledby": id, onclose: () => {
    end.abort();
    document.body.append(...dialog.querySelectorAll(".toasts")); // what was confirmed is said when it is closed
    dialog.remove();
    if (before?.isConnected) before.focus();
    else document.querySelector("h1")?.focus();
  } });
  const close = () => dialog.close();
  dialog.append(h("h2", { id }, title), ...nodes([fill(close, end.signal)]));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Ask whether to go on. If `act` fails, the dialog stays and says what went wrong.
 * @param {string} title
 * @param {string} text
 * @param {string} label
 * @param {() => Promise<void>} act
 * @param {boolean} [danger]
 */
export function confirmed(title, text, label, act, danger = false) {
  openDialog(title, (close) => {
    const wrong = errorNote();
    const go = button(label, async () => {
      go.disabled = true;
      try {
        await act();
        close();
      } catch (error) {
        wrong.say(problem(error));
        go.disabled = false;
      }
    }, { class: danger ? "danger" : "primary" });
    return [h("p", {}, text), wrong.element, h("div", { class: "row end" }, button(t("cancel"), close), go)];
  }, "narrow");
}
