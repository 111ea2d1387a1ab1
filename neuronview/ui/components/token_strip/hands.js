// Pointer, touch and keys: one listener of each kind for all tokens.

function listen(view) {
  const { root } = view;
  root.onpointerover = (event) => {
    const token = tokenAt(event);
    if (token && !view.pinned && event.pointerType !== "touch") showTip(view, token);
  };
  root.onpointerleave = (event) => {
    if (!view.pinned && event.pointerType !== "touch") hideTip(view);
  };
  root.onkeydown = (event) => onKey(view, event);
  root.onclick = (event) => onClick(view, event);
  root.nvView = view; // focusin has no "on" property: one listener that looks up the latest view
  if (root.nvListening) return;
  root.nvListening = true;
  root.addEventListener("focusin", (event) => describe(root.nvView, tokenAt(event)));
  root.addEventListener("focusout", (event) => {
    const { tip, pinned } = root.nvView;
    const next = event.relatedTarget;
    if (pinned ? tip.contains(event.target) && next && !tip.contains(next) : tokenAt(event)) hideTip(root.nvView);
  });
  // In the end, when the theme's colours have changed: see the transition in strip.css.
  root.addEventListener("transitionend", (event) => {
    if (event.target === root) recolour(root.nvView);
  });
}

function tokenAt(event) {
  return event.target instanceof Element ? event.target.closest(".nv-token") : null;
}

function describe(view, token) {
  if (!token) return;
  const stop = token.parentElement.querySelector('[tabindex="0"]');
  if (stop) stop.tabIndex = -1;
  token.tabIndex = 0; // one tab stop a strip: where the visitor was last
  token.setAttribute("aria-label", spoken(view, token));
  if (view.pinned !== token) showTip(view, token);
}

function onClick(view, event) {
  const token = tokenAt(event);
  if (token) return pick(view, token, { focus: false });
  const { target } = event;
  if (target instanceof Element && target.closest(".nv-dots")) unfold(view, target.closest(".nv-strip"));
  else if (!view.tip.contains(target)) hideTip(view);
  return undefined;
}

function onKey(view, event) {
  if (event.key === "Escape" && view.pinned) return release(view, event);
  const token = tokenAt(event);
  if (!token || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const { tokens } = token.parentElement.nvAt;
  const at = tokens.indexOf(token);
  const aims = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tokens.length - 1 };
  if (event.key in aims) {
    const aim = tokens[Math.max(0, Math.min(tokens.length - 1, aims[event.key]))];
    if (aim.hidden) unfold(view, token.parentElement);
    unpin(view);
    aim.focus();
  } else if (event.key === "Enter" || event.key === " ") {
    pick(view, token, { focus: true });
  } else if (event.key === "Escape") {
    hideTip(view);
  } else {
    return undefined;
  }
  event.preventDefault();
  event.stopPropagation();
  return undefined;
}

function release(view, event) {
  const token = view.pinned;
  hideTip(view);
  token.focus({ preventScroll: true });
  hideTip(view); // the focus would tell of the token again
  event.preventDefault();
  event.stopPropagation();
}

// A click chooses the token where the page asks for one, else it offers what can be done with it.
function pick(view, token, { focus }) {
  const { group, place, position } = placeOf(token);
  if (view.data.pickable) {
    showTip(view, token);
    view.send("picked", [group, place, position]);
  } else if (view.pinned === token && !focus) {
    hideTip(view);
  } else {
    pin(view, token, { focus });
  }
}

// A redraw (after a choice) replaces the tokens: the one that had the focus gets it back.
function focusedIn(root) {
  const active = root.getRootNode().activeElement;
  const token = active && root.contains(active) ? active.closest(".nv-token") : null;
  if (!token) return null;
  const strips = [...root.getElementsByClassName("nv-strip")];
  return { strip: strips.indexOf(token.parentElement), position: token.dataset.position };
}

function focusAgain(root, held) {
  const strip = held && root.getElementsByClassName("nv-strip")[held.strip];
  const token = strip && strip.nvAt.tokens[held.position];
  if (token) token.focus({ preventScroll: true });
}

// --- scrolling -------------------------------------------------------------------------------------------------------

const scrolled = new Set(); // parts of the page, and the page itself, that are not at their top

document.addEventListener("scroll", ({ target }) => noteScroll(target), { capture: true, passive: true });

function noteScroll(target) {
  const part = target === document ? document.scrollingElement : target;
  if (part.scrollTop > 0) scrolled.add(part);
  else scrolled.delete(part);
}

// To look at where it is now would have the browser lay out the page in the midst of a change.
function isScrolled(root) {
  const host = root.getRootNode().host || root;
  for (const part of scrolled) if (!part.isConnected) scrolled.delete(part);
  return [...scrolled].some((part) => part.contains(host));
}
