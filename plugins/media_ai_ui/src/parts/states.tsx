import { Alert, Box, Button, EmptyState, Flex, Spinner, VStack } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { type Problem, STORE_SILENT } from "../api/problem";
import { useWords } from "../lib/i18n";

export function Waiting() {
  const words = useWords();
  return (
    <Flex justify="center" p={10} role="status">
      <Spinner color="fg.muted" />
      <Box srOnly>{words.common.loading}</Box>
    </Flex>
  );
}

/** Say what the server said; people may try again where that can help. */
export function ProblemNote({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const words = useWords();
  const known: Record<number, string> = { 0: words.common.offline, [STORE_SILENT]: words.create.storeSilent, 401: words.common.signedOut };
  return (
    <Alert.Root alignItems="center" role="alert" status="error" variant="subtle">
      <Alert.Indicator />
      <Alert.Description flex="1" overflowWrap="anywhere" whiteSpace="pre-wrap">
        {known[problem.status] ?? problem.message}
      </Alert.Description>
      {retry && (
        <Button colorPalette="gray" onClick={retry} size="xs" variant="outline">
          {words.common.retry}
        </Button>
      )}
    </Alert.Root>
  );
}

export function Nothing({ text, children, icon }: { text: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <EmptyState.Root size="sm">
      <EmptyState.Content>
        {icon && <EmptyState.Indicator>{icon}</EmptyState.Indicator>}
        <VStack textAlign="center">
          <EmptyState.Description color="fg.muted" maxW="32rem">{text}</EmptyState.Description>
        </VStack>
        {children}
      </EmptyState.Content>
    </EmptyState.Root>
  );
}
