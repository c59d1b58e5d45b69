import { Badge, Box, Button, Flex, Input, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { namePerson, type Person, type Thumbnail } from "../api/results";
import type { TaskRef } from "../api/tasks";
import { clock as shown } from "../lib/format";
import { useWords } from "../lib/i18n";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { complain, tell } from "../parts/toasts";
import { indexAt, useClock } from "./clock";
import { Still } from "./Still";

interface Props {
  task: TaskRef;
  people: readonly Person[];
  duration: number;
  thumbnails: readonly Thumbnail[];
  onChange: () => void;
}

/** Who appears when, on a timeline; somebody unknown is given a name here. */
export function People({ people, ...rest }: Props) {
  const words = useWords().result;
  if (people.length === 0) return <Box color="fg.muted" fontSize="sm">{words.nothing}</Box>;
  return <VStack align="stretch" gap={3}>{people.map((person) => <One key={`${person.artifact}${person.person_id}`} person={person} {...rest} />)}</VStack>;
}

function One({ task, person, duration, thumbnails, onChange }: Omit<Props, "people"> & { person: Person }) {
  const all = useWords();
  const words = all.result;
  const clock = useClock();
  const [isNaming, setNaming] = useState(false);
  const [name, setName] = useState(person.name ?? "");
  const [role, setRole] = useState(person.role);
  const save = async () => {
    await namePerson(task, person.person_id, name.trim(), role.trim());
    setNaming(false);
    tell(words.named(name.trim()));
    onChange();
  };
  return (
    <Box as="article" aria-label={person.name ?? words.unknown} borderColor="border" borderRadius="md" borderWidth={1} p={2}>
      <Flex align="center" gap={3}>
        <Face person={person} thumbnails={thumbnails} />
        <Box flex="1" minW={0}>
          <Box fontWeight="semibold" overflowWrap="anywhere">{person.name ?? <Box as="span" color="fg.muted">{words.unknown}</Box>} {person.role && <Badge size="sm">{person.role}</Badge>}</Box>
          <Box color="fg.muted" fontSize="sm">{words.appearances(person.appearances.length)}</Box>
        </Box>
        {person.name === null ? (
          <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setNaming(!isNaming)}>{words.nameThem}</Button>
        ) : (
          <IconAction icon="edit" label={`${words.nameThem}: ${person.name}`} size="xs" onClick={() => setNaming(!isNaming)} />
        )}
      </Flex>
      {isNaming && (
        <form onSubmit={(event) => { event.preventDefault(); void save().catch(complain); }}>
          <Flex gap={2} mt={2} wrap="wrap">
            <Input aria-label={words.personName} autoFocus flex="2" maxLength={200} minW="8rem" placeholder={words.personName} required size="sm" value={name} onChange={(event) => setName(event.target.value)} />
            <Input aria-label={words.role} flex="1" maxLength={200} minW="6rem" placeholder={words.role} size="sm" value={role} onChange={(event) => setRole(event.target.value)} />
            <Button colorPalette="brand" disabled={!name.trim()} size="sm" type="submit">{all.common.save}</Button>
          </Flex>
        </form>
      )}
      <Box bg="bg.muted" borderRadius="sm" h={4} mt={2} position="relative">
        {person.appearances.map((each) => (
          <Box
            as="button" aria-label={words.seek(shown(each.start_s))} bg="brand.solid" borderRadius="sm" cursor="pointer" h="100%" key={each.start_s} left={`${(each.start_s / duration) * 100}%`}
            minW="5px" position="absolute" title={`${shown(each.start_s)} – ${shown(each.end_s)}`} top={0} width={`${((each.end_s - each.start_s) / duration) * 100}%`} onClick={() => clock.seek(each.start_s)}
          />
        ))}
      </Box>
    </Box>
  );
}

/** The face in the small picture nearest to where it was seen best. */
function Face({ person, thumbnails }: { person: Person; thumbnails: readonly Thumbnail[] }) {
  const best = person.appearances.toSorted((one, other) => other.confidence - one.confidence)[0];
  const thumbnail = best && thumbnails[indexAt(thumbnails.map((each) => each.start), best.best_s)];
  if (!best || !thumbnail) return <Flex align="center" bg="bg.muted" borderRadius="full" boxSize={12} color="fg.muted" flexShrink={0} justify="center"><Icon name="person" size={24} /></Flex>;
  // A square around the face, with some room.
  const ratio = thumbnail.width / thumbnail.height;
  const side = Math.min(1, Math.max(best.box.width * ratio, best.box.height) * 1.5);
  const width = Math.min(1, side / ratio);
  const within = (center: number, size: number) => Math.min(Math.max(center - size / 2, 0), 1 - size);
  const part = { left: within(best.box.left + best.box.width / 2, width), top: within(best.box.top + best.box.height / 2, side), width, height: side };
  return <Box borderRadius="full" boxSize={12} flexShrink={0} overflow="hidden"><Still part={part} thumbnail={thumbnail} width={48} /></Box>;
}
