// Keys of the desk: P accept, T propose another time, O refuse, J and K next and previous request.
// They act only outside fields, never with a modifier, and not at all where the person switched
// them off (data-shortcuts). Everything they do, the buttons and links do too.

const desk = () => document.querySelector("#biurko[data-shortcuts='on']");
const inField = (target) => target.closest("input, select, textarea, [contenteditable]");

const refuse = (button) => {
  const form = button.form;
  const message = form.elements.message;
  const usual = form.elements.usual_reason;
  if (message.value.trim() || usual?.value) button.click();
  else message.focus(); // a refusal needs its reason first
};

const step = (by) => {
  const cases = [...document.querySelectorAll("[data-case]")];
  const at = cases.findIndex((one) => one.getAttribute("aria-current"));
  cases[at + by]?.click();
};

addEventListener("keydown", (event) => {
  if (!desk() || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (inField(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    step(key === "j" ? 1 : -1);
    return;
  }
  const control = document.querySelector(`#sprawa [data-key="${CSS.escape(key)}"]`);
  if (!control) return;
  event.preventDefault();
  if (key === "o") refuse(control);
  else control.click();
});

// After htmx replaced the desk, the focus goes where the reader has to look: to what went wrong,
// else to the case that was opened.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt?.id !== "tresc") return;
  const place = document.querySelector("#biurko [data-focus]") ?? document.querySelector("#sp");
  place?.focus({ preventScroll: Boolean(document.querySelector("#biurko [data-focus]")) === false });
});
