// The page's own behaviour. Runs once, with `trigger` to call the server: trigger('cite', …),
// 'read', 'choose', 'remove', 'undo', 'fresh'. Messages and lists are drawn anew all the time, so
// every listener sits on the document.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const _ = (message, values = {}) =>
  (window.pullquoteWords?.[message] ?? message).replace(/\{(\w+)\}/g, (__, name) => values[name]);
const LOCALE = window.pullquoteWords && `${document.documentElement.lang}-u-nu-latn`; // of English, the browser's own
const CHIP = ':is(#chat, #card, #proofs, #board) a[href^="#cite-"]';
const TOLD = `${CHIP}, [data-means]`; // what hovering and focus say more of
const small = matchMedia("(max-width: 768px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ---- the side: source and articles; a sheet on a small screen

let opener = null; // how to find what opened the side, even after it was drawn anew

function remember(element) {
  const href = element.getAttribute("href");
  const same = href ? all(`:is(#chat, #card, #proofs, #board) a[href="${href}"]`) : [];
  const side = element.closest("#proofs") ? "draft" : element.closest("#board") ? "clips" : null;
  opener = href ? { href, at: same.indexOf(element), side } : { element };
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
  if (opener?.side) openSide(opener.side);
  else document.body.classList.remove("sheet");
  const back = opener?.href
    ? all(`:is(#chat, #card, #proofs, #board) a[href="${opener.href}"]`)[opener.at]
    : opener?.selector ? one(opener.selector) : opener?.element;
  (back ?? one("#box textarea"))?.focus();
}

// ---- what hovering and focus show of a citation

const peek = document.createElement("div");
peek.id = "peek";
peek.setAttribute("role", "tooltip");
peek.hidden = true;
(one("main") ?? document.body).append(peek);
const hovers = matchMedia("(hover: hover)");
let leaving = 0;

function showPeek(thing) {
  clearTimeout(leaving);
  const [, place, quote] = thing.ariaLabel?.match(/^(.*?) - (.*)$/s) ?? [];
  const words = document.createElement("q");
  words.textContent = quote;
  words.dir = "auto";
  peek.replaceChildren(...(quote ? [place, words] : [thing.dataset.means ?? thing.ariaLabel ?? ""]));
  peek.hidden = false;
  peek.style.left = "8px"; // its size depends on the room it has
  const at = thing.getBoundingClientRect();
  const width = peek.offsetWidth, height = peek.offsetHeight;
  peek.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - width - 8))}px`;
  peek.style.top = `${placeBeside(at, height)}px`;
  thing.setAttribute("aria-describedby", "peek");
}

// Above its line where that covers no question and nothing above the conversation, else below it.
function placeBeside(at, height) {
  const above = at.top - height - 6, below = at.bottom + 6;
  const questions = all("#chat .user-row").map((row) => row.getBoundingClientRect());
  const free = (top) => top > one("#talk").getBoundingClientRect().top && top + height < innerHeight - 8
    && questions.every((each) => each.bottom <= top || each.top >= top + height);
  return free(above) || (!free(below) && below + height > innerHeight - 8) ? Math.max(above, 8) : below;
}

const hidePeek = () => { leaving = setTimeout(() => { peek.hidden = true; }, 120); };
for (const [come, go] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(come, (event) => {
    const thing = event.target.closest?.(TOLD);
    if (thing && (come === "focusin" || hovers.matches)) showPeek(thing);
    else if (event.target.closest?.("#peek")) clearTimeout(leaving);
  });
  document.addEventListener(go, (event) => {
    if (event.target.closest?.(`${TOLD}, #peek`)) hidePeek();
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
    cite(found);
  } else if ((found = on('#chat a[href^="#again-"]'))) {
    event.preventDefault();
    event.stopPropagation();
    trigger("again", { exchange: found.getAttribute("href").slice("#again-".length) });
  } else if ((found = on("button[data-side]"))) {
    if (found.closest("#bar")) remember(found);
    openSide(found.dataset.side);
    if (found.closest("#bar")) one("#tab-articles").focus();
    else if (found.closest("#scope")) toChoice();
  } else if (on("[data-back]")) goBack();
  else if (on("[data-theme]")) pullquoteTheme.toggle();
  else if (on("[data-fresh]")) trigger("fresh");
  else if (on("[data-undo]")) trigger("undo");
  else if ((found = on("[data-remove]"))) trigger("remove", { article: found.dataset.remove });
  else if ((found = on("[data-open]"))) {
    remember(found);
    look({ article: found.dataset.open });
  }
}, true);

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.('[role="tab"]');
  if (event.key === "Escape") {
    if (!peek.hidden) peek.hidden = true;
    if (event.target.closest?.("#side")) goBack();
  } else if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    const tabs = all('[role="tab"]');
    const onward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const by = event.key === onward ? 1 : tabs.length - 1;
    const other = tabs[(tabs.indexOf(tab) + by) % tabs.length];
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
  for (const box of all(".drawn:not([aria-label])")) {
    box.ariaLabel = one("caption", box)?.textContent || _("Table");
    const cell = one("td mark", box)?.closest("td");
    const from = box.getBoundingClientRect(), at = cell?.getBoundingClientRect();
    if (at && at.right > from.right) box.scrollLeft = at.right - from.right + 12; // the answer is seen
  }
  one('#chat .examples[role="list"]')?.removeAttribute("role"); // of buttons, no items
  const log = one('#chat [role="log"]');
  if (log && !log.ariaLabel) log.ariaLabel = _("Conversation");
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

// A table as Markdown, in which one line of heads names the columns.
function tabled(html) {
  const table = one("table", new DOMParser().parseFromString(html, "text/html"));
  const said = (cell) => {
    const text = cell.textContent.trim().replace(/[\\|*_\x60<[\]]/g, "\\$&");
    return one("mark", cell) ? `**${text}**` : text;
  };
  const spread = (row) => [...row.cells].flatMap((cell) => [said(cell), ...Array(cell.colSpan - 1).fill("")]);
  const width = Math.max(...[...table.rows].map((row) => spread(row).length));
  const heads = Array.from({ length: width }, () => []);
  for (const row of table.tHead?.rows ?? []) {
    let at = 0;
    for (const cell of row.cells) {
      for (let end = at + cell.colSpan; at < end; at++) if (said(cell)) heads[at].push(said(cell));
    }
  }
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).map(spread);
  const rules = heads.map((_, at) => (rows.some((row) => /\d/.test(row[at])) && at ? "---:" : "---"));
  const lines = [heads.map((head) => head.join(" ")), rules, ...rows].map((row) => `| ${row.join(" | ")} |`);
  return [table.caption?.textContent, lines.join("\n")].filter(Boolean).join("\n\n");
}

// Copied as people write it: the text, then each number with its quote and its place, then the tables.
const write = navigator.clipboard?.writeText.bind(navigator.clipboard);
const readable = (text) => {
  const lines = text
    .replace(/<details[^>]*>[^]*?<\/details>|<div class="pins">[^]*?<\/div>/g, "")
    .replace(/^\[(\d+)\]: #cite-\S+ "[^"\d]*\d+(?: \([^)]*\))?\s?[:：]\s?(.*?) - (.*)"$/gm, "[$1] “$3” ($2)")
    .replace(/\u200a|[\u00a0\u202f](?=\[\d)/g, " ")
    .replace(/\\([!-\/:-@[-\x60{-~])/g, "$1");
  const said = new DOMParser().parseFromString(lines, "text/html").body.textContent.replace(/\n{3,}/g, "\n\n").trim();
  const tables = (text.match(/<div class="drawn"[^]*?<\/div>/g) ?? []).map(tabled);
  return [said, ...tables].join("\n\n");
};
if (write) navigator.clipboard.writeText = (text) => write(readable(text));

// ---- what the server says

const busy = (state) => one('#chat [role="log"]')?.setAttribute("aria-busy", String(state));
document.addEventListener("asked", () => {
  busy(true);
  one("#card .overview")?.removeAttribute("open"); // the answer needs the room
});
document.addEventListener("answered", () => {
  busy(false);
  document.body.dataset.answers = Number(document.body.dataset.answers ?? 0) + 1;
});
document.addEventListener("ready", () => {
  one("#viewer").tabIndex = one("#pages").tabIndex = 0; // they scroll, so keys must reach them
  for (const [id, label] of [["viewer", _("Source")], ["pages", _("Source")], ["shelf", _("Articles")], ["draft", _("Draft")]]) {
    one(`#${id}`).setAttribute("role", "tabpanel");
    one(`#${id}`).setAttribute("aria-label", label);
  }
  if (location.hash.startsWith("#cite-")) look({ place: location.hash });
  document.body.dataset.ready = "yes";
});

document.addEventListener("here", () => trigger("here"));

document.body.dataset.side = "articles";
pullquoteTheme.settle();
name();
