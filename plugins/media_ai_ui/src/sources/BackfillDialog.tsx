import { Box, Button, Checkbox, Field, Flex, Input, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { Problem } from "../api/problem";
import { startBackfill } from "../api/sources";
import { useWords } from "../lib/i18n";
import { Choice } from "../parts/Choice";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { Preview } from "./Preview";

type Again = "all" | "failed" | "none";
const DAY_MS = 24 * 3600 * 1000;
const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

/** Take what lies there already: from when to when, and what it would find and cost. */
export function BackfillDialog({ source, name, onClose, onDone }: { source: string; name: string; onClose: () => void; onDone: () => void }) {
  const all = useWords();
  const words = all.sources;
  const [from, setFrom] = useState(day(30));
  const [to, setTo] = useState(day(0));
  const [again, setAgain] = useState<Again>("all");
  const [isBackwards, setBackwards] = useState(false);
  const [atOnce, setAtOnce] = useState("4");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const window = from && to ? { start: `${from}T00:00:00Z`, end: `${to}T00:00:00Z` } : null;
  const start = () => {
    setBusy(true);
    setProblem(undefined);
    startBackfill(source, { ...window!, again, backwards: isBackwards, looks_at_once: Number(atOnce) }).then(onDone, (error: unknown) => setProblem(Problem.of(error))).finally(() => setBusy(false));
  };
  return (
    <Modal
      isOpen size="lg" title={words.backfillTitle(name)} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button><Button colorPalette="brand" disabled={!window} loading={isBusy} size="sm" onClick={start}>{words.backfill}</Button></>}
    >
      <VStack align="stretch" gap={4}>
        <Box color="fg.muted" fontSize="sm">{words.backfillHint}</Box>
        <Flex gap={3} wrap="wrap">
          <Field.Root flex="1" minW="9rem"><Field.Label>{words.from} (UTC)</Field.Label><Input size="sm" type="date" value={from} onChange={(event) => setFrom(event.target.value)} /></Field.Root>
          <Field.Root flex="1" minW="9rem"><Field.Label>{words.to} (UTC)</Field.Label><Input size="sm" type="date" value={to} onChange={(event) => setTo(event.target.value)} /></Field.Root>
        </Flex>
        <Field.Root><Field.Label>{words.again}</Field.Label><Choice label={words.again} options={Object.entries(words.agains)} value={again} width="full" onChange={(value) => setAgain(value as Again)} /></Field.Root>
        <Flex align="end" gap={4} wrap="wrap">
          <Field.Root maxW="12rem"><Field.Label>{words.atOnce}</Field.Label><Input max={32} min={1} size="sm" type="number" value={atOnce} onChange={(event) => setAtOnce(event.target.value)} /></Field.Root>
          <Checkbox.Root checked={isBackwards} colorPalette="brand" mb={1.5} size="sm" onCheckedChange={({ checked }) => setBackwards(checked === true)}><Checkbox.HiddenInput /><Checkbox.Control /><Checkbox.Label>{words.backwards}</Checkbox.Label></Checkbox.Root>
        </Flex>
        {window && <Preview source={source} window={window} />}
        {problem && <ProblemNote problem={problem} />}
      </VStack>
    </Modal>
  );
}
