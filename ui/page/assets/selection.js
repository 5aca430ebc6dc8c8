
// ---- what is selected in the source: in its text, or in the words that lie unseen on the picture of a page.
// In one scope with page.js.
const layer = () => (isPaged() ? one("#pages .layer") : null);

// Each run of words is as wide, or as high, as it is in the picture, in whatever letters it is set here.
function fitWords() {
  const runs = all("#pages .run:not([data-fitted])");
  const sizes = runs.map((run) => {
    const room = run.getBoundingClientRect(), set = run.firstElementChild.getBoundingClientRect();
    return run.matches(".upright") ? ["Y", room.height / set.height] : ["X", room.width / set.width];
  });
  runs.forEach((run, at) => {
    const [way, share] = sizes[at];
    if (!Number.isFinite(share) || !share) return; // it is not in sight yet
    run.firstElementChild.style.transform = `scale${way}(${share})`;
    run.dataset.fitted = "";
  });
}

// What of a selection is within a part of the page; null if it neither begins nor ends there.
function within(part, range) {
  const begins = part.contains(range.startContainer), ends = part.contains(range.endContainer);
  if (!begins && !ends) return null;
  const inside = range.cloneRange();
  if (!begins) inside.setStart(part, 0);
  if (!ends) inside.setEnd(part, part.childNodes.length);
  return inside;
}

const elementAt = (node, offset) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node.children[offset] ?? node);
const inOneLine = (text) => text.replace(/\s+/g, " ").trim();

function selected() {
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  if (!range || range.collapsed || !source()) return null;
  return (layer() ? selectedOnPage : selectedInText)(range, selection);
}

function selectedInText(range, selection) {
  if (!source().contains(range.commonAncestorContainer)) return null;
  const text = inOneLine(selection.toString());
  const paragraph = elementAt(range.startContainer, range.startOffset).closest("p");
  const number = paragraph && one(".number", paragraph)?.textContent;
  return text ? { text, number, page: paragraph?.dataset.page } : null;
}

function selectedOnPage(range) {
  const inside = within(layer(), range);
  const text = inside && inOneLine(inside.cloneContents().textContent);
  if (!text) return null;
  const run = elementAt(inside.startContainer, inside.startOffset).closest(".run");
  return { text, number: run?.dataset.paragraph, page: sheet().dataset.page };
}

function placeOf({ number, page }) {
  return [one("h2", source()).textContent, page && _("page {page}", { page }), number && _("paragraph {paragraph}", { paragraph: number })]
    .filter(Boolean).join(_(", "));
}

document.addEventListener("selectionchange", () => {
  const tools = one("#tools .selected");
  if (!tools || tools.contains(document.activeElement)) return;
  tools.hidden = !selected();
  one("[data-copy-selected]").hidden = !write;
  one("[data-copy-selected]").textContent = _("Copy with its place");
});
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.("#tools .selected")) event.preventDefault(); // else nothing is selected
});
document.addEventListener("copy", (event) => {
  const found = layer() && selected();
  if (!found) return;
  event.clipboardData.setData("text/plain", found.text); // not a line for every run
  event.preventDefault();
});

async function copySelected() {
  const found = selected();
  if (!found) return;
  await write(`“${found.text}” (${placeOf(found)})`);
  one("[data-copy-selected]").textContent = _("Copied");
}

function askAboutSelected() {
  const found = selected();
  if (!found) return;
  const box = one("#box textarea");
  const before = box.value.trimEnd();
  box.value = `${before ? `${before} ` : ""}“${found.text.slice(0, 1000)}” `;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges();
  one("#tools .selected").hidden = true;
  document.body.classList.remove("sheet");
  box.focus();
}

// Between runs and in the margins there is nothing to select, and a browser would jump to the page's beginning:
// there, the nearest words are what the pointer means.
let dragging = false;

function caretAt(x, y) {
  let nearest = null;
  for (const run of all("#pages .run > span")) {
    const at = run.getBoundingClientRect();
    const beside = Math.max(at.left - x, 0, x - at.right), above = Math.max(at.top - y, 0, y - at.bottom);
    const away = beside + 4 * above;
    if (!nearest || away < nearest.away) nearest = { away, run, at };
  }
  if (!nearest) return null;
  const { run, at } = nearest, letters = run.firstChild;
  const there = { x: Math.min(Math.max(x, at.left + 1), at.right - 1), y: Math.min(Math.max(y, at.top + 1), at.bottom - 1) };
  const found = document.caretPositionFromPoint?.(there.x, there.y);
  if (found?.offsetNode === letters) return [letters, found.offset];
  return [letters, x > (at.left + at.right) / 2 ? letters.length : 0];
}

document.addEventListener("mousedown", (event) => {
  if (event.button || event.detail > 1 || event.shiftKey || !event.target.closest?.("#pages .layer")) return;
  const caret = caretAt(event.clientX, event.clientY);
  if (!caret) return;
  event.preventDefault();
  dragging = true;
  one("#pages").focus({ preventScroll: true });
  getSelection().setPosition(...caret);
});
document.addEventListener("mousemove", (event) => {
  dragging &&= Boolean(event.buttons & 1) && Boolean(layer());
  if (!dragging) return;
  event.preventDefault();
  const panel = one("#pages"), at = panel.getBoundingClientRect();
  if (event.clientY > at.bottom) panel.scrollTop += 24;
  else if (event.clientY < at.top) panel.scrollTop -= 24;
  const caret = caretAt(event.clientX, event.clientY);
  if (caret) getSelection().extend(...caret);
});
document.addEventListener("mouseup", () => { dragging = false; });

// The words lie above the marks: a click on them is one on the quote that they stand in.
function quoteUnder({ clientX: x, clientY: y }) {
  return all("#pages .box.quote").find((box) => {
    const at = box.getBoundingClientRect();
    return at.left <= x && x <= at.right && at.top <= y && y <= at.bottom;
  });
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest?.(selector);
  if (on("[data-copy-selected]")) copySelected();
  else if (on("[data-ask-selected]")) askAboutSelected();
  else if (on("#pages .layer") && getSelection().isCollapsed) {
    const found = quoteUnder(event);
    if (found) choose(found.dataset.quote);
  }
});
