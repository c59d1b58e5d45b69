import { answered, api, type Schemas } from "./client";

export type Receiver = Schemas["EndpointView"];
export type Kind = Receiver["kind"];
export type Rule = Schemas["RuleView"];
export type NewRule = Schemas["NewRule"];
export type EventName = NewRule["events"][number];
export type Delivery = Schemas["DeliveryView"];
export type DeliveryState = Delivery["state"];
/** What can be entered; an address that is left out stays as it is. */
export type Entered = { name: string; language: string | null; timezone: string | null; target?: string; is_active?: boolean };

const of = (endpoint_id: string) => ({ params: { path: { endpoint_id } } });

export const listReceivers = (signal?: AbortSignal) => answered(api.GET("/api/v1/notifications/endpoints", { signal }));

export const addReceiver = (kind: Kind, entered: Entered & { target: string }) => answered(api.POST("/api/v1/notifications/endpoints", { body: { ...entered, kind } }));

export const changeReceiver = (id: string, entered: Entered) =>
  answered(api.PATCH("/api/v1/notifications/endpoints/{endpoint_id}", { ...of(id), body: entered as Schemas["EndpointChange"] }));

export const renewSecret = (id: string) => answered(api.POST("/api/v1/notifications/endpoints/{endpoint_id}/secret", of(id)));

export const testReceiver = (id: string) => answered(api.POST("/api/v1/notifications/endpoints/{endpoint_id}/test", of(id)));

export const removeReceiver = (id: string) => answered(api.DELETE("/api/v1/notifications/endpoints/{endpoint_id}", of(id)));

export const listRules = (signal?: AbortSignal) => answered(api.GET("/api/v1/notifications/rules", { signal }));

export const setRule = (body: NewRule) => answered(api.PUT("/api/v1/notifications/rules", { body }));

export const removeRule = (rule_id: string) => answered(api.DELETE("/api/v1/notifications/rules/{rule_id}", { params: { path: { rule_id } } }));

export const listDeliveries = (query: { state?: DeliveryState; endpoint_id?: string; cursor?: string }, signal?: AbortSignal) =>
  answered(api.GET("/api/v1/notifications/deliveries", { params: { query: { ...query, limit: 20 } }, signal }));

export const replay = (delivery_id: string) => answered(api.POST("/api/v1/notifications/deliveries/{delivery_id}/replay", { params: { path: { delivery_id } } }));

/** Send everything again that was given up, of one receiver or of all. */
export const replayGivenUp = async (endpoint_id: string | null) => (await answered(api.POST("/api/v1/notifications/replay", { body: { endpoint_id } }))).replayed;
