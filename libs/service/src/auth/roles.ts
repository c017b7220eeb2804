/** What a person or program may do: see; change what their own team owns; everything. Each includes those before it. */
export const roles = ['viewer', 'author', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Principal {
  readonly name: string;
  readonly team: string;
  readonly role: Role;
}

/** Without authentication only loopback is served, and whoever is on this machine may do everything. */
export const localPrincipal: Principal = { name: 'local', team: 'default', role: 'operator' };

export const hasRole = (principal: Principal, least: Role): boolean =>
  roles.indexOf(principal.role) >= roles.indexOf(least);

/** Authors change what their own team owns, operators everything. */
export const mayChange = (principal: Principal, ownerTeam: string): boolean =>
  principal.role === 'operator' || (principal.role === 'author' && principal.team === ownerTeam);
