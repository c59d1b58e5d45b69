import { answered, api, type Schemas } from "./client";
import type { Overrides } from "./tasks";

export type Cost = Schemas["CostView"];
export type Budget = Schemas["BudgetView"];
export type Prices = Schemas["PricesView"];
export type Price = Schemas["Price-Output"];
export type Quote = Schemas["Quote"];
export type Quoted = Schemas["QuotedView"];
export type Scope = Budget["scope"];
export type By = "workflow" | "source" | "model" | "node" | "task" | "month";

export const listCosts = (query: { by: By; since?: string; until?: string }, signal?: AbortSignal) => answered(api.GET("/api/v1/costs", { params: { query }, signal }));

export const listQuoted = (signal?: AbortSignal) => answered(api.GET("/api/v1/costs/quoted", { signal }));

export const listBudgets = (signal?: AbortSignal) => answered(api.GET("/api/v1/budgets", { signal }));

/** Set a budget; without an amount take it away. */
export const setBudget = (budget: Pick<Budget, "scope" | "workflow" | "name">, amount: number | null) => {
  const { scope, workflow, name } = budget;
  return answered(api.PUT("/api/v1/budgets", { body: { scope, workflow, name, amount } }));
};

export const readPrices = (signal?: AbortSignal) => answered(api.GET("/api/v1/prices", { signal }));

/** Save prices that were changed since they had this ETag. */
export const savePrices = (currency: string, prices: Record<string, Price>, etag: string) =>
  answered(api.PUT("/api/v1/prices", { params: { header: { "if-match": `"${etag}"` } }, body: { currency, prices } }));

export const quoteTask = (slug: string, input: Partial<Schemas["RunInput"]> & { video: string }, overrides: Overrides) =>
  answered(api.POST("/api/v1/workflows/{slug}/quote", { params: { path: { slug } }, body: { input, overrides } as Schemas["QuoteBody"] }));

export const quoteSource = (source: string, window: Schemas["WindowBody"] | null) =>
  answered(api.POST("/api/v1/sources/{source}/quote", { params: { path: { source } }, body: { window } }));

