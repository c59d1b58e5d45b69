/** Return the Markdown of a question as text: the server escapes each mark that comes from a video. */
export const plain = (markdown: string): string =>
  markdown.replace(/\\([!-/:-@[-`{-~])|\*\*|^\* /gm, (found: string, mark: string | undefined) => mark ?? (found === "* " ? "• " : ""));
