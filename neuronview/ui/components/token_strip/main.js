// Draws strips of tokens coloured by value. Everything shown is in `data` (see heatmap.py).

const FIRST_FRAME = 12; // excerpts: more than a screen holds
const memory = new WeakMap(); // parentElement -> what must outlive a redraw

export default function (component) {
  const { parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".nv-root");
  if (!root || !component.data) return undefined;
  const data = component.data.text ? JSON.parse(component.data.text) : component.data;
  const view = { data, root, kept: remembered(parentElement), send: setTriggerValue, seen: viewOf(data), pinned: null };
  view.tip = newTip();
  view.tools = newToolbar();
  view.sheet = document.createElement("style");
  view.head = make("div", "");
  recolour(view);
  root.classList.toggle("nv-pickable", Boolean(data.pickable));
  root.classList.toggle("nv-glance", Boolean(data.length));
  const held = focusedIn(root);
  const isNew = !root.childElementCount;
  const groups = data.groups.map((group, index) => groupOf(view, group, index));
  root.replaceChildren(view.sheet, view.head, view.tools, ...groups, view.tip);
  keepForLater(root, isNew);
  dress(view);
  listen(view);
  focusAgain(root, held);
  view.kept.hide = (event) => away(view, event);
  view.kept.follow = () => follow(view);
  return () => forget(parentElement);
}

function recolour(view) {
  view.palette = paletteOf(view.root);
  view.sheet.textContent = sheetOf(view.palette);
  view.head.replaceChildren(legend(view));
}

// The first frame has the first excerpts only, at their true height: the others are there, of a guessed height until
// they come into view, and are laid out in the next one.
function keepForLater(root, isNew) {
  const later = [...root.getElementsByClassName("nv-entry")].slice(FIRST_FRAME);
  for (const entry of later) entry.classList.add("nv-far");
  if (!isNew) return;
  for (const entry of later) entry.classList.add("nv-later");
  requestAnimationFrame(() => setTimeout(() => later.forEach((entry) => entry.classList.remove("nv-later"))));
}

function remembered(parentElement) {
  let kept = memory.get(parentElement);
  if (!kept) {
    kept = { open: new Set(), unfolded: new Set(), hide: () => {}, follow: () => {} };
    kept.onAway = (event) => kept.hide(event);
    kept.onWish = () => kept.follow();
    document.addEventListener("scroll", kept.onAway, { capture: true, passive: true });
    document.addEventListener("pointerdown", kept.onAway, { capture: true, passive: true });
    window.addEventListener(KEPT, kept.onWish);
    memory.set(parentElement, kept);
  }
  return kept;
}

// A tip goes when the page moves under it, or when somebody clicks elsewhere.
function away(view, event) {
  if (event.type === "scroll" || !event.composedPath().includes(view.root)) hideTip(view);
}

function forget(parentElement) {
  const kept = memory.get(parentElement);
  if (!kept) return;
  document.removeEventListener("scroll", kept.onAway, { capture: true });
  document.removeEventListener("pointerdown", kept.onAway, { capture: true });
  window.removeEventListener(KEPT, kept.onWish);
  memory.delete(parentElement);
}
