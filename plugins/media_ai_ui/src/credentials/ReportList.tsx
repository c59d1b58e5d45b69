import { Box, Flex, List } from "@chakra-ui/react";
import type { Report } from "../api/credentials";
import { useWords } from "../lib/i18n";
import { Icon } from "../parts/icons";

const LOOKS = { works: ["ok", "fg.success"], fails: ["error", "fg.error"], "not tried": ["remove", "fg.muted"] } as const;

/** What came of each call of a test. */
export function ReportList({ report }: { report: Report }) {
  const words = useWords().credentials;
  return (
    <Box borderWidth="1px" p={3} role="status" rounded="md">
      <Box fontSize="sm" fontWeight="semibold" mb={2}>{report.is_ok ? words.works : words.fails}</Box>
      <List.Root gap={2} variant="plain">
        {report.checks.map((check) => (
          <List.Item key={check.name} alignItems="start" display="flex" fontSize="sm" gap={2}>
            <Flex aria-hidden color={LOOKS[check.outcome][1]} pt="2px"><Icon name={LOOKS[check.outcome][0]} /></Flex>
            <Box minW={0} overflowWrap="anywhere">
              {check.name} <Box as="span" color="fg.muted">({check.permission})</Box> {words.outcomes[check.outcome]}
              {check.detail && <Box color="fg.muted" fontSize="xs">{check.detail}</Box>}
            </Box>
          </List.Item>
        ))}
      </List.Root>
    </Box>
  );
}
