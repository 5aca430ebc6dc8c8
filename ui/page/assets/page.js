// The page's own behaviour. Runs once, with `trigger` to call the server: trigger('cite', …),
// 'read', 'choose', 'remove', 'undo', 'export', 'fresh'. Messages and lists are drawn anew all the time, so
// every listener sits on the document.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const CHIP = '#chat a[href^="#cite-"]';
const small = matchMedia("(max-width: 768px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ---- the side: source and articles; a sheet on a small screen

let opener = null; // how to find what opened the side, even after it was drawn anew

function remember(element) {
  const href = element.getAttribute("href");
  const same = href ? all(`#chat a[href="${href}"]`) : [];
  opener = href ? { href, at: same.indexOf(element) } : { element };
}

function openSide(name) {
  document.body.dataset.side = name;
  document.body.classList.add("sheet");
  for (const tab of all('[role="tab"]')) {
    const chosen = tab.dataset.side === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
}

function goBack() {
  document.body.classList.remove("sheet");
  const back = opener?.href ? all(`#chat a[href="${opener.href}"]`)[opener.at] : opener?.element;
  (back ?? one("#box textarea"))?.focus();
}

// ---- the source

function present(focus) {
  const panel = one("#viewer");
  const mark = one("mark", panel);
  openSide("source");
  if (!mark) {
    panel.scrollTop = 0;
  } else {
    const inside = mark.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    const room = Math.max(panel.clientHeight - mark.offsetHeight, 0) / 2;
    const title = one("header", panel).offsetHeight + 8; // it stays in sight, above the text
    const wanted = Math.max(title, Math.min(room, panel.clientHeight / 3));
    panel.scrollTo({ top: panel.scrollTop + inside - wanted });
  }
  if (focus) (mark ?? panel).focus({ preventScroll: true });
}

function shown() {
  const source = one("#viewer [data-focus]");
  if (!source) return;
  const focus = source.dataset.focus === "1";
  if (focus || !small.matches) present(focus);
}

function cite(href) {
  history.replaceState(null, "", href);
  if (one("#viewer [data-cite]")?.dataset.cite === href) present(true);
  else trigger("cite", { place: href });
}

// ---- what hovering and focus show of a citation

const peek = document.createElement("div");
peek.id = "peek";
peek.setAttribute("role", "tooltip");
peek.hidden = true;
(one("main") ?? document.body).append(peek);
const hovers = matchMedia("(hover: hover)");
let leaving = 0;

function showPeek(chip) {
  clearTimeout(leaving);
  const [, place, quote] = chip.ariaLabel?.match(/^(.*?) - (.*)$/s) ?? [null, chip.ariaLabel, ""];
  const words = document.createElement("q");
  words.textContent = quote;
  peek.replaceChildren(place ?? "", words);
  peek.hidden = false;
  peek.style.left = "8px"; // its size depends on the room it has
  const at = chip.getBoundingClientRect();
  const width = peek.offsetWidth, height = peek.offsetHeight;
  const above = at.top - height - 6;
  peek.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - width - 8))}px`;
  peek.style.top = `${above > 8 ? above : at.bottom + 6}px`;
  chip.setAttribute("aria-describedby", "peek");
}

const hidePeek = () => { leaving = setTimeout(() => { peek.hidden = true; }, 120); };
for (const [come, go] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(come, (event) => {
    const chip = event.target.closest?.(CHIP);
    if (chip && (come === "focusin" || hovers.matches)) showPeek(chip);
    else if (event.target.closest?.("#peek")) clearTimeout(leaving);
  });
  document.addEventListener(go, (event) => {
    if (event.target.closest?.(`${CHIP}, #peek`)) hidePeek();
  });
}
document.addEventListener("scroll", () => { peek.hidden = true; }, true);

// ---- clicks and keys

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  let found;
  if ((found = on(CHIP))) {
    event.preventDefault();
    event.stopPropagation();
    remember(found);
    cite(found.getAttribute("href"));
  } else if ((found = on("button[data-side]"))) {
    if (found.closest("#bar")) remember(found);
    openSide(found.dataset.side);
    if (found.closest("#bar")) one("#tab-articles").focus();
  } else if (on("[data-back]")) goBack();
  else if (on("[data-theme]")) pullquoteTheme.toggle();
  else if (on("[data-export]")) trigger("export");
  else if (on("[data-fresh]")) trigger("fresh");
  else if (on("[data-undo]")) trigger("undo");
  else if ((found = on("[data-remove]"))) trigger("remove", { article: found.dataset.remove });
  else if ((found = on("[data-open]"))) {
    remember(found);
    trigger("read", { article: found.dataset.open });
  }
}, true);

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-choose]");
  if (box) trigger("choose", { article: box.dataset.choose, searched: box.checked ? "yes" : "no" });
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.('[role="tab"]');
  if (event.key === "Escape") {
    if (!peek.hidden) peek.hidden = true;
    if (event.target.closest?.("#side")) goBack();
  } else if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const other = all('[role="tab"]').find((each) => each !== tab);
    openSide(other.dataset.side);
    other.focus();
  }
});

// ---- what Gradio leaves to be said

function name() {
  for (const chip of all(`${CHIP}:not([aria-label])`)) {
    chip.ariaLabel = chip.title;
    chip.removeAttribute("title");
    chip.removeAttribute("target");
  }
  one('#chat .examples[role="list"]')?.removeAttribute("role"); // of buttons, no items
  const log = one('#chat [role="log"]');
  if (log && !log.ariaLabel) log.ariaLabel = "Conversation";
  for (const message of all("#chat .message[aria-label], #chat [data-testid][aria-label]")) {
    if (!message.getAttribute("role")) message.removeAttribute("aria-label");
  }
}

let held = null; // a chip that has the focus while its message is drawn anew
document.addEventListener("focusin", (event) => {
  const chip = event.target.closest?.(CHIP);
  held = chip ? { href: chip.getAttribute("href"), at: all(CHIP).indexOf(chip) } : null;
});
new MutationObserver(() => {
  name();
  if (held && document.activeElement === document.body) {
    const again = all(CHIP)[held.at];
    if (again?.getAttribute("href") === held.href) again.focus({ preventScroll: true });
  }
}).observe(document.body, { childList: true, subtree: true });

// Copied as people write it: the text, then each number with its quote and its place.
const write = navigator.clipboard?.writeText.bind(navigator.clipboard);
const readable = (text) => {
  const lines = text
    .replace(/<details open>[^]*<\/details>/g, "")
    .replace(/^\[(\d+)\]: #cite-\S+ "Source \d+: (.*?) - (.*)"$/gm, "[$1] “$3” ($2)")
    .replace(/\u200a/g, " ")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
  return new DOMParser().parseFromString(lines, "text/html").body.textContent.replace(/\n{3,}/g, "\n\n").trim();
};
if (write) navigator.clipboard.writeText = (text) => write(readable(text));

// ---- what the server says

const busy = (state) => one('#chat [role="log"]')?.setAttribute("aria-busy", String(state));
document.addEventListener("asked", () => busy(true));
document.addEventListener("answered", () => {
  busy(false);
  document.body.dataset.answers = Number(document.body.dataset.answers ?? 0) + 1;
});
document.addEventListener("source", shown);
document.addEventListener("export", ({ detail }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([detail], { type: "text/markdown" }));
  link.download = "pullquote.md";
  link.click();
  URL.revokeObjectURL(link.href);
});
document.addEventListener("ready", () => {
  one("#viewer").tabIndex = 0; // it scrolls, so keys must reach it
  for (const [id, label] of [["viewer", "Source"], ["shelf", "Articles"]]) {
    one(`#${id}`).setAttribute("role", "tabpanel");
    one(`#${id}`).setAttribute("aria-label", label);
  }
  if (location.hash.startsWith("#cite-")) trigger("cite", { place: location.hash });
  document.body.dataset.ready = "yes";
});

document.body.dataset.side = "articles";
pullquoteTheme.settle();
name();
