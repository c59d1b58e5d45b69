import { Box, Button, Field, Flex, Input } from "@chakra-ui/react";
import { useState } from "react";
import { type Quote, quoteTask, readPrices } from "../api/costs";
import { Problem } from "../api/problem";
import type { Overrides } from "../api/tasks";
import { QuoteView } from "../costs/QuoteView";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { ProblemNote } from "../parts/states";

/** A quote, and what it was made of. */
export interface Quoted {
  about: string;
  quote: Quote;
}

interface Props {
  workflow: string;
  input: { video: string; subtitles?: string } | undefined;
  overrides: Overrides;
  about: string;
  quoted: Quoted | undefined;
  onQuoted: (quoted: Quoted) => void;
  budget: string;
  onBudget: (budget: string) => void;
}

/** Say what the task will take before it is started, and let it be limited. */
export function QuotePart({ workflow, input, overrides, about, quoted, onQuoted, budget, onBudget }: Props) {
  const words = useWords().costs;
  const prices = useLoad(readPrices, []);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      onQuoted({ about, quote: await quoteTask(workflow, input!, overrides) });
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  const isStale = quoted !== undefined && quoted.about !== about;
  return (
    <Box>
      <Flex align="center" gap={3} mb={2} wrap="wrap">
        <Button colorPalette="gray" disabled={!input} loading={isBusy} size="sm" variant="outline" onClick={() => void ask()}>{quoted ? words.quoteAgain : words.quoteButton}</Button>
        <Box color={isStale ? "fg.warning" : "fg.muted"} fontSize="sm" role="status">{isStale ? words.stale : words.quoteHint}</Box>
      </Flex>
      {problem && <ProblemNote problem={problem} />}
      {quoted && <Box opacity={isStale ? 0.5 : 1}><QuoteView quote={quoted.quote} /></Box>}
      <Field.Root mt={3} maxW="16rem">
        <Field.Label>{words.budget(prices.value?.currency ?? "…")}</Field.Label>
        <Input min={0} size="sm" step="any" type="number" value={budget} onChange={(event) => onBudget(event.target.value)} />
        <Field.HelperText>{words.budgetHint}</Field.HelperText>
      </Field.Root>
    </Box>
  );
}
