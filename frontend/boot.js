// Before the first paint: theme and width of the menu, as the user left them.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
root.dataset.theme = localStorage.getItem("tw-theme") || (dark ? "dark" : "light");
if (localStorage.getItem("tw-side") === "mini" && innerWidth > 820) root.dataset.side = "mini";
