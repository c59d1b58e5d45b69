/** Read a table: commas or semicolons, quotes as RFC 4180 has them, the first line names the columns. */
export function readTable(text: string): Record<string, string>[] {
  const rows = cells(text.replace(/^\uFEFF/, ""));
  const [head = [], ...lines] = rows.filter((row) => row.some((cell) => cell.trim()));
  return lines.map((row) => Object.fromEntries(head.map((name, index) => [name.trim(), (row[index] ?? "").trim()])));
}

function cells(text: string): string[][] {
  const mark = (text.split(/\r?\n/, 1)[0]!.match(/;/g)?.length ?? 0) > (text.split(/\r?\n/, 1)[0]!.match(/,/g)?.length ?? 0) ? ";" : ",";
  const rows: string[][] = [[]];
  let cell = "";
  let isQuoted = false;
  const end = () => { rows.at(-1)!.push(cell); cell = ""; };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') { cell += '"'; at++; } else isQuoted = false;
    } else if (letter === '"' && cell === "") isQuoted = true;
    else if (letter === mark) end();
    else if (letter === "\n") { end(); rows.push([]); } else if (letter !== "\r") cell += letter;
  }
  end();
  return rows;
}

/** Write a table as RFC 4180 has it. */
export const writeTable = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => row.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")).join("\n");
