// What customers see: name, greeting, colour, whether a person is there, questions to begin with.

import { call } from "./console-api.js";
import { shadeOf, SURFACES } from "./console-contrast.js";
import { button, field, h, icon } from "./console-dom.js";
import { fillWith } from "./console-load.js";
import { number, problem, t } from "./console-texts.js";
import { toast } from "./console-toast.js";

const MOST_QUESTIONS = 8;
const DEFAULT_ACCENT = "#0a6c5e";
const COLOR = /^#[0-9a-f]{6}$/i;

/** Fill a panel with the form. */
export function sitePanel(panel, signal) {
  fillWith(panel, async () => form(await call("/v1/site", { signal })));
}

function form(site) {
  let name, greeting, accent, picker;
  const preview = h("div", { class: "accent-preview", "aria-live": "off" });
  const wrong = h("p", { class: "note danger", role: "alert", hidden: true });
  const person = h("input", { type: "checkbox", id: "person", "aria-describedby": "person-hint" });
  person.checked = site.person_available ?? true;
  const questions = questionList(site.suggested_questions ?? []);
  const submit = h("button", { class: "button primary" }, t("save"));

  const shown = () => {
    const color = accent.value.trim() || DEFAULT_ACCENT;
    const valid = COLOR.test(color);
    if (valid) { picker.value = color.toLowerCase(); preview.replaceChildren(sample(color, "light"), sample(color, "dark")); }
    accent.setAttribute("aria-invalid", !valid);
  };

  async function save(event) {
    event.preventDefault();
    wrong.hidden = true;
    const color = accent.value.trim();
    if (color && !COLOR.test(color)) {
      wrong.textContent = t("site.accent.wrong");
      wrong.hidden = false;
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
      wrong.textContent = problem(error);
      wrong.hidden = false;
    } finally {
      submit.disabled = false;
    }
  }

  const element = h("form", { class: "stack narrow-form", onsubmit: save, novalidate: true },
    h("p", { class: "muted small" }, t("site.intro")),
    field(t("site.name"), (id) => (name = h("input", { id, class: "input", value: site.name ?? "", maxlength: 80, dir: "auto" }))),
    field(t("site.greeting"), (id) => (greeting = h("textarea", { id, class: "input", rows: 3, maxlength: 500, value: site.greeting ?? "", dir: "auto" }))),
    h("div", { class: "accent-line" },
      field(t("site.accent"), (id) => (accent = h("input", { id, class: "input mono", value: site.accent ?? "", placeholder: DEFAULT_ACCENT, maxlength: 7, spellcheck: "false", oninput: shown })), t("site.accent.hint")),
      (picker = h("input", { type: "color", class: "color", "aria-label": t("site.accent.pick"), oninput: () => { accent.value = picker.value; shown(); } }))),
    preview,
    h("div", { class: "choice" }, person, h("div", {}, h("label", { for: "person" }, t("site.person")), h("p", { class: "hint", id: "person-hint" }, t("site.person.hint")))),
    questions.element,
    wrong,
    h("div", { class: "row" }, submit));
  shown();
  return element;
}

/** A card with the accent as one theme shows it. */
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
  const old = document.querySelector('link[href^="/site.css"]');
  const fresh = h("link", { rel: "stylesheet", href: `/site.css?${Date.now()}`, onload: () => old.remove() });
  old.after(fresh);
}

function questionList(first) {
  const list = h("ol", { class: "question-list" });
  const add = button(t("site.questions.add"), () => { row("").querySelector("input").focus(); }, { class: "small" }, "add");
  const renumber = () => {
    [...list.children].forEach((one, place) => {
      one.querySelector("input").setAttribute("aria-label", t("site.questions.n", { n: place + 1 }));
      one.querySelector(".up").disabled = !place;
      one.querySelector(".down").disabled = place === list.children.length - 1;
    });
    add.disabled = list.children.length >= MOST_QUESTIONS;
  };
  const control = (name, label, act) => h("button", { type: "button", class: `icon-button ${name}`, "aria-label": label, onclick: act }, icon(name === "remove" ? "close" : name));
  function row(text) {
    const item = h("li", {}, h("input", { class: "input", value: text, maxlength: 500, dir: "auto" }),
      control("up", t("move.up"), (event) => { item.previousElementSibling.before(item); renumber(); event.currentTarget.focus(); }),
      control("down", t("move.down"), (event) => { item.nextElementSibling.after(item); renumber(); event.currentTarget.focus(); }),
      control("remove", t("remove"), () => { item.remove(); renumber(); add.focus(); }));
    list.append(item);
    renumber();
    return item;
  }
  renumber();
  first.forEach(row);
  return {
    element: h("fieldset", {}, h("legend", { class: "label" }, t("site.questions")), h("p", { class: "hint" }, t("site.questions.hint")), list, add),
    values: () => [...list.querySelectorAll("input")].map((one) => one.value.trim()).filter(Boolean),
  };
}
