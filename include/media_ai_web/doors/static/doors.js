// Airflow keeps the person's choice of colours; before the first one, the system's counts.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch { /* no storage: the system's colours */ }

addEventListener("DOMContentLoaded", () => {
  // One click is one account.
  for (const form of document.forms) form.addEventListener("submit", () => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
});
// Back from the next page: the form can be sent again.
addEventListener("pageshow", () => { for (const button of document.querySelectorAll("button")) button.disabled = false; });
