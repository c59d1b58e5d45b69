import { answered, api, type Schemas } from "./client";

export type Service = Schemas["ServiceView"];
export type Report = Schemas["ReportView"];
export type Values = Schemas["Entered"]["values"];

const of = (service: string) => ({ path: { service } });

export const listServices = async (signal?: AbortSignal) => (await answered(api.GET("/api/v1/credentials", { signal }))).services;

export const testCredentials = (service: string, values: Values) =>
  answered(api.POST("/api/v1/credentials/{service}/test", { params: of(service), body: { values } }));

export const saveCredentials = (service: string, values: Values) =>
  answered(api.PUT("/api/v1/credentials/{service}", { params: of(service), body: { values } }));

export const removeCredentials = (service: string) => answered(api.DELETE("/api/v1/credentials/{service}", { params: of(service) }));
