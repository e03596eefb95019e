// Embeds the widget as the address of the page says: ?service=http://…&locale=…&theme=…&position=…&copies=2&element=1
// Real sites write the tag themselves; the tests' service has another port each time.
const wanted = new URLSearchParams(location.search);
const names = ["locale", "theme", "position"];

window.supportbot = window.supportbot || [];
window.heard = [];
for (const name of ["ready", "open", "close", "question", "answer", "feedback", "handoff", "error"]) {
  addEventListener(`supportbot:${name}`, ({ detail }) => window.heard.push([name, detail]));
}

function embed() {
  if (wanted.has("element")) {
    const element = document.createElement("support-bot");
    element.setAttribute("url", wanted.get("service"));
    for (const name of names.filter((one) => wanted.has(one))) element.setAttribute(name, wanted.get(name));
    document.body.append(element);
  }
  for (let copy = 0; copy < Number(wanted.get("copies") ?? 1); copy += 1) {
    const script = document.createElement("script");
    for (const name of names.filter((one) => wanted.has(one))) script.dataset[name] = wanted.get(name);
    script.src = trusted(`${wanted.get("service")}/widget.js`);
    document.head.append(script);
  }
}

/** A page that requires trusted types has to vouch for the address; one that writes the tag in HTML need not. */
function trusted(address) {
  if (!window.trustedTypes) return address;
  return trustedTypes.createPolicy("host", { createScriptURL: (url) => url }).createScriptURL(address);
}

addEventListener("DOMContentLoaded", embed);
