import { SupportBot } from "./element.js";
import { visitor } from "./log.js";
import { SCRIPT } from "./widget.js";

/** @import { Widget } from "./widget.js" */

/** @typedef {any[]} Command  a name and its values: `["ask", "…"]` */

/** @type {Command[]} */
const early = []; // commands from before there was an element

const COMMANDS = /** @type {Record<string, (widget: Widget, value: any) => void>} */ ({
  open: (widget) => widget.open(),
  close: (widget) => widget.close(),
  toggle: (widget) => (widget.isOpen ? widget.close() : widget.open()),
  ask: (widget, text) => widget.askFor(String(text ?? "")),
});

/** @param {Command} command */
function run([name, ...values]) {
  const widget = SupportBot.current?.widget;
  if (name === "on") {
    const [event, listener] = values;
    addEventListener(`supportbot:${event}`, (told) => listener(/** @type {CustomEvent} */ (told).detail));
    if (event === "ready" && widget) listener({});
  } else if (name === "setUser") {
    visitor.name = String(values[0]?.name ?? "").slice(0, 80);
    widget?.panel?.welcome();
  } else if (!Object.hasOwn(COMMANDS, name)) {
    console.warn(`supportbot: there is no command "${name}"`);
  } else if (widget) {
    COMMANDS[name](widget, values[0]);
  } else {
    early.push([name, ...values]);
  }
}

function start() {
  customElements.define("support-bot", SupportBot);
  if (!SupportBot.current) {
    const element = new SupportBot();
    element.automatic = true;
    for (const name of ["url", "locale", "theme", "position"]) {
      if (SCRIPT?.dataset[name]) element.setAttribute(name, SCRIPT.dataset[name]);
    }
    document.body.append(element);
  }
  early.splice(0).forEach(run);
}

/** Put `window.supportbot` in place of the page's queue, carry out what is in it, and make the element once there is a body. */
export function install() {
  const page = /** @type {any} */ (window);
  const queue = Array.isArray(page.supportbot) ? page.supportbot : [];
  page.supportbot = Object.fromEntries([...Object.keys(COMMANDS), "setUser", "on"].map((name) => [name, (/** @type {any[]} */ ...values) => run([name, ...values])]));
  page.supportbot.push = (/** @type {Command[]} */ ...commands) => commands.forEach((command) => run([command].flat()));
  page.supportbot.push(...queue);
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
}
