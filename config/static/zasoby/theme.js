// The theme before the first paint: a remembered choice, otherwise the system's setting.
// Without storage (private mode, blocked) the choice lasts for the page.
const root = document.documentElement;
const store = {
  get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
  set: (value) => { try { localStorage.setItem("theme", value); } catch { /* for this page only */ } },
};
root.classList.add("js");
if (store.get()) root.dataset.theme = store.get();
addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  store.set(root.dataset.theme);
});
