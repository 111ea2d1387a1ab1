// Draws strips of tokens coloured by value. Everything shown is in `data` (see heatmap.py).

const LEAST_HEIGHT = 60; // pixels of an excerpt, with its heading and a line of tokens
const REST_AFTER = 100; // milliseconds
const SPARE = 2; // excerpts: another neuron's may be shorter
const memory = new WeakMap(); // parentElement -> what must outlive a redraw

export default function (component) {
  const { parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".nv-root");
  if (!root || !component.data) return undefined;
  const data = component.data.text ? JSON.parse(component.data.text) : component.data;
  const view = { data, root, kept: remembered(parentElement), send: setTriggerValue, seen: viewOf(data), pinned: null };
  Object.assign(view, { drawn: 0, near: Math.ceil(window.innerHeight / LEAST_HEIGHT), rest: [] });
  view.tip = newTip();
  view.tools = newToolbar();
  view.sheet = document.createElement("style");
  view.head = make("div", "");
  recolour(view);
  root.classList.toggle("nv-pickable", Boolean(data.pickable));
  root.classList.toggle("nv-glance", Boolean(data.length));
  const held = focusedIn(root);
  view.room = held || isScrolled(root) ? Infinity : (view.kept.fits ?? view.near);
  const groups = data.groups.map((group, index) => groupOf(view, group, index));
  root.replaceChildren(view.sheet, view.head, view.tools, ...groups, view.tip);
  dress(view);
  listen(view);
  focusAgain(root, held);
  if (view.rest.length) setTimeout(() => drawRest(view), REST_AFTER);
  view.kept.hide = (event) => away(view, event);
  view.kept.follow = () => follow(view);
  return () => forget(parentElement);
}

function recolour(view) {
  view.palette = paletteOf(view.root);
  view.sheet.textContent = sheetOf(view.palette);
  view.head.replaceChildren(legend(view));
}

// What a screen cannot hold is drawn a moment later, so that what it holds is there sooner: who steps from neuron to
// neuron sees the first excerpts. A step that comes before leaves the others out.
function drawRest(view) {
  if (view.root.nvView !== view || !view.root.isConnected) return;
  const isSeen = view.root.getClientRects().length > 0; // not in a tab that is hidden
  if (isSeen) view.kept.fits = SPARE + inWindow([...view.root.getElementsByClassName("nv-entry")]);
  for (const draw of view.rest.splice(0)) draw();
}

function inWindow(entries) {
  const beyond = entries.findIndex((entry) => entry.getBoundingClientRect().top > window.innerHeight);
  return beyond < 0 ? entries.length : beyond;
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
