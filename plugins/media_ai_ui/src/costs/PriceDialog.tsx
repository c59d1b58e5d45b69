import { Button, Field, Input, VStack } from "@chakra-ui/react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Price } from "../api/costs";
import { Problem } from "../api/problem";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

/** Enter the price of a model, or of all whose names fit a pattern. */
export function PriceDialog({ model, price, onClose, onSave }: { model: string; price: Price | undefined; onClose: () => void; onSave: (model: string, price: Price) => Promise<void> }) {
  const words = useWords().costs;
  const [name, setName] = useState(model);
  const [values, setValues] = useState({ input: String(price?.input ?? 0), output: String(price?.output ?? 0), audio_hour: String(price?.audio_hour ?? 0), batch_share: String(price?.batch_share ?? 0.5) });
  const fields = [["input", words.inPrice], ["output", words.outPrice], ["audio_hour", words.soundPrice], ["batch_share", words.batch]] as const;
  return (
    <Saving title={model ? words.editPrice(model) : words.addPrice} onClose={onClose} onSave={() => onSave(name.trim(), values)}>
      <Field.Root required disabled={Boolean(model)}><Field.Label>{words.model}</Field.Label><Input maxLength={200} placeholder="modelstudio/qwen3-vl-*" size="sm" value={name} onChange={(event) => setName(event.target.value)} /></Field.Root>
      {fields.map(([field, label]) => (
        <Field.Root key={field} required><Field.Label>{label}</Field.Label><Input max={field === "batch_share" ? 1 : undefined} min={0} size="sm" step="any" type="number" value={values[field]} onChange={(event) => setValues({ ...values, [field]: event.target.value })} /></Field.Root>
      ))}
    </Saving>
  );
}

export function CurrencyDialog({ currency, onClose, onSave }: { currency: string; onClose: () => void; onSave: (currency: string) => Promise<void> }) {
  const words = useWords().costs;
  const [value, setValue] = useState(currency);
  return (
    <Saving title={words.changeCurrency} onClose={onClose} onSave={() => onSave(value)}>
      <Field.Root required><Field.Label>{words.currency}</Field.Label><Input maxLength={3} pattern="[A-Z]{3}" size="sm" value={value} onChange={(event) => setValue(event.target.value.toUpperCase())} /><Field.HelperText>{words.currencyHint}</Field.HelperText></Field.Root>
    </Saving>
  );
}

function Saving({ title, children, onClose, onSave }: { title: string; children: ReactNode; onClose: () => void; onSave: () => Promise<void> }) {
  const common = useWords().common;
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const save = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    onSave().catch((error: unknown) => setProblem(Problem.of(error))).finally(() => setBusy(false));
  };
  return (
    <Modal
      isOpen title={title} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{common.cancel}</Button><Button colorPalette="brand" form="media-ai-price" loading={isBusy} size="sm" type="submit">{common.save}</Button></>}
    >
      <form id="media-ai-price" onSubmit={save}><VStack align="stretch" gap={4}>{problem && <ProblemNote problem={problem} />}{children}</VStack></form>
    </Modal>
  );
}
