import { Button, Checkbox, Field, Input, VStack } from "@chakra-ui/react";
import { type FormEvent, useState } from "react";
import { addReceiver, changeReceiver, type Kind, type Receiver } from "../api/notifications";
import { Problem } from "../api/problem";
import { readSettings } from "../api/settings";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

interface Props {
  receiver: Receiver | undefined;
  onClose: () => void;
  /** With the secret, where one was made. */
  onSaved: (name: string, secret?: string | null) => void;
}

/** Add a receiver, or change one. */
export function ReceiverDialog({ receiver, onClose, onSaved }: Props) {
  const { notifications: words, common } = useWords();
  const zones = useLoad(readSettings, []).value?.timezones ?? [];
  const [kind, setKind] = useState<Kind>(receiver?.kind ?? "webhook");
  const [name, setName] = useState(receiver?.name ?? "");
  const [target, setTarget] = useState(receiver?.kind === "email" ? receiver.place : "");
  const [language, setLanguage] = useState(receiver?.language ?? "");
  const [timezone, setTimezone] = useState(receiver?.timezone ?? "");
  const [isActive, setActive] = useState(receiver?.is_active ?? true);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const entered = { name: name.trim(), language: language || null, timezone: timezone || null };
    const address = target.trim();
    try {
      if (receiver) await changeReceiver(receiver.id, { ...entered, is_active: isActive, ...(address && { target: address }) });
      onSaved(entered.name, receiver ? undefined : (await addReceiver(kind, { ...entered, target: address })).secret);
    } catch (error) {
      setProblem(Problem.of(error));
      setBusy(false);
    }
  };
  const tongues = language && !(language in words.languages) ? { ...words.languages, [language]: language } : words.languages;
  const places = timezone && !zones.includes(timezone) ? [timezone, ...zones] : zones;
  const isKept = receiver?.kind === "webhook";
  return (
    <Modal
      isOpen title={receiver ? words.edit(receiver.name) : words.add} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{common.cancel}</Button><Button colorPalette="brand" form="media-ai-receiver" loading={isBusy} size="sm" type="submit">{common.save}</Button></>}
    >
      <form id="media-ai-receiver" onSubmit={(event) => void save(event)}>
        <VStack align="stretch" gap={4}>
          {problem && <ProblemNote problem={problem} />}
          {!receiver && <Field.Root><Field.Label>{words.kind}</Field.Label><Choice label={words.kind} options={Object.entries(words.kinds)} value={kind} width="full" onChange={(value) => setKind(value as Kind)} /></Field.Root>}
          <Field.Root required><Field.Label>{words.name}</Field.Label><Input maxLength={100} size="sm" value={name} onChange={(event) => setName(event.target.value)} /><Field.HelperText>{words.nameHint}</Field.HelperText></Field.Root>
          <Field.Root required={!isKept}>
            <Field.Label>{words.target[kind]}</Field.Label>
            <Input autoComplete="off" inputMode={kind === "email" ? "email" : "url"} maxLength={2000} minLength={3} placeholder={isKept ? receiver.place : undefined} size="sm" value={target} onChange={(event) => setTarget(event.target.value)} />
            <Field.HelperText>{isKept ? words.keepTarget : words.targetHint[kind]}</Field.HelperText>
          </Field.Root>
          <Field.Root><Field.Label>{words.language}</Field.Label><Choice label={words.language} options={Object.entries(tongues)} value={language} width="full" onChange={setLanguage} /></Field.Root>
          <Field.Root><Field.Label>{words.zone}</Field.Label><Choice label={words.zone} options={[["", words.zoneOfServer], ...places.map((zone) => [zone, zone.replaceAll("_", " ")] as const)]} value={timezone} width="full" onChange={setTimezone} /></Field.Root>
          {receiver && <Checkbox.Root checked={isActive} colorPalette="brand" size="sm" onCheckedChange={({ checked }) => setActive(checked === true)}><Checkbox.HiddenInput /><Checkbox.Control /><Checkbox.Label>{words.isActive}</Checkbox.Label></Checkbox.Root>}
        </VStack>
      </form>
    </Modal>
  );
}
