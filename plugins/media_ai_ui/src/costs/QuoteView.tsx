import { Box, Flex, Table } from "@chakra-ui/react";
import type { Quote } from "../api/costs";
import { count, money, span } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";

/** What a task, or all tasks of a source, will probably use, take and cost. */
export function QuoteView({ quote }: { quote: Quote }) {
  const words = useWords().costs;
  const all = useWords();
  const language = useLanguage();
  const asking = quote.nodes.filter((node) => node.calls > 0);
  const tokens = quote.input_tokens + quote.output_tokens;
  const sound = quote.audio_seconds > 0 ? ` + ${span(quote.audio_seconds, language)}` : "";
  return (
    <Box aria-label={words.quote} borderColor="border" borderRadius="md" borderWidth={1} p={3} role="region">
      <Flex columnGap={8} rowGap={2} wrap="wrap">
        <Figure name={words.cost} value={quote.cost === null ? (quote.calls > 0 ? words.unknown : words.free) : money(quote.cost, quote.currency, language)} />
        <Figure name={words.tokens} value={count(Math.round(tokens), language) + sound} />
        <Figure name={words.minutes} value={quote.minutes === null ? words.unknown : span(quote.minutes * 60, language)} />
        {quote.videos !== 1 && <Figure name={all.create.source} value={words.videos(count(quote.videos, language))} />}
      </Flex>
      <Box color="fg.muted" fontSize="xs" mt={2}>{words.basis[quote.basis]}</Box>
      {quote.unpriced_models.length > 0 && <Box color="fg.warning" fontSize="xs" overflowWrap="anywhere">{words.noPrice(quote.unpriced_models.join(", "))}</Box>}
      {asking.length > 0 && (
        <Box mt={2} overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {asking.map((node) => (
                <Table.Row bg="transparent" key={node.node_id}>
                  <Table.Cell ps={0}>{node.node_id}<Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{node.models.join(", ")}</Box></Table.Cell>
                  <Table.Cell color="fg.muted" fontSize="sm" textAlign="end">{all.tasks.tokens(count(Math.round(node.input_tokens + node.output_tokens), language))}</Table.Cell>
                  <Table.Cell fontSize="sm" pe={0} textAlign="end" whiteSpace="nowrap">{node.cost === null ? "—" : money(node.cost, quote.currency, language)}</Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
    </Box>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return <Box><Box color="fg.muted" fontSize="xs">{name}</Box><Box fontSize="lg" fontVariantNumeric="tabular-nums" fontWeight="semibold">{value}</Box></Box>;
}
