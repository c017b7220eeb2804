import { ProblemError } from '../http/problem.ts';
import { hasRole, localPrincipal, type Principal, type Role } from './roles.ts';
import type { TokenFile } from './token-file.ts';

/** What of a request says who asks. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Tells who asks, by bearer token; without a token file it is always {@link localPrincipal}. */
export class Authenticator {
  private readonly tokens: TokenFile | undefined;

  constructor(tokens: TokenFile | undefined) {
    this.tokens = tokens;
  }

  get isOpen(): boolean {
    return this.tokens === undefined;
  }

  /** @throws {ProblemError} 401 UNAUTHENTICATED without a valid token, 403 FORBIDDEN when the role is too small. */
  demand(request: Credentials, least: Role): Principal {
    const principal = this.identify(request);
    if (hasRole(principal, least)) return principal;
    throw new ProblemError({
      status: 403,
      code: 'FORBIDDEN',
      detail: `needs the role ${least}; ${principal.name} is ${principal.role}`,
    });
  }

  private identify({ headers }: Credentials): Principal {
    if (!this.tokens) return localPrincipal;
    const { authorization } = headers;
    const token = typeof authorization === 'string' ? /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1] : undefined;
    const principal = token === undefined ? undefined : this.tokens.find(token);
    if (principal) return principal;
    const detail = token === undefined ? 'send a token: Authorization: Bearer …' : 'this token is not known';
    throw new ProblemError({ status: 401, code: 'UNAUTHENTICATED', detail });
  }
}
