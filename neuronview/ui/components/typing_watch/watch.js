// Reports what is typed into another widget's text area, after a pause. Draws nothing.

const watching = new WeakMap(); // parentElement -> the latest data and the listener

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let kept = watching.get(parentElement);
  if (!kept) {
    kept = { timer: 0 };
    kept.onInput = (event) => heard(kept, event.target);
    // On the document: the text area may be drawn anew, and may come after this.
    document.addEventListener("input", kept.onInput, true);
    watching.set(parentElement, kept);
  }
  kept.data = data;
  kept.send = (value) => setStateValue("typed", value);
  return () => {
    clearTimeout(kept.timer);
    document.removeEventListener("input", kept.onInput, true);
    watching.delete(parentElement);
  };
}

function heard(kept, area) {
  if (!(area instanceof HTMLTextAreaElement) || !area.closest(`.${kept.data.widget}`)) return;
  clearTimeout(kept.timer);
  kept.timer = setTimeout(() => {
    const text = area.value;
    // Half a character, where the cut falls into one, could not be sent.
    const part = text.slice(0, kept.data.most).replace(/[\uD800-\uDBFF]$/, "");
    kept.send({ turn: kept.data.turn, text: part.toWellFormed ? part.toWellFormed() : part, length: text.length });
  }, kept.data.pause);
}
