import { Badge, Box, Flex } from "@chakra-ui/react";
import type { ReactNode } from "react";
import type { Deletion } from "../api/deletions";
import { bytes, count } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { When } from "../parts/When";

/** What the record says of each part; a part that is not done yet is absent. */
interface Proof {
  airflow?: { was_there: boolean; is_gone: boolean };
  rows?: { removed: Record<string, number>; left: number };
  uploads?: readonly { outcome: string; is_gone?: boolean }[];
  results?: { removed: number; kept: number };
  blobs?: { removed: number; bytes: number; kept: number; still_there: number };
  services?: readonly { service?: string; id?: string; outcome?: string; is_gone?: boolean }[];
}

const PALETTES: Record<string, string> = { done: "success", waiting: "warning", begun: "failed" };

export function DeletionBadge({ state }: { state: string }) {
  const words = useWords().deletion;
  return <Badge colorPalette={PALETTES[state] ?? "gray"} size="sm" variant="subtle">{words.states[state] ?? state}</Badge>;
}

/** The proof of a deletion: for each part what was removed, and what looking for it afterwards found. */
export function ProofView({ deletion }: { deletion: Deletion }) {
  const words = useWords().deletion;
  return (
    <Box as="section" aria-label={words.proofOf(deletion.run_id)} fontSize="sm">
      <Flex align="center" columnGap={2} rowGap={1} wrap="wrap"><DeletionBadge state={deletion.state} /><Box overflowWrap="anywhere">{deletion.dag_id} · {deletion.run_id}</Box></Flex>
      <Box color="fg.muted" fontSize="xs" mt={1}><When at={deletion.requested_at} /> {words.by(deletion.requested_by)}{deletion.reason && ` · ${deletion.reason}`}</Box>
      <Box mt={2}>{words.stateHints[deletion.state]}</Box>
      <Parts deletion={deletion} />
      <Box asChild color="fg.muted" fontSize="xs" mt={2}>
        <details>
          <summary>{words.data}</summary>
          <Box as="pre" fontFamily="mono" maxH="14rem" overflow="auto" tabIndex={0} whiteSpace="pre-wrap">{JSON.stringify(deletion.proof, null, 1)}</Box>
        </details>
      </Box>
    </Box>
  );
}

function Parts({ deletion }: { deletion: Deletion }) {
  const words = useWords().deletion;
  const language = useLanguage();
  const { airflow, rows, uploads, results, blobs, services } = deletion.proof as Proof;
  const shown = (value: number) => count(value, language);
  const list = (...said: (string | false | undefined)[]) => said.filter(Boolean).join(", ");
  const gone = (isGone: boolean | undefined) => (isGone === false ? words.stillThere : words.gone);
  const facts: [string, ReactNode][] = [];
  if (airflow) facts.push(["airflow", airflow.was_there ? gone(airflow.is_gone) : words.wasNone]);
  if (rows) facts.push(["rows", list(words.removed(shown(Object.values(rows.removed).reduce((sum, each) => sum + each, 0))), words.left(shown(rows.left)))]);
  if (uploads) facts.push(["uploads", uploads.length ? uploads.map((each, index) => <Box key={index}>{each.is_gone === undefined ? each.outcome : gone(each.is_gone)}</Box>) : words.none]);
  if (results) facts.push(["results", list(words.removed(shown(results.removed)), results.kept > 0 && words.kept(shown(results.kept)))]);
  if (blobs) facts.push(["blobs", list(`${words.removed(shown(blobs.removed))} (${bytes(blobs.bytes, language)})`, blobs.kept > 0 && words.kept(shown(blobs.kept)), blobs.still_there > 0 && `${shown(blobs.still_there)} ${words.stillThere}`)]);
  if (services?.length) facts.push(["services", services.map((each, index) => <Box key={index}>{list([each.service, each.id].filter(Boolean).join(" "), each.outcome, each.is_gone !== undefined && gone(each.is_gone))}</Box>)]);
  const toDo = new Set(deletion.left);
  for (const part of deletion.left) if (!facts.some(([name]) => name === part)) facts.push([part, ""]);
  return (
    <Box as="dl" mt={2}>
      {facts.map(([part, said]) => (
        <Flex borderBottomWidth={1} borderColor="border" gap={3} justify="space-between" key={part} py={1}>
          <Box as="dt" color="fg.muted" flexShrink={0}>{words.parts[part] ?? part}</Box>
          <Box as="dd" overflowWrap="anywhere" textAlign="end">{said} {toDo.has(part) && <Badge colorPalette="warning" size="sm" variant="subtle">{words.toDo}</Badge>}</Box>
        </Flex>
      ))}
    </Box>
  );
}
