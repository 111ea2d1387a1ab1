// An address that only says in full what a page showed anyway is no step: back would lead to the same page again.

const IDENTITY = ["dataset", "layer", "neuron", "text"];

function completes(before, after) {
  const [old, now] = [before.searchParams, after.searchParams];
  const named = (place) => IDENTITY.some((name) => place.has(name));
  return (
    before.pathname === after.pathname &&
    (!named(old) || before.search === after.search) &&
    named(now) &&
    [...old].every(([name, value]) => now.get(name) === value)
  );
}

function keepHistoryShort() {
  if (history.nvPush) return;
  history.nvPush = history.pushState;
  history.pushState = function (state, title, address) {
    const before = new URL(location.href);
    const how = address && completes(before, new URL(address, before)) ? "replaceState" : "nvPush";
    return history[how](state, title, address);
  };
}
