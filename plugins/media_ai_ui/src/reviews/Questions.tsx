import { Box, Button, Flex, Heading, Link } from "@chakra-ui/react";
import { useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { listQuestions, type Question } from "../api/reviews";
import { useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { When } from "../parts/When";
import { AnswerDialog } from "./AnswerDialog";
import { plain } from "./plain";

/** Tasks that wait for a person, each with what is asked. */
export function Questions({ mayChange }: { mayChange: boolean }) {
  const words = useWords().reviews;
  const found = useLoad(listQuestions, [], 10_000);
  const [answered, setAnswered] = useState<Question>();
  return (
    <Section hint={words.waitingHint} title={words.waiting}>
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value?.length === 0 && <Nothing icon={<Icon name="ok" size={28} />} text={words.noQuestions} />}
      <Box display="flex" flexDirection="column" gap={3}>
        {found.value?.map((each) => (
          <Box as="article" aria-label={each.subject} borderColor="border" borderRadius="md" borderWidth={1} key={`${each.workflow}/${each.run_id}/${each.node_id}`} p={3}>
            <Flex align="start" gap={3} wrap={{ base: "wrap", md: "nowrap" }}>
              <Box flex="1" minW="0">
                <Heading as="h3" fontSize="sm" lineHeight="short" overflowWrap="anywhere">{each.subject}</Heading>
                <Box color="fg.muted" fontSize="xs" mt={1} overflowWrap="anywhere">{each.workflow} · {each.node_title} · {words.asked} <When at={each.asked_at} /> · {words.late[each.when_late]}</Box>
                <Box fontSize="sm" lineClamp={3} mt={2} overflowWrap="anywhere">{plain(each.body)}</Box>
                <Link asChild color="fg.info" fontSize="sm" mt={2}><RouterLink to={addressOf("result", { workflow: each.workflow, run: each.run_id })}>{words.result}</RouterLink></Link>
              </Box>
              {mayChange && <Button aria-label={words.answerOf(each.subject)} colorPalette="brand" flexShrink={0} size="xs" onClick={() => setAnswered(each)}>{words.answer}</Button>}
            </Flex>
          </Box>
        ))}
      </Box>
      {answered && <AnswerDialog question={answered} onClose={() => setAnswered(undefined)} onDone={() => { setAnswered(undefined); found.reload(); }} />}
    </Section>
  );
}
