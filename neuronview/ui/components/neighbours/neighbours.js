// Draws a neighbour as soon as it is asked for: its name and its heat maps are here already; all else of its page, which
// the server sends, is hidden until it comes. Draws nothing of its own.

const HELD = 16; // neurons
const PATIENCE = 5000; // milliseconds after which a neighbour that was asked for is taken back
const MORE = "more"; // what the page still waits for then, as frame.css knows it
const TITLE = ".st-key-neuron_head h1";
const BUTTON = ".st-key-neuron_steps button:not([disabled])";

export default function (component) {
  const held = (window.nvNeighbours ??= listening());
  const { data } = component;
  if (!data) return undefined;
  if (held.of !== data.of) held.maps.clear();
  const own = { neuron: data.neuron, maps: {} };
  if (data.isOpen) window.dispatchEvent(new CustomEvent("neuronview-own", { detail: own })); // heat maps add their own
  for (const [neuron, maps] of Object.entries({ [own.neuron]: own.maps, ...data.maps })) {
    held.maps.delete(neuron);
    if (maps.all && maps.glance) held.maps.set(neuron, maps);
  }
  while (held.maps.size > HELD) held.maps.delete(held.maps.keys().next().value);
  const isNew = held.page !== data.page; // else it was only rendered anew
  Object.assign(held, { page: data.page, of: data.of, at: data.neuron, near: data.near, isOpen: data.isOpen });
  if (isNew) showOwn(held);
  return () => {
    Object.assign(held, { page: null, at: null, isOpen: false });
    showOwn(held);
  };
}

function listening() {
  const held = { maps: new Map(), page: null, of: null, at: null, near: {}, isOpen: false, timer: 0 };
  window.addEventListener("neuronview-step", ({ detail }) => show(held, `${detail.layer}:${detail.neuron}`));
  window.addEventListener("neuronview-confirmed", ({ detail }) => {
    // The explanation stands before the heat maps beside it, so it is there too.
    if (detail === "glance" && document.body.dataset.nvAhead) document.body.dataset.nvAhead = MORE;
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest(BUTTON);
    const place = button && button.closest("[class*='st-key-neuron_']").className.match(/st-key-neuron_(\w+)/);
    if (place && held.near[place[1]]) show(held, held.near[place[1]]);
  });
  return held;
}

function show(held, neuron) {
  const maps = held.maps.get(neuron);
  if (!held.isOpen || !maps || !name(neuron)) return;
  document.body.dataset.nvAhead = neuron;
  window.dispatchEvent(new CustomEvent("neuronview-ahead", { detail: maps }));
  clearTimeout(held.timer);
  held.timer = setTimeout(() => showOwn(held), PATIENCE);
}

// The texts alone are changed: the elements are React's, which compares with what it has written itself. It may have
// written the colon and what follows by itself, since a name between two of them would be an emoji.
function name(neuron) {
  const title = document.querySelector(TITLE);
  const words = title ? textsOf(title) : [];
  const parts = words.length === 2 ? neuron.split(/(?=:)/) : [neuron];
  if (!words.length || words.length !== parts.length) return false;
  words.forEach((text, place) => (text.nodeValue = (place ? "" : "Neuron ") + parts[place]));
  return true;
}

function textsOf(element) {
  const found = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

// What the server has sent: the page that was asked for, or, where no answer came, the one before.
function showOwn(held) {
  clearTimeout(held.timer);
  window.dispatchEvent(new CustomEvent("neuronview-ahead", { detail: null }));
  if (held.at) name(held.at);
  delete document.body.dataset.nvAhead;
}
