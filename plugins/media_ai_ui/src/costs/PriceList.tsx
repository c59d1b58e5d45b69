import { Box, Button, Collapsible, Flex, Table } from "@chakra-ui/react";
import { useState } from "react";
import { type Price, type Prices, savePrices } from "../api/costs";
import { count } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { CurrencyDialog, PriceDialog } from "./PriceDialog";

/** What models cost: the prices of this deployment, and the listed ones behind them. */
export function PriceList({ prices, mayChange, onChange }: { prices: Prices; mayChange: boolean; onChange: () => void }) {
  const words = useWords().costs;
  const [edited, setEdited] = useState<string>();
  const [isCurrency, setCurrency] = useState(false);
  const own = Object.entries(prices.prices);
  const listed = Object.entries(prices.listed);
  const save = async (next: Record<string, Price>, currency = prices.currency) => {
    await savePrices(currency, next, prices.etag);
    tell(words.pricesSaved);
    setEdited(undefined);
    setCurrency(false);
    onChange();
  };
  const remove = (model: string) => void save(Object.fromEntries(own.filter(([name]) => name !== model))).catch(complain);
  return (
    <Section
      hint={words.pricesHint(prices.currency)} title={words.prices}
      beside={mayChange && (
        <>
          <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setCurrency(true)}>{words.changeCurrency}</Button>
          <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setEdited("")}><Icon name="add" size={14} />{words.addPrice}</Button>
        </>
      )}
    >
      {own.length === 0 ? <Nothing text={words.noPrices} /> : <PriceTable prices={own} onEdit={mayChange ? setEdited : undefined} onRemove={mayChange ? remove : undefined} />}
      {listed.length > 0 && (
        <Collapsible.Root lazyMount mt={3} unmountOnExit>
          <Collapsible.Trigger asChild><Button colorPalette="gray" px={1} size="xs" variant="ghost"><Icon name="more" size={14} />{words.listed(prices.listed_on)}</Button></Collapsible.Trigger>
          <Collapsible.Content><PriceTable prices={listed} /></Collapsible.Content>
        </Collapsible.Root>
      )}
      {edited !== undefined && <PriceDialog model={edited} price={prices.prices[edited]} onClose={() => setEdited(undefined)} onSave={(model, price) => save({ ...prices.prices, [model]: price })} />}
      {isCurrency && <CurrencyDialog currency={prices.currency} onClose={() => setCurrency(false)} onSave={(currency) => save(prices.prices, currency)} />}
    </Section>
  );
}

interface TableProps {
  prices: readonly (readonly [string, Price])[];
  onEdit?: (model: string) => void;
  onRemove?: (model: string) => void;
}

function PriceTable({ prices, onEdit, onRemove }: TableProps) {
  const words = useWords().costs;
  const language = useLanguage();
  const amount = (value: number | string | undefined) => (Number(value ?? 0) ? new Intl.NumberFormat(language, { maximumFractionDigits: 9 }).format(Number(value)) : "—");
  return (
    <Box overflowX="auto">
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.model}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.inPrice}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.outPrice}</Table.ColumnHeader>
            <Table.ColumnHeader textAlign="end">{words.soundPrice}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.batch}</Table.ColumnHeader>{onEdit && <Table.ColumnHeader />}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {prices.map(([model, price]) => (
            <Table.Row key={model}>
              <Table.Cell minW="9rem" overflowWrap="anywhere">{model}</Table.Cell><Table.Cell textAlign="end">{amount(price.input)}</Table.Cell><Table.Cell textAlign="end">{amount(price.output)}</Table.Cell>
              <Table.Cell textAlign="end">{amount(price.audio_hour)}</Table.Cell><Table.Cell textAlign="end">{count(Number(price.batch_share ?? 0.5) * 100, language)} %</Table.Cell>
              {onEdit && onRemove && <Table.Cell><Flex justify="end"><IconAction icon="edit" label={words.editPrice(model)} size="xs" onClick={() => onEdit(model)} /><IconAction icon="trash" label={words.removePrice(model)} size="xs" onClick={() => onRemove(model)} /></Flex></Table.Cell>}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}
