import { Badge, Box, Button, Flex, Link, Table } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { type Delivery, type DeliveryState, type EventName, listDeliveries, type Receiver, replay, replayGivenUp } from "../api/notifications";
import { useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { IconAction } from "../parts/IconAction";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { When } from "../parts/When";

const PALETTES: Record<DeliveryState, string> = { waiting: "queued", delivered: "success", given_up: "failed" };
const GOING_MS = 3000;
const STILL_MS = 15_000;

/** What was sent and what waits; `sent` grows when something was sent from this page. */
export function Deliveries({ receivers, sent }: { receivers: readonly Receiver[]; sent: number }) {
  const { notifications: words, common } = useWords();
  const [state, setState] = useState("");
  const [receiver, setReceiver] = useState("");
  const [everyMs, setEvery] = useState(STILL_MS);
  const query = { ...(state && { state: state as DeliveryState }), ...(receiver && { endpoint_id: receiver }) };
  const first = useLoad((signal) => listDeliveries(query, signal), [state, receiver, sent, receivers], everyMs);
  const [more, setMore] = useState<{ deliveries: Delivery[]; cursor: string | null }>();
  useEffect(() => setMore(undefined), [state, receiver]);
  const top = first.value?.deliveries ?? [];
  useEffect(() => setEvery(top.some((each) => each.state === "waiting") ? GOING_MS : STILL_MS), [first.value]);
  const shown = [...top, ...(more?.deliveries.filter((each) => !top.some(({ id }) => id === each.id)) ?? [])];
  const cursor = more ? more.cursor : first.value?.next_cursor;
  const loadMore = async () => {
    const next = await listDeliveries({ ...query, cursor: cursor! });
    setMore((old) => ({ deliveries: [...(old?.deliveries ?? []), ...next.deliveries], cursor: next.next_cursor }));
  };
  const again = (delivery: Delivery) => void replay(delivery.id).then(() => { tell(words.replayed); first.reload(); }, complain);
  const allAgain = () => void replayGivenUp(receiver || null).then((count) => { tell(words.replayedAll(count)); first.reload(); }, complain);
  return (
    <Section
      hint={words.deliveriesHint} title={words.deliveries}
      beside={
        <>
          <Choice label={words.state} options={[["", `${words.state}: ${words.allStates}`], ...Object.entries(words.states)]} value={state} onChange={setState} />
          <Choice label={words.receiver} maxW="14rem" options={[["", `${words.receiver}: ${words.allReceivers}`], ...receivers.map(({ id, name }) => [id, name] as const)]} value={receiver} onChange={setReceiver} />
        </>
      }
    >
      {first.problem && <ProblemNote problem={first.problem} retry={first.reload} />}
      {!first.value && !first.problem && <Waiting />}
      {first.value && shown.length === 0 && <Nothing text={state || receiver ? words.noneFits : words.noDeliveries} />}
      {shown.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm"><Table.Body>{shown.map((each) => <Row delivery={each} key={each.id} receiver={receivers.find(({ id }) => id === each.endpoint_id)?.name ?? ""} onAgain={again} />)}</Table.Body></Table.Root>
        </Box>
      )}
      <Flex gap={2} mt={2}>
        {cursor && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => void loadMore().catch(complain)}>{common.more}</Button>}
        {shown.some((each) => each.state === "given_up") && <Button colorPalette="gray" size="xs" variant="outline" onClick={allAgain}>{words.replayAll}</Button>}
      </Flex>
    </Section>
  );
}

function Row({ delivery, receiver, onAgain }: { delivery: Delivery; receiver: string; onAgain: (delivery: Delivery) => void }) {
  const words = useWords().notifications;
  const { workflow, run_id } = delivery;
  const event = words.events[delivery.event as EventName] ?? words.testEvent;
  const title = typeof delivery.data.title === "string" && delivery.data.title ? delivery.data.title : run_id;
  return (
    <Table.Row>
      <Table.Cell minW="9rem" verticalAlign="top">
        <Box overflowWrap="anywhere">{event}{run_id && <>: <Link asChild color="fg.info"><RouterLink to={addressOf("result", { workflow, run: run_id })}>{title}</RouterLink></Link></>}</Box>
        <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{receiver} · <When at={delivery.occurred_at} /></Box>
      </Table.Cell>
      <Table.Cell fontSize="xs" overflowWrap="anywhere" verticalAlign="top" w="50%">
        <Flex align="center" columnGap={2} wrap="wrap">
          <Badge colorPalette={PALETTES[delivery.state]} size="sm" variant="subtle">{words.states[delivery.state]}</Badge>
          <Box color="fg.muted">{[words.tries(delivery.tries), delivery.status_code !== null && words.answered(delivery.status_code)].filter(Boolean).join(", ")}{delivery.next_at && delivery.tries > 0 && <>, {words.next} <When at={delivery.next_at} /></>}</Box>
        </Flex>
        {delivery.reason && <Box color="fg.muted" mt={1}>{delivery.reason}</Box>}
      </Table.Cell>
      <Table.Cell textAlign="end" verticalAlign="top"><IconAction icon="restart" label={words.replayOf(`${event} ${title}`.trim())} size="xs" onClick={() => onAgain(delivery)} /></Table.Cell>
    </Table.Row>
  );
}
