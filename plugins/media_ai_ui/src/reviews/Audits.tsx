import { Badge, Box, Button, Flex, Table } from "@chakra-ui/react";
import { useState } from "react";
import type { Audit } from "../api/reviews";
import { count } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing } from "../parts/states";
import { momentOf } from "../parts/When";
import { usePreferences } from "../lib/preferences";

/** The last daily audits, each with what it expected and found. */
export function Audits({ audits }: { audits: readonly Audit[] }) {
  const words = useWords().reviews;
  return (
    <Section hint={words.auditsHint} title={words.audits}>
      {audits.length === 0 && <Nothing text={words.noAudits} />}
      <Box display="flex" flexDirection="column" gap={1}>{audits.map((audit) => <AuditRow audit={audit} key={audit.at} />)}</Box>
    </Section>
  );
}

function AuditRow({ audit }: { audit: Audit }) {
  const words = useWords().reviews;
  const language = useLanguage();
  const { timezone } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  const at = momentOf(audit.at, language, timezone ?? undefined);
  const missed = audit.expectations.filter(({ ok }) => !ok).length;
  return (
    <Box as="article" aria-label={at} borderColor="border" borderTopWidth={1} pt={1}>
      <Flex align="center" columnGap={3} wrap="wrap">
        <Button aria-expanded={isOpen} aria-label={`${words.show}: ${at}`} colorPalette="gray" fontWeight="normal" ps={1} size="xs" variant="ghost" onClick={() => setOpen(!isOpen)}><Icon name={isOpen ? "remove" : "add"} size={14} />{at}</Button>
        <Box color="fg.muted" fontSize="sm">{words.tasks(audit.tasks)}</Box>
        <Badge colorPalette={audit.is_ok ? "success" : "warning"} size="sm" variant="subtle">{audit.is_ok ? words.allMet : words.notMet(missed, audit.expectations.length)}</Badge>
      </Flex>
      {isOpen && (
        <Box mb={3} overflowX="auto" tabIndex={0}>
          <Table.Root size="sm">
            <Table.Header><Table.Row><Table.ColumnHeader>{words.rule}</Table.ColumnHeader><Table.ColumnHeader>{words.expectation}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.checked}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.unexpected}</Table.ColumnHeader></Table.Row></Table.Header>
            <Table.Body>
              {audit.expectations.map((each, index) => (
                <Table.Row key={index}>
                  <Table.Cell>{words.rules[each.rule] ?? each.rule}</Table.Cell>
                  <Table.Cell fontSize="xs" minW="12rem" overflowWrap="anywhere"><Box as="span" fontFamily="mono">{each.table}</Box> {each.expectation}</Table.Cell>
                  <Table.Cell fontVariantNumeric="tabular-nums" textAlign="end">{count(each.checked, language)}</Table.Cell>
                  <Table.Cell color={each.ok ? undefined : "fg.warning"} fontVariantNumeric="tabular-nums" fontWeight={each.ok ? undefined : "semibold"} textAlign="end">{count(each.unexpected, language)}</Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
    </Box>
  );
}
