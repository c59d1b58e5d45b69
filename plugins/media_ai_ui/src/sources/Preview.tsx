import { Box, Button, Flex, Heading } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import { type Quote, quoteSource } from "../api/costs";
import { Problem } from "../api/problem";
import { type Found, type Look, previewSource, type Window } from "../api/sources";
import { QuoteView } from "../costs/QuoteView";
import { bytes } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { ProblemNote } from "../parts/states";
import { When } from "../parts/When";
import { Counts } from "./Counts";

/** What a look would find, and what its tasks would take; nothing is recorded or started. */
export function Preview({ source, window }: { source: string; window: Window | null }) {
  const { sources: words } = useWords();
  const [look, setLook] = useState<Look>();
  const [quote, setQuote] = useState<Quote>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<"look" | "quote">();
  const about = JSON.stringify(window);
  useEffect(() => { setLook(undefined); setQuote(undefined); setProblem(undefined); }, [about]);
  const run = async (what: "look" | "quote") => {
    setBusy(what);
    setProblem(undefined);
    try {
      if (what === "look") setLook(await previewSource(source, window));
      else setQuote(await quoteSource(source, window));
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <Box as="section" aria-label={words.preview}>
      <Flex align="center" gap={2} wrap="wrap">
        <Button colorPalette="gray" loading={busy === "look"} size="xs" variant="outline" onClick={() => void run("look")}>{words.find}</Button>
        <Button colorPalette="gray" loading={busy === "quote"} size="xs" variant="outline" onClick={() => void run("quote")}>{words.quote}</Button>
        <Box color="fg.muted" fontSize="sm">{words.previewHint}</Box>
      </Flex>
      <Box aria-live="polite">
        {problem && <Box mt={2}><ProblemNote problem={problem} /></Box>}
        {look && <Box mt={3}><Counts counts={look.counts} empty={words.nothingYet} /><FoundList files={look.new} name="new" /><FoundList files={look.renamed} name="renamed" /><FoundList files={look.refused} name="refused" /></Box>}
        {quote && <Box mt={3}><QuoteView quote={quote} /></Box>}
      </Box>
    </Box>
  );
}

function FoundList({ name, files }: { name: string; files: readonly Found[] }) {
  const words = useWords().sources;
  const language = useLanguage();
  if (files.length === 0) return null;
  return (
    <Box mt={3}>
      <Heading as="h3" fontSize="sm" mb={1}>{words.counts[name]}</Heading>
      <Box as="ul" maxH="18rem" overflowY="auto">
        {files.map((file) => (
          <Box as="li" borderColor="border" borderTopWidth={1} fontSize="sm" key={file.address} listStyleType="none" overflowWrap="anywhere" py={1}>
            {file.address} <Box as="span" color="fg.muted" fontSize="xs">{file.video_id && `${file.video_id} · `}{bytes(file.size, language)} · <When at={file.modified_at} /></Box>
            {file.reason && <Box color="fg.warning" fontSize="xs">{file.reason}</Box>}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
