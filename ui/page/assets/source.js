
// ---- the source: its text, or the pages of a PDF; what is marked on it, and the tools above it.
// In one scope with page.js. The server is told all that is wanted, every time: it keeps nothing.
const NUMBERED = 'a[href^="#cite-"]';
const wish = { place: "", article: "", quotes: [], near: false, words: "", hit: 0, at: "" };
const ZOOMS = [1, 1.25, 1.5, 2, 3];
const sheets = { view: localStorage.getItem("pullquote-view") ?? "page", zoom: 0, turn: 0, asked: null, next: null, focus: false };

const source = () => one("#viewer article");
const sheet = () => one("#pages .sheet[data-page]");
const isPaged = () => document.body.dataset.view === "page";
const articleOf = (href) => href.split("-")[1];

// The quotes beside a chip: those of its answer, of its card, of its sentence of a draft.
function quotesBeside(chip) {
  const around = chip?.closest(".bot-row, #card, #proofs li");
  const chips = around ? all(NUMBERED, around).filter((each) => !each.closest(".nearest")) : [];
  return [...new Set(chips.map((each) => each.getAttribute("href")))];
}

// Whether the other quotes of an answer that are of the article that is seen are marked in it.
function areMarked(quotes, href) {
  const marked = new Set(all("#viewer [data-quote]").map((each) => each.dataset.quote));
  const here = quotes.filter((each) => each !== href && articleOf(each) === articleOf(href));
  return marked.size === here.length;
}

function cite(chip, href = chip.getAttribute("href")) {
  history.replaceState(null, "", href);
  const near = Boolean(chip?.closest(".nearest"));
  const quotes = near ? [] : quotesBeside(chip);
  const same = source()?.dataset.cite === href && !wish.hit && wish.near === near;
  if (!same || !areMarked(quotes, href)) return look({ place: href, quotes, near });
  wish.quotes = quotes;
  present(true);
}

// Ask for the source anew: another place, or the same with other things marked.
function look(change, focus = true) {
  if ("place" in change || "article" in change) {
    const kept = { words: finding() ? wish.words : "" };
    Object.assign(wish, { place: "", article: "", quotes: [], near: false, hit: 0, at: "" }, kept);
  }
  Object.assign(wish, change);
  trigger(wish.place ? "cite" : "read", asked({ focus: focus ? "yes" : "no" }));
}

function asked(more) {
  return {
    place: wish.place,
    article: wish.article,
    quotes: wish.quotes.join(" "),
    near: wish.near ? "yes" : "",
    words: wish.words,
    hit: String(wish.hit),
    at: String(wish.at),
    ...more,
  };
}

// What the server shows by itself, with an answer, is what is wished from then on.
function follow() {
  const shown = source();
  if (!shown) {
    Object.assign(wish, { place: "", article: "", quotes: [], near: false, words: "", hit: 0, at: "" });
  } else if (shown.dataset.cite !== wish.place || (!shown.dataset.cite && shown.dataset.article !== wish.article)) {
    Object.assign(wish, { place: shown.dataset.cite, quotes: [], near: false, hit: 0, at: "" });
  }
  if (shown) wish.article = shown.dataset.article;
}

// ---- shown

function shown() {
  follow();
  const asks = one("#viewer [data-focus]");
  const pages = source()?.dataset.pages && sheets.view === "page";
  document.body.dataset.view = pages ? "page" : "text";
  settle();
  if (!asks) return;
  const focus = asks.dataset.focus === "1";
  if (focus || !small.matches) present(focus);
}

function present(focus) {
  openSide("source");
  settle();
  if (isPaged()) turnTo(Number(source().dataset.page), focus);
  else presentText(focus);
}

function presentText(focus) {
  const panel = one("#viewer");
  const mark = one("mark", panel);
  for (const box of all(".grid", panel)) {
    box.role = "group";
    box.ariaLabel = _("Table");
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // it scrolls, so keys must reach it
  }
  const at = source()?.dataset.at;
  const there = one(".hit.here", panel) ?? (at ? one(`h3[data-start="${at}"]`, panel) : null) ?? mark;
  centre(panel, there, one("header", panel)?.offsetHeight ?? 0);
  if (focus) (there === mark && mark ? mark : panel).focus({ preventScroll: true });
}

// Bring something into the upper half of a panel, below what stays at its top; nothing else moves.
function centre(panel, thing, top) {
  if (!thing) {
    panel.scrollTop = 0;
    return;
  }
  const from = panel.getBoundingClientRect(), at = thing.getBoundingClientRect();
  const room = Math.max(panel.clientHeight - at.height, 0) / 2;
  const wanted = Math.max(top + 8, Math.min(room, panel.clientHeight / 3));
  panel.scrollTo({
    top: panel.scrollTop + at.top - from.top - wanted,
    left: panel.scrollLeft + (at.left < from.left || at.right > from.right ? at.left - from.left - 24 : 0),
  });
}

// ---- pages

function turnTo(page, focus) {
  const drawn = sheet();
  const want = { ...asked({}), page: String(page) };
  const key = JSON.stringify(want);
  sheets.focus = focus;
  if (drawn && sheets.drawn === key && !sheets.asked) return presentPage();
  sheets.next = sheets.asked?.key === key ? null : { want, key };
  one("#pages").classList.toggle("stale", drawn?.dataset.article !== want.article);
  if (!sheets.asked) draw();
}

function draw() {
  sheets.asked = sheets.next;
  sheets.next = null;
  if (!sheets.asked) return;
  one("#pages").ariaBusy = "true";
  trigger("draw", { ...sheets.asked.want, turn: String(++sheets.turn) });
}

function drawn() {
  const done = sheets.asked;
  sheets.asked = null;
  one("#pages").ariaBusy = "false";
  if (sheets.next) return draw();
  sheets.drawn = done?.key;
  one("#pages").classList.remove("stale");
  if (one("#pages [data-none]")) {
    document.body.dataset.view = "text"; // it cannot be drawn, and its text is here
    settle();
    presentText(sheets.focus);
  } else {
    settle();
    presentPage();
  }
}

function presentPage() {
  const panel = one("#pages");
  fitWords();
  const there = one(".hit.here", panel) ?? one(":is(.chosen, .near)", panel);
  centre(panel, there, 0);
  if (sheets.focus) (there?.matches(".hit") ? panel : there ?? panel).focus({ preventScroll: true });
  sheets.focus = false;
}

function zoomTo(step) {
  sheets.zoom = Math.max(0, Math.min(step, ZOOMS.length - 1));
  one("#pages").style.setProperty("--zoom", ZOOMS[sheets.zoom]);
  settle();
  presentPage();
}

// ---- the tools

const say = (name, text) => { one(`[data-said="${name}"]`).textContent = text; };
const group = (name, shown) => { one(`[data-group="${name}"]`).hidden = !shown; };
const finding = () => !one("#finder").hidden;

function settle() {
  const article = source();
  one("#tools .tools").hidden = !article;
  markChips();
  if (!article) return;
  const quotes = wish.quotes, at = quotes.indexOf(wish.place);
  group("quote", quotes.length > 1 && at >= 0);
  say("quote", _("Quote {number} of {count}", { number: at + 1, count: quotes.length }));
  group("view", Boolean(article.dataset.pages));
  for (const button of all("#tools [data-view]")) {
    button.ariaPressed = String(button.dataset.view === document.body.dataset.view);
  }
  const page = isPaged() && sheet();
  group("page", page);
  group("zoom", page);
  if (page) {
    const number = Number(page.dataset.page), pages = Number(page.dataset.pages);
    say("page", _("Page {page} of {pages}", { page: number, pages }));
    all('[data-step="page"]').forEach((button, up) => { button.disabled = number === (up ? pages : 1); });
  }
  say("zoom", `${100 * ZOOMS[sheets.zoom]} %`);
  const hits = article.dataset.hits, here = Number(article.dataset.hit);
  const found = here ? _("{done} of {total}", { done: here, total: hits }) : _("{count} found", { count: hits });
  say("hit", !wish.words || hits === "" ? "" : hits === "0" ? _("Not found") : found);
  for (const button of all('[data-step="hit"]')) button.disabled = !Number(hits);
  const tab = one("#tab-source");
  tab.setAttribute("aria-controls", isPaged() ? "pages" : "viewer");
  listContents(article);
}

function listContents(article) {
  const list = one("#tools [data-contents]");
  const items = all(".contents li", article);
  list.hidden = items.length < 2;
  if (list.dataset.of === article.dataset.article || list.hidden) return;
  list.dataset.of = article.dataset.article;
  const made = (text, value) => Object.assign(document.createElement("option"), { textContent: text, value });
  list.replaceChildren(made(_("Contents"), ""), ...items.map((item) => made(item.textContent, item.dataset.start)));
}

function markChips() {
  const href = source()?.dataset.cite;
  for (const chip of all(CHIP)) {
    if (href && chip.getAttribute("href") === href) chip.setAttribute("aria-current", "true");
    else chip.removeAttribute("aria-current");
  }
}

function step(kind, by) {
  if (kind === "quote") {
    const quotes = wish.quotes, at = quotes.indexOf(wish.place);
    const href = quotes[(at + by + quotes.length) % quotes.length];
    choose(href);
  } else if (kind === "page") {
    turnTo(Number(sheet().dataset.page) + by, false);
  } else {
    const hits = Number(source().dataset.hits), here = Number(source().dataset.hit);
    look({ hit: ((here - 1 + by + hits) % hits) + 1, at: "" }, false);
  }
}

// Another quote of the same answer, with the chips that lead to it.
function choose(href) {
  const before = all(CHIP).findIndex((chip) => chip.getAttribute("href") === wish.place);
  const chips = all(CHIP), same = chips.filter((chip) => chip.getAttribute("href") === href);
  const chip = same.find((each) => chips.indexOf(each) > before) ?? same[0];
  if (chip && !one("#side").contains(document.activeElement)) remember(chip);
  history.replaceState(null, "", href);
  look({ place: href, quotes: wish.quotes }, false);
}

function openFinder(open) {
  const panel = one("#finder"), words = one("[data-words]");
  panel.hidden = !open;
  one("[data-finder]").ariaExpanded = String(open);
  if (open) {
    words.focus();
    words.select();
  } else {
    if (wish.words) look({ words: "", hit: 0 }, false);
    one("[data-finder]").focus();
  }
}

let typing = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-words]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => {
    const words = event.target.value.trim();
    look({ words, hit: words ? 1 : 0, at: "" }, false);
  }, 250);
});

document.addEventListener("change", (event) => {
  const list = event.target.closest?.("[data-contents]");
  if (!list || !list.value) return;
  look({ at: list.value, hit: 0 }, false);
  list.value = "";
});

document.addEventListener("keydown", (event) => {
  const words = event.target.closest?.("[data-words]");
  const beside = event.target.closest?.("#side") && document.body.dataset.side === "source" && source();
  if ((event.ctrlKey || event.metaKey) && event.key === "f" && beside) {
    event.preventDefault();
    openFinder(true);
  } else if (words && event.key === "Enter") {
    event.preventDefault();
    if (Number(source()?.dataset.hits)) step("hit", event.shiftKey ? -1 : 1);
  } else if (event.key === "Escape" && event.target.closest?.("#finder")) {
    event.stopImmediatePropagation();
    openFinder(false);
  }
}, true);

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  let found;
  if ((found = on("[data-step]"))) step(found.dataset.step, Number(found.dataset.by));
  else if ((found = on("[data-quote]"))) choose(found.dataset.quote);
  else if ((found = on("#tools [data-view]"))) {
    sheets.view = found.dataset.view;
    localStorage.setItem("pullquote-view", sheets.view);
    document.body.dataset.view = sheets.view;
    present(false);
  } else if ((found = on("[data-zoom]"))) zoomTo(sheets.zoom + Number(found.dataset.zoom));
  else if (on("[data-finder]")) openFinder(!finding());
});

// ---- when the source, or the conversation beside it, changes

document.addEventListener("source", shown);
document.addEventListener("ready", () => {
  // Gradio says nothing of a part that is not in sight.
  new MutationObserver(() => {
    const turn = one("#pages .sheet")?.dataset.turn;
    if (sheets.asked && turn === String(sheets.turn)) drawn();
  }).observe(one("#pages"), { childList: true, subtree: true });
  new MutationObserver(markChips).observe(one("#talk"), { childList: true, subtree: true });
});
document.addEventListener("answered", () => {
  // The answer is whole: all its quotes are marked, if it is still its source that is seen.
  const rows = all(".bot-row");
  const row = rows[rows.length - 1];
  const href = source()?.dataset.cite;
  const chip = href && row && all(NUMBERED, row).find((each) => each.getAttribute("href") === href && !each.closest(".nearest"));
  if (!chip || wish.near) return settle();
  wish.quotes = quotesBeside(chip);
  if (!areMarked(wish.quotes, href) || (finding() && wish.words)) look({}, false);
  else {
    settle();
    if (isPaged()) turnTo(Number(source().dataset.page), false);
  }
});
document.body.dataset.view = "text";
