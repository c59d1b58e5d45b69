import { useSyncExternalStore } from "react";
import { usePreferences } from "./preferences";
import { en, type Dictionary } from "./words.en";
import { zh } from "./words.zh";

/** Follow the language that Airflow's page is in: it sets `lang` on the document. */
function watchPage(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["lang", "class"] });
  return () => observer.disconnect();
}

/** What Airflow has kept is right at once; the document's `lang` may follow late. */
const pageLanguage = () => localStorage.getItem("i18nextLng") ?? (document.documentElement.lang || "en");

/** The language that the person chose for our pages, else that of Airflow's. */
export function useLanguage(): string {
  const airflows = useSyncExternalStore(watchPage, pageLanguage);
  const chosen = usePreferences().page_language;
  // Airflow's own tag says more (zh-CN) where both are the same language.
  return chosen && !airflows.toLowerCase().startsWith(chosen) ? chosen : airflows;
}

export const useIsDark = () => useSyncExternalStore(watchPage, () => document.documentElement.classList.contains("dark"));

/** Return our words in the page's language; English where we have none. */
export function useWords(): Dictionary {
  return useLanguage().toLowerCase().startsWith("zh") ? zh : en;
}
