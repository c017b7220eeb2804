import {
  createParamDecorator,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Authenticator, Credentials } from './authenticator.ts';
import type { Principal, Role } from './roles.ts';

const leastRoleKey = 'windlass:least-role';
const principals = new WeakMap<object, Principal>();

/** The least role a route (or all routes of a controller) asks for. Without it: `viewer` to read, `author` to change. */
export const Roles = (least: Role): CustomDecorator => SetMetadata(leastRoleKey, least);

/** Who asks, as a parameter of a route's handler. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToHttp().getRequest<object>());
  if (!principal) throw new Error('the guard has not run for this route');
  return principal;
});

/** Asks every HTTP request who it is. */
export class AuthGuard implements CanActivate {
  private readonly authenticator: Authenticator;
  private readonly reflector: Reflector;

  constructor(authenticator: Authenticator, reflector: Reflector) {
    this.authenticator = authenticator;
    this.reflector = reflector;
  }

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<Credentials & { readonly method: string }>();
    const declared = this.reflector.getAllAndOverride<Role | undefined>(leastRoleKey, [
      context.getHandler(),
      context.getClass(),
    ]);
    principals.set(request, this.authenticator.demand(request, declared ?? usualRole(request.method)));
    return true;
  }
}

const usualRole = (httpMethod: string): Role => (/^(GET|HEAD)$/i.test(httpMethod) ? 'viewer' : 'author');

/** The role that a route asks for. */
export function leastRoleOf(route: { readonly prototype: object; readonly method: string }, httpMethod: string): Role {
  const handler = (route.prototype as Readonly<Record<string, object>>)[route.method]!;
  const declared = [handler, route.prototype.constructor].map(
    (target) => Reflect.getMetadata(leastRoleKey, target) as Role | undefined,
  );
  return declared.find((role) => role !== undefined) ?? usualRole(httpMethod);
}
