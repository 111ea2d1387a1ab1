// Draws strips of tokens coloured by value. Everything shown is in `data` (see heatmap.py).

const LEAST_HEIGHT = 60; // pixels of an excerpt, with its heading and a line of tokens
const REST_AFTER = 100; // milliseconds
const SPARE = 2; // excerpts: another neuron's may be shorter
const memory = new WeakMap(); // parentElement -> what must outlive a redraw

export default function (component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".nv-root");
  if (!root || !data) return undefined;
  const kept = remembered(parentElement);
  kept.given = component;
  kept.own = ({ neuron, maps }) => neuron === data.neuron && (maps[data.part] = data.text);
  kept.ahead = (maps) => drawAhead(root, kept, maps ? maps[data.part] : data.text);
  const end = () => kept.given === component && forget(parentElement);
  if (root.nvView && isOvertaken(data.neuron)) return end;
  if (data.text && data.text === kept.text && root.nvView) confirmed(root.nvView, component);
  else draw(root, kept, data.text ? JSON.parse(data.text) : data, component.setTriggerValue);
  kept.text = data.text;
  return end;
}

// Another neuron is shown ahead of its page (`neighbours`), and this is neither that one nor the one asked for since.
function isOvertaken(neuron) {
  const { nvAhead, nvAsked } = document.body.dataset;
  return Boolean(nvAhead && neuron) && neuron !== nvAhead && neuron !== nvAsked;
}

// Another neuron's, before the server has told of it: until then nothing can be asked of its tokens, and what is below
// the window waits, since the browser has the rest of the page to draw.
function drawAhead(root, kept, text) {
  if (!text || text === kept.text) return;
  kept.text = text;
  const { data, setTriggerValue } = kept.given;
  const isOwn = text === data.text;
  draw(root, kept, JSON.parse(text), isOwn ? setTriggerValue : () => {}, isOwn);
}

// The server tells of what stands there already.
function confirmed(view, component) {
  view.send = component.setTriggerValue;
  restSoon(view);
  window.dispatchEvent(new CustomEvent("neuronview-confirmed", { detail: component.data.part })); // to `neighbours`
}

function draw(root, kept, data, send, isOwn = true) {
  const view = { data, root, kept, send, seen: viewOf(data), pinned: null };
  Object.assign(view, { drawn: 0, near: Math.ceil(window.innerHeight / LEAST_HEIGHT), rest: [] });
  view.tip = newTip();
  view.tools = newToolbar();
  view.sheet = document.createElement("style");
  view.head = make("div", "");
  recolour(view);
  root.classList.toggle("nv-pickable", Boolean(data.pickable));
  root.classList.toggle("nv-glance", Boolean(data.length));
  const held = focusedIn(root);
  view.room = held || isScrolled(root) ? Infinity : (kept.fits ?? view.near);
  const groups = data.groups.map((group, index) => groupOf(view, group, index));
  root.replaceChildren(view.sheet, view.head, view.tools, ...groups, view.tip);
  dress(view);
  listen(view);
  focusAgain(root, held);
  if (isOwn) restSoon(view);
  kept.hide = (event) => away(view, event);
  kept.follow = () => follow(view);
}

function recolour(view) {
  view.palette = paletteOf(view.root);
  view.sheet.textContent = sheetOf(view.palette);
  view.head.replaceChildren(legend(view));
}

// What a screen cannot hold is drawn a moment later, so that what it holds is there sooner: who steps from neuron to
// neuron sees the first excerpts. A step that comes before leaves the others out.
function restSoon(view) {
  if (view.rest.length) setTimeout(() => drawRest(view), REST_AFTER);
}

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
    Object.assign(kept, { ahead: () => {}, own: () => {} });
    kept.onAway = (event) => kept.hide(event);
    kept.onWish = () => kept.follow();
    kept.onAhead = ({ detail }) => kept.ahead(detail);
    kept.onOwn = ({ detail }) => kept.own(detail);
    document.addEventListener("scroll", kept.onAway, { capture: true, passive: true });
    document.addEventListener("pointerdown", kept.onAway, { capture: true, passive: true });
    window.addEventListener(KEPT, kept.onWish);
    window.addEventListener("neuronview-ahead", kept.onAhead); // both by `neighbours`
    window.addEventListener("neuronview-own", kept.onOwn);
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
  window.removeEventListener("neuronview-ahead", kept.onAhead);
  window.removeEventListener("neuronview-own", kept.onOwn);
  memory.delete(parentElement);
}
