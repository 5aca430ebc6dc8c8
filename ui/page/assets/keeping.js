// Conversations and clippings. Runs once, with `trigger` to call the server. Lists are drawn anew all
// the time, so every listener sits on the document.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const _ = (message, values = {}) =>
  (window.pullquoteWords?.[message] ?? message).replace(/\{(\w+)\}/g, (__, name) => values[name]);
const LOCALE = window.pullquoteWords && `${document.documentElement.lang}-u-nu-latn`; // of English, the browser's own
const say = (name, detail = {}) => trigger(name, detail);
const searched = () => one("#find-talk")?.value ?? "";

// ---- the list of conversations

const listTalks = () => one("#talks-side") && say("talks_shown", { search: searched() });
let typing = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "find-talk") return;
  clearTimeout(typing);
  typing = setTimeout(listTalks, 250);
});
document.addEventListener("answered", listTalks);

function rename(item) {
  const title = one(".title", item), field = document.createElement("input");
  field.value = title.textContent;
  field.maxLength = 120;
  field.ariaLabel = _("Title of the conversation");
  title.replaceWith(field);
  field.select();
  let over = false;
  const end = (keep) => {
    if (over) return;
    over = true;
    field.replaceWith(title);
    if (keep && field.value.trim()) {
      focusAgain = `[data-talk="${item.dataset.talk}"] [data-talk-rename]`;
      say("talk_renamed", { talk: item.dataset.talk, title: field.value, search: searched() });
    } else one("[data-talk-rename]", item)?.focus();
  };
  field.addEventListener("blur", () => end(true));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter");
    }
  });
}

let focusAgain = ""; // what gets the focus once a list was drawn anew
function refocus() {
  const found = focusAgain && one(focusAgain);
  focusAgain = "";
  if (found) found.focus();
}

document.addEventListener("kept-talks", () => requestAnimationFrame(() => {
  for (const time of all("#talks time")) {
    time.textContent = new Date(time.dateTime).toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "short" });
  }
  const current = one("#talks [data-current]");
  if (current) sessionStorage.setItem("pullquote-talk", current.dataset.current);
  refocus();
}));

// ---- the board

const unsent = {}; // notes that the server does not have yet
const typed = {}; // notes as they were written here
let writing = 0;
const NOTES = "pullquote-notes"; // notes that no list of the server's has shown yet: a reload loses none
const waiting = () => JSON.parse(sessionStorage.getItem(NOTES) ?? "{}");
const wait = (notes) => sessionStorage[Object.keys(notes).length ? "setItem" : "removeItem"](NOTES, JSON.stringify(notes));

function act(name, detail = {}) {
  const notes = JSON.stringify(unsent);
  for (const id of Object.keys(unsent)) delete unsent[id];
  clearTimeout(writing);
  say(name, { ...detail, notes });
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-note]")) return;
  const id = event.target.closest("[data-clip]").dataset.clip;
  unsent[id] = typed[id] = event.target.value;
  wait({ ...waiting(), [id]: event.target.value });
  fit(event.target);
  clearTimeout(writing);
  writing = setTimeout(() => act("clip_noted"), 400);
});
const sendNotes = () => Object.keys(unsent).length && act("clip_noted");
document.addEventListener("change", (event) => event.target.matches?.("[data-note]") && sendNotes());
document.addEventListener("visibilitychange", () => document.hidden && sendNotes());

function fit(note) {
  note.style.height = "auto";
  note.style.height = `${note.scrollHeight + 2}px`;
}

function move(clip, way) {
  if (one(`[data-clip-${way}]`, clip).ariaDisabled === "true") return;
  focusAgain = `[data-clip="${clip.dataset.clip}"] [data-clip-${way}]`;
  act({ up: "clip_up", down: "clip_down" }[way], { clip: clip.dataset.clip });
}

function showPins() {
  const marks = new Set(all("#board [data-mark]").map((clip) => clip.dataset.mark));
  for (const pin of all('#chat a[href^="#pin-"]')) {
    const mark = pin.getAttribute("href").slice("#pin-".length);
    if (pin.getAttribute("role") !== "button") {
      pin.setAttribute("role", "button");
      pin.ariaLabel = pin.title;
      pin.removeAttribute("title");
      pin.removeAttribute("target");
    }
    const pressed = String(marks.has(mark));
    if (pin.getAttribute("aria-pressed") !== pressed) pin.setAttribute("aria-pressed", pressed);
  }
}

document.addEventListener("kept-board", () => requestAnimationFrame(() => {
  const notes = waiting();
  for (const note of all("#board [data-note]")) {
    const id = note.closest("[data-clip]").dataset.clip;
    if (notes[id] === note.defaultValue) delete notes[id];
    else if (id in notes && !(id in typed)) unsent[id] = typed[id] = notes[id]; // from before a reload
    // Gradio draws into the boxes that are there, which would keep what was written in them.
    const text = typed[id] ?? note.defaultValue;
    if (note.value !== text) note.value = text;
    fit(note);
  }
  wait(notes);
  sendNotes();
  const count = all("#board [data-clip]").length;
  const tab = one("#tab-clips");
  if (tab) tab.textContent = count ? `${_("Clippings")} (${count})` : _("Clippings");
  showPins();
  showStyle();
  refocus();
}));
new MutationObserver(showPins).observe(document.body, { childList: true, subtree: true });

// ---- clicks and keys

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  const talk = on("[data-talk]"), clip = on("[data-clip]");
  const menu = on("details.menu");
  for (const open of all("details.menu[open]")) if (open !== menu) open.open = false;
  let found;
  if ((found = on('#chat a[href^="#pin-"]'))) {
    event.preventDefault();
    event.stopPropagation();
    const mark = found.getAttribute("href").slice("#pin-".length), cut = mark.lastIndexOf("-");
    act("clip_pinned", { exchange: mark.slice(0, cut), number: mark.slice(cut + 1) });
  } else if (on("[data-talk-undo]")) say("talk_undone");
  else if (on("[data-clip-undo]")) act("clip_undone");
  else if ((found = on("[data-take]"))) {
    if (menu) menu.open = false;
    act("taken", { kind: found.dataset.take, of: found.dataset.takeOf, style: style() });
  } else if (talk && on("[data-talk-open]")) {
    document.body.classList.remove("sheet");
    one("#card .overview")?.removeAttribute("open");
    say("talk_opened", { talk: talk.dataset.talk, search: searched() });
  } else if (talk && on("[data-talk-rename]")) rename(talk);
  else if (talk && on("[data-talk-delete]")) {
    focusAgain = "[data-talk-undo]";
    say("talk_deleted", { talk: talk.dataset.talk, search: searched() });
  } else if (clip && on("[data-clip-up]")) move(clip, "up");
  else if (clip && on("[data-clip-down]")) move(clip, "down");
  else if (clip && on("[data-clip-remove]")) {
    focusAgain = "[data-clip-undo]";
    act("clip_removed", { clip: clip.dataset.clip });
  }
}, true);

document.addEventListener("keydown", (event) => {
  const clip = event.target.closest?.("[data-clip]");
  if (clip && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    move(clip, event.key === "ArrowUp" ? "up" : "down");
  } else if (event.key === " " && event.target.matches?.('a[href^="#pin-"]')) {
    event.preventDefault();
    event.target.click();
  } else if (event.key === "Escape") {
    const menu = one("details.menu[open]");
    if (menu) {
      menu.open = false;
      one("summary", menu).focus();
    }
  }
});

// ---- what is taken along, and in which style it is cited: one for all that this browser takes

const STYLE = "pullquote-style";
const style = () => localStorage.getItem(STYLE) ?? "plain";
const showStyle = () => all("[data-style]").forEach((choice) => { choice.value = style(); });
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-style]")) return;
  localStorage.setItem(STYLE, event.target.value);
  showStyle();
});

function print(html) {
  const paper = document.createElement("section");
  paper.id = "paper";
  paper.innerHTML = html; // the server's own, with all text of others escaped
  one("#paper")?.remove();
  document.body.append(paper);
  addEventListener("afterprint", () => paper.remove(), { once: true });
  window.print();
}

async function copy({ html, text }) {
  const part = (words, type) => new Blob([words], { type });
  const item = new ClipboardItem({ "text/html": part(html, "text/html"), "text/plain": part(text, "text/plain") });
  await navigator.clipboard.write([item]);
}

document.addEventListener("taken", ({ detail }) => {
  if (!detail) return;
  const told = JSON.parse(detail);
  if (told.do === "print") print(told.html);
  else if (told.do === "copy") copy(told);
  else {
    const bytes = Uint8Array.from(atob(told.data), (letter) => letter.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: told.type }));
    link.download = told.name;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  document.body.dataset.taken = Number(document.body.dataset.taken ?? 0) + 1;
});

// ---- what was added for a visit that is over is not gone without a word

function noteOwn() {
  if (one("[data-filter]")?.value) return; // not all of them are listed
  const titles = all("#articles li:has([data-remove]) .title").map((title) => title.textContent);
  sessionStorage.setItem("pullquote-own", JSON.stringify({ visit: sessionStorage.getItem("pullquote-visit"), titles }));
}

function tellGone() {
  const { visit, titles = [] } = JSON.parse(sessionStorage.getItem("pullquote-own") ?? "{}");
  const here = all("#articles .title").map((title) => title.textContent);
  const gone = visit === sessionStorage.getItem("pullquote-visit") ? [] : titles.filter((title) => !here.includes(title));
  if (gone.length) {
    const titles = gone.map((title) => _("“{title}”", { title })).join(_(", "));
    one("#gone").textContent = _("Gone with your last visit, which is over: {titles}. Add them again, or keep them in your library.", { titles });
  }
  noteOwn();
  new MutationObserver(noteOwn).observe(one("#articles"), { childList: true, subtree: true });
}

document.addEventListener("ready", () => {
  for (const [id, label] of [["clips-side", _("Clippings")], ["talks-side", _("History")]]) {
    one(`#${id}`)?.setAttribute("role", "tabpanel");
    one(`#${id}`)?.setAttribute("aria-label", label);
  }
  listTalks();
  act("clips_shown");
  showStyle();
  tellGone();
});
