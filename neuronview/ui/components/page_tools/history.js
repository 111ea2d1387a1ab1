// An address that only says in full what a page showed anyway is no step: back would lead to the same page again.

const SUBJECT = ["layer", "neuron", "text"];

function completes(before, after) {
  const [old, now] = [before.searchParams, after.searchParams];
  // A dataset alone may be another one than was shown: that is a step, unless the page was only just opened.
  const subject = before.href === history.nvOpened ? ["dataset", ...SUBJECT] : SUBJECT;
  const named = (place) => subject.some((name) => place.has(name));
  const kept = [...old].every(([name, value]) => now.get(name) === value);
  return before.pathname === after.pathname && !named(old) && named(now) && kept;
}

// A link to another page makes Streamlit write the new parameters onto the page that is left, and only then go: the
// step in between was never a place, and what the left page showed would be lost behind it.
function onTheWay(before, after) {
  return before.pathname !== after.pathname && before.search === after.search && before.href === history.nvWritten;
}

// Where one act, such as a box over a chart, sets several parameters, Streamlit writes them one after the other: what
// is in between was never chosen.
function goesOn(before, after) {
  return before.pathname === after.pathname && before.href === history.nvWritten;
}

function keepHistoryShort() {
  if (history.nvPush) return;
  history.nvPush = history.pushState;
  history.pushState = function (state, title, address) {
    const before = new URL(location.href);
    const after = address ? new URL(address, before) : before;
    const wasOnTheWay = onTheWay(before, after);
    const wentOn = goesOn(before, after);
    const completed = history.nvCompleted;
    history.nvWritten = before.pathname === after.pathname ? after.href : null;
    history.nvCompleted = wentOn ? completed : null;
    const completing = completes(before, after);
    if (before.pathname !== after.pathname) history.nvOpened = after.href;
    if (wasOnTheWay && completed) {
      // What seemed to complete the address belongs to the next page: the page that is left gets its own back.
      history.replaceState(completed.state, "", completed.href);
      return history.nvPush(state, title, address);
    }
    if (completing) {
      history.nvCompleted = { state: history.state, href: before.href };
      return history.replaceState(state, title, address);
    }
    const replaces = wasOnTheWay || wentOn;
    return replaces ? history.replaceState(state, title, address) : history.nvPush(state, title, address);
  };
  for (const done of ["pointerdown", "keydown", "popstate"]) {
    window.addEventListener(done, () => (history.nvWritten = history.nvOpened = null), true);
  }
}
