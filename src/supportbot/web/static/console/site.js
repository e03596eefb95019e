// What customers see: name, greeting, colour, whether a person is there, questions to begin with.

import { h } from "../shared/dom.js";
import { call } from "./api.js";
import { SURFACES, shadeOf } from "./contrast.js";
import { icon } from "./icons.js";
import { fillWith } from "./loading.js";
import { button, errorNote, field } from "./parts.js";
import { number, problem, t } from "./texts.js";
import { toast } from "./toast.js";

const MOST_QUESTIONS = 8;
const DEFAULT_ACCENT = "#0a6c5e";
const COLOR = /^#[0-9a-f]{6}$/i;

/** @import { Site } from "../shared/api.d.ts" */

/**
 * Fill a panel with the form.
 * @param {HTMLElement} panel
 * @param {AbortSignal} signal
 */
export function sitePanel(panel, signal) {
  fillWith(panel, async () => form(await call("/v1/site", { signal })));
}

/** @param {Site} site */
function form(site) {
  const name = h("input", { class: "input", value: site.name ?? "", maxlength: 80, dir: "auto" });
  const greeting = h("textarea", { class: "input", rows: 3, maxlength: 500, value: site.greeting ?? "", dir: "auto" });
  const accent = h("input", { class: "input mono", value: site.accent ?? "", placeholder: DEFAULT_ACCENT, maxlength: 7, spellcheck: "false", oninput: shown });
  const picker = h("input", { type: "color", class: "color", "aria-label": t("site.accent.pick"), oninput: () => { accent.value = picker.value; shown(); } });
  const preview = h("div", { class: "accent-preview", "aria-live": "off" });
  const wrong = errorNote();
  const person = h("input", { type: "checkbox", id: "person", "aria-describedby": "person-hint" });
  person.checked = site.person_available ?? true;
  const questions = questionList(site.suggested_questions ?? []);
  const submit = h("button", { class: "button primary" }, t("save"));

  function shown() {
    const color = accent.value.trim() || DEFAULT_ACCENT;
    const valid = COLOR.test(color);
    if (valid) { picker.value = color.toLowerCase(); preview.replaceChildren(sample(color, "light"), sample(color, "dark")); }
    accent.setAttribute("aria-invalid", String(!valid));
  }

  /** @param {Event} event */
  async function save(event) {
    event.preventDefault();
    wrong.say("");
    const color = accent.value.trim();
    if (color && !COLOR.test(color)) {
      wrong.say(t("site.accent.wrong"));
      return accent.focus();
    }
    submit.disabled = true;
    try {
      const list = questions.values();
      await call("/v1/admin/site", { method: "PUT", body: {
        name: name.value.trim() || null, greeting: greeting.value.trim() || null, accent: color || null,
        person_available: person.checked, suggested_questions: list.length ? list : null,
      } });
      toast(t("saved"));
      freshStyle();
    } catch (error) {
      wrong.say(problem(error));
    } finally {
      submit.disabled = false;
    }
  }

  const element = h("form", { class: "stack narrow-form", onsubmit: save, novalidate: true },
    h("p", { class: "muted small" }, t("site.intro")),
    field(t("site.name"), name),
    field(t("site.greeting"), greeting),
    h("div", { class: "accent-line" }, field(t("site.accent"), accent, t("site.accent.hint")), picker),
    preview,
    h("div", { class: "choice" }, person, h("div", {}, h("label", { for: "person" }, t("site.person")), h("p", { class: "hint", id: "person-hint" }, t("site.person.hint")))),
    questions.element,
    wrong.element,
    h("div", { class: "row" }, submit));
  shown();
  return element;
}

/**
 * Return a card with the accent as one theme shows it.
 * @param {string} accent
 * @param {"light" | "dark"} theme
 */
function sample(accent, theme) {
  const { shade, ink, ratio } = shadeOf(accent, theme);
  const adjusted = shade.toLowerCase() !== accent.toLowerCase();
  const words = theme === "light" ? { "--words": "#16211e", "--ground": SURFACES.light } : { "--words": "#e8eeec", "--ground": SURFACES.dark };
  return h("div", { class: "sample", "data-theme": theme, css: { "--shade": shade, "--ink": ink, ...words } },
    h("p", { class: "small" }, t(`theme.${theme}`)),
    h("p", { class: "row" }, h("span", { class: "sample-button" }, t("site.sample")), h("span", { class: "sample-link" }, t("site.sample.link"))),
    h("p", { class: "small figure" }, t("site.contrast", { ratio: number(ratio, 1) }), adjusted && ` · ${t("site.adjusted", { color: shade })}`));
}

/** The style sheet with the site's colour, taken anew. */
function freshStyle() {
  const old = /** @type {Element} */ (document.querySelector('link[href^="/site.css"]'));
  const fresh = h("link", { rel: "stylesheet", href: `/site.css?${Date.now()}`, onload: () => old.remove() });
  old.after(fresh);
}

/** @param {string[]} first */
function questionList(first) {
  const list = h("ol", { class: "question-list" });
  const inputs = () => [...list.querySelectorAll("input")];
  const add = button(t("site.questions.add"), () => { row(""); inputs().at(-1)?.focus(); }, { class: "small" }, "add");
  const renumber = () => {
    inputs().forEach((input, place) => input.setAttribute("aria-label", t("site.questions.n", { n: place + 1 })));
    list.querySelectorAll(".up").forEach((up, place) => up.toggleAttribute("disabled", place === 0));
    list.querySelectorAll(".down").forEach((down, place, all) => down.toggleAttribute("disabled", place === all.length - 1));
    add.disabled = list.children.length >= MOST_QUESTIONS;
  };
  const control = (/** @type {"up" | "down" | "remove"} */ name, /** @type {string} */ label, /** @type {(event: any) => void} */ act) => h("button", { type: "button", class: `icon-button ${name}`, "aria-label": label, onclick: act }, icon(name === "remove" ? "close" : name));
  /** @param {string} text */
  function row(text) {
    const item = h("li", {}, h("input", { class: "input", value: text, maxlength: 500, dir: "auto" }),
      control("up", t("move.up"), (event) => { item.previousElementSibling?.before(item); renumber(); event.currentTarget.focus(); }),
      control("down", t("move.down"), (event) => { item.nextElementSibling?.after(item); renumber(); event.currentTarget.focus(); }),
      control("remove", t("remove"), () => { item.remove(); renumber(); add.focus(); }));
    list.append(item);
    renumber();
  }
  renumber();
  first.forEach(row);
  return {
    element: h("fieldset", {}, h("legend", { class: "label" }, t("site.questions")), h("p", { class: "hint" }, t("site.questions.hint")), list, add),
    values: () => inputs().map((one) => one.value.trim()).filter(Boolean),
  };
}
