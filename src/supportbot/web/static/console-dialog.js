// Dialogs: one above the page, closed by Esc, focus back to where it was.

import { button, freshId, h } from "./console-dom.js";
import { problem, t } from "./console-texts.js";

/** Open a dialog; `fill(close, signal)` gives what is in it. `signal` ends with it. */
export function openDialog(title, fill, kind = "") {
  const id = freshId("dialog");
  const end = new AbortController();
  const before = document.activeElement;
  const dialog = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": id, onclose: () => {
    end.abort();
    document.body.append(...dialog.querySelectorAll(".toasts")); // what was confirmed is said when it is closed
    dialog.remove();
    if (before?.isConnected) before.focus();
    else document.querySelector("h1")?.focus();
  } });
  const close = () => dialog.close();
  dialog.append(h("h2", { id }, title), ...[fill(close, end.signal)].flat().filter(Boolean));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask whether to go on; `act` does it, the dialog stays with what went wrong if it fails. */
export function confirmed(title, text, label, act, danger = false) {
  openDialog(title, (close) => {
    const wrong = h("p", { class: "note danger", role: "alert", hidden: true });
    const go = button(label, async () => {
      go.disabled = true;
      try {
        await act();
        close();
      } catch (error) {
        wrong.textContent = problem(error);
        wrong.hidden = false;
        go.disabled = false;
      }
    }, { class: danger ? "danger" : "primary" });
    return [h("p", {}, text), wrong, h("div", { class: "row end" }, button(t("cancel"), close), go)];
  }, "narrow");
}
