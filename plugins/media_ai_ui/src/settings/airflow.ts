import type { Preferences } from "../api/settings";

const TAGS = { en: "en", zh: "zh-CN" } as const;

/** Have Airflow's own pages follow what a person chose: they keep both in the browser. */
export function followInAirflow(own: Preferences): void {
  if (own.timezone) localStorage.setItem("timezone", JSON.stringify(own.timezone));
  if (own.page_language) localStorage.setItem("i18nextLng", TAGS[own.page_language]);
}
