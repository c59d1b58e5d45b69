/** Languages that are offered; the API takes any BCP 47 tag. */
export const OUTPUT_LANGUAGES: readonly string[] = [
  "en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "uk", "tr", "ar", "he", "fa", "hi", "bn", "ur", "th", "vi", "id", "ms", "sv",
];

/** Name a language in the page's: "German (de)". */
export function languageName(tag: string, page: string): string {
  try {
    return `${new Intl.DisplayNames([page], { type: "language" }).of(tag) ?? tag} (${tag})`;
  } catch {
    return tag;
  }
}
