import { answered, api, type Schemas } from "./client";

export type Me = Schemas["MeView"];
export type Member = Schemas["MemberView"];
export type Invitation = Schemas["InvitationView"];
export type NewInvitation = Schemas["NewInvitation"];
export type Link = Schemas["Link"];
export type Role = Schemas["Role"];

export const ROLES: readonly Role[] = ["Media Admin", "Media Member", "Media Viewer"];
export const mayManage = (me: Me) => me.permissions.includes("manage members");

export const readMe = (signal?: AbortSignal) => answered(api.GET("/api/v1/me", { signal }));

export const changePassword = (current: string, fresh: string) => answered(api.POST("/api/v1/me/password", { body: { current, new: fresh } }));

export const listMembers = async (signal?: AbortSignal) => (await answered(api.GET("/api/v1/members", { signal }))).members;

export const listInvitations = async (signal?: AbortSignal) => (await answered(api.GET("/api/v1/invitations", { signal }))).invitations;

export const invite = (body: NewInvitation) => answered(api.POST("/api/v1/invitations", { body }));

export const revokeInvitation = (id: number) => answered(api.DELETE("/api/v1/invitations/{invitation_id}", { params: { path: { invitation_id: id } } }));

export const changeMember = (id: string, body: Schemas["MemberChange"]) => answered(api.PATCH("/api/v1/members/{member_id}", { params: { path: { member_id: id } }, body }));

export const makeResetLink = (id: string, language: "en" | "zh") =>
  answered(api.POST("/api/v1/members/{member_id}/reset-link", { params: { path: { member_id: id } }, body: { language } }));
