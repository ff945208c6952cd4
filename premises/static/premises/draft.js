// Keeps a draft as it is typed, and shows the server's clock near the closing.
// Without this script the same form is saved by its button and the clock stands as of the page.

const form = document.querySelector("form[data-autosave]");
const said = document.querySelector("[data-autosave-said]");
const PAUSE = 1500; // ms after the last key

if (form) {
  let timer = 0;
  let running = false;
  let again = false;
  const revision = form.elements.namedItem("revision");
  const say = (text, tone = "") => {
    said.textContent = text;
    said.dataset.tone = tone;
  };
  const save = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const body = await answer.json();
      if (answer.ok) revision.value = body.revision;
      say(body.message, answer.ok ? "ok" : "stop");
      if (answer.status === 409) form.dataset.stale = "yes"; // the button shows both versions
    } catch {
      say(form.dataset.offline, "stop");
      timer = setTimeout(save, 10 * PAUSE);
    } finally {
      running = false;
      if (again) {
        again = false;
        timer = setTimeout(save, PAUSE);
      }
    }
  };
  form.addEventListener("input", () => {
    if (form.dataset.stale) return;
    clearTimeout(timer);
    say(form.dataset.unsaved);
    timer = setTimeout(save, PAUSE);
  });
  addEventListener("pagehide", () => {
    // Leaving within the pause: the browser carries the last words by itself.
    if (!timer || form.dataset.stale || form.dataset.sent || !said.textContent) return;
    if (said.dataset.tone !== "") return;
    navigator.sendBeacon(form.dataset.autosave, new FormData(form));
  });
}

// The clock is the server's: what the page brought, plus what this computer counted since. The
// person's own clock may be wrong and is never asked.
const clock = document.querySelector("[data-server-now]");
if (clock) {
  const began = Date.parse(clock.dataset.serverNow);
  const since = performance.now();
  const two = (number) => String(number).padStart(2, "0");
  const zone = new Intl.DateTimeFormat("pl-PL", {
    timeZone: "Europe/Warsaw",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const closes = Date.parse(clock.dataset.closes);
  const left = document.querySelector("[data-left]");
  const tick = () => {
    const at = began + performance.now() - since;
    clock.textContent = zone.format(at);
    if (left && closes) {
      const seconds = Math.max(0, Math.floor((closes - at) / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      if (hours < 24) left.textContent = `${hours}:${two(minutes)}:${two(seconds % 60)}`;
    }
  };
  tick();
  setInterval(tick, 1000);
}
