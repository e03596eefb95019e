/* What scripts add to the help centre's pages: suggestions while typing, tabs, votes without a reload, links to copy.
   All of it works without, too; whatever comes from the service is set as text. */
"use strict";

/** Tells something to those who hear the page. */
function say(text) {
  document.getElementById("said").textContent = text;
}

/* --- suggestions ------------------------------------------------------------------------------------------------ */

const WAIT_MS = 120;
const LONGEST_TYPED = 200;

/** A search field as a combobox: the arrow keys walk through the suggestions, Enter opens one, Escape closes. */
function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const known = new Map();
  let timer, shown = [], active = -1, latest = 0;

  list.id = `${input.id}-suggestions`;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  function close() {
    clearTimeout(timer);
    latest++; // what is still on its way comes too late
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }

  function choose(place) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = place;
    const option = list.children[active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function show(found) {
    shown = found;
    list.replaceChildren(...found.map((one, place) => {
      const option = element("li", { role: "option", id: `${list.id}-${place}`, "aria-selected": "false" }, marked(one.text, one.marks));
      if (one.kind === "question") option.append(element("span", { class: "of" }, [one.title]));
      option.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
      option.addEventListener("click", () => open(one));
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(-1);
    if (found.length) say(form.dataset.count.replace("{count}", found.length));
  }

  async function load() {
    const typed = input.value.trim().slice(0, LONGEST_TYPED);
    if (!typed) return close();
    const mine = ++latest;
    const query = new URLSearchParams({ q: typed });
    if (form.dataset.script) query.set("script", form.dataset.script);
    if (!known.has(typed)) {
      try {
        const reply = await fetch(`/v1/suggestions?${query}`);
        if (!reply.ok) return;
        known.set(typed, await reply.json());
      } catch {
        return; // searching works without suggestions
      }
    }
    if (mine === latest && document.activeElement === input) show(known.get(typed));
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return; // half a character of an input method; compositionend follows
    clearTimeout(timer);
    timer = setTimeout(load, WAIT_MS);
  });
  input.addEventListener("compositionend", load);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.hidden ? 0 : shown.length;
    if (event.key === "Escape" && count) {
      event.preventDefault(); // else the field would be emptied, too
      close();
    } else if (event.key === "ArrowDown" && !count) {
      load();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      const places = count + 1; // one of them is the field itself
      choose((active + 1 + (event.key === "ArrowDown" ? 1 : -1) + places) % places - 1);
    } else if (event.key === "Enter" && count && active >= 0) {
      event.preventDefault();
      open(shown[active]);
    }
  });
}

function open(suggestion) {
  if (/^(https?:\/\/|\/)/.test(suggestion.url)) location.assign(suggestion.url);
}

function element(name, attributes, children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A text with the marked ranges, which are counted in code points, as <mark>. */
function marked(text, ranges) {
  const characters = [...text];
  const holder = document.createElement("bdi");
  let at = 0;
  for (const [start, end] of ranges) {
    holder.append(characters.slice(at, start).join(""));
    holder.append(element("mark", {}, [characters.slice(start, end).join("")]));
    at = end;
  }
  holder.append(characters.slice(at).join(""));
  return [holder];
}

/* --- tabs ------------------------------------------------------------------------------------------------------- */

/** Sections for App and Web as tabs; a link into one that is hidden opens it. */
function makeTabs(group) {
  const tabs = [...group.querySelectorAll(":scope > [role=tablist] > [role=tab]")];
  const panels = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls")));

  function select(place) {
    tabs.forEach((tab, other) => {
      tab.setAttribute("aria-selected", String(other === place));
      tab.tabIndex = other === place ? 0 : -1;
      panels[other].toggleAttribute("data-selected", other === place);
    });
  }

  function selectTarget() {
    const target = wantedElement();
    const place = panels.findIndex((panel) => target && panel.contains(target));
    if (place < 0 || panels[place].hasAttribute("data-selected")) return;
    select(place);
    target.scrollIntoView();
  }

  panels.forEach((panel, place) => {
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tabs[place].id);
  });
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      select(place);
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = { Home: 0, End: tabs.length - 1 }[event.key] ?? (step && (place + step + tabs.length) % tabs.length);
      if (event.key === " ") select(place);
      else if (next === undefined) return;
      else {
        select(next);
        tabs[next].focus();
      }
      event.preventDefault();
    });
  });
  select(0);
  selectTarget();
  group.dataset.ready = "";
  addEventListener("hashchange", selectTarget);
  document.addEventListener("click", (event) => { // the same link twice changes no hash
    if (!event.defaultPrevented && event.target.closest?.("a")?.hash) setTimeout(selectTarget);
  });
}

function wantedElement() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null; // a broken escape in the address
  }
}

/* --- the rest of an article ------------------------------------------------------------------------------------- */

/** Sends the vote and thanks in its place. */
function voteInPlace(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = event.submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      const reply = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
      if (!reply.ok) throw new Error(String(reply.status));
      const thanks = element("p", { tabindex: "-1" }, [form.dataset.thanks]);
      form.parentElement.replaceChildren(thanks);
      thanks.id = "vote";
      thanks.focus();
      say(form.dataset.thanks);
    } catch {
      buttons.forEach((button) => { button.disabled = false; });
      let failed = form.parentElement.querySelector("[role=alert]");
      if (!failed) form.parentElement.append(failed = element("p", { role: "alert" }, []));
      failed.textContent = form.dataset.failed;
    }
  });
}

/** The sign at a heading copies its link. */
function copyLinks(body) {
  body.addEventListener("click", async (event) => {
    const link = event.target.closest(".heading-link");
    if (!link || !navigator.clipboard) return;
    try {
      await navigator.clipboard.writeText(link.href);
      say(body.dataset.copied);
    } catch {
      // The address bar has it: the link was followed.
    }
  });
}

/** Marks in the list of contents where the reader is. */
function followReading(contents) {
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver((entries) => {
    const top = entries.filter((entry) => entry.isIntersecting)[0];
    if (!top) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(top.target.id)?.setAttribute("aria-current", "true");
  }, { rootMargin: "0px 0px -70% 0px" });
  for (const id of links.keys()) {
    const heading = document.getElementById(id);
    if (heading) observer.observe(heading);
  }
}

/* --- begin ------------------------------------------------------------------------------------------------------ */

document.querySelectorAll("form.search").forEach(suggest);
document.querySelectorAll(".platforms").forEach(makeTabs);
document.querySelectorAll(".vote-form").forEach(voteInPlace);
document.querySelectorAll(".article-body").forEach(copyLinks);
document.querySelectorAll(".contents").forEach(followReading);

// The widget's script comes after this one.
addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-open-chat]")) {
    button.hidden = !window.supportbot?.open;
    button.addEventListener("click", () => window.supportbot.open());
  }
});

// A secret that somebody typed into the search field shall not stay in the address bar and the history.
if (document.querySelector("[data-redacted]")) {
  const address = new URL(location.href);
  address.searchParams.set("q", document.getElementById("q").value);
  history.replaceState(null, "", address);
}
