import { Button, Field, Input, NativeSelect, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { invite, type Link, type Role } from "../api/members";
import { Problem } from "../api/problem";
import { useLanguage, useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { RoleChoice } from "./MemberTable";

export function InviteDialog({ onClose, onMade }: { onClose: () => void; onMade: (link: Link, address: string) => void }) {
  const all = useWords();
  const words = all.members;
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [role, setRole] = useState<Role>("Media Member");
  const [language, setLanguage] = useState<"en" | "zh">(useLanguage().toLowerCase().startsWith("zh") ? "zh" : "en");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const made = await invite({ name: name.trim(), address: address.trim(), role, language });
      onMade(made, made.invitation.address);
    } catch (error) {
      setProblem(Problem.of(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      isOpen title={words.inviteTitle} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="brand" disabled={!name.trim() || !address.trim()} form="invite" loading={isBusy} size="sm" type="submit">{words.send}</Button>
        </>
      }
    >
      <form id="invite" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <VStack align="stretch" gap={4}>
          {problem && <ProblemNote problem={problem} />}
          <Field.Root required>
            <Field.Label>{words.name}</Field.Label>
            <Input autoFocus maxLength={120} size="sm" value={name} onChange={(event) => setName(event.target.value)} />
          </Field.Root>
          <Field.Root required>
            <Field.Label>{words.address}</Field.Label>
            <Input autoComplete="off" inputMode="email" maxLength={254} size="sm" value={address} onChange={(event) => setAddress(event.target.value)} />
          </Field.Root>
          <Field.Root>
            <Field.Label>{words.role}</Field.Label>
            <RoleChoice label={words.role} value={role} onChange={setRole} />
            <Field.HelperText>{words.rolesHint[role]}</Field.HelperText>
          </Field.Root>
          <Field.Root>
            <Field.Label>{words.language}</Field.Label>
            <NativeSelect.Root maxW="10rem" size="sm">
              <NativeSelect.Field aria-label={words.language} value={language} onChange={(event) => setLanguage(event.target.value as "en" | "zh")}>
                <option value="en">{words.languages.en}</option>
                <option value="zh">{words.languages.zh}</option>
              </NativeSelect.Field>
              <NativeSelect.Indicator />
            </NativeSelect.Root>
          </Field.Root>
        </VStack>
      </form>
    </Modal>
  );
}
