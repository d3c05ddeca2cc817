// Before the first paint, so that a dark page never flashes light. A file of its own because the
// page's Content-Security-Policy forbids inline scripts. The key is Mantine's.
try {
  const kept = localStorage.getItem("mantine-color-scheme-value");
  const dark =
    kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
} catch {
  // Storage may be forbidden: light it is.
}
