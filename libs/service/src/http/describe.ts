import type { z } from 'zod';

/** What the OpenAPI page says of a route, beside what its parameters' schemas say. */
export interface RouteDescription {
  /** A few words. */
  readonly summary: string;
  readonly description?: string;
  /** Shape of the answer. */
  readonly answer?: z.ZodType;
  /** Default 200. */
  readonly status?: number;
}

export interface DescribedRoute {
  readonly prototype: object;
  readonly method: string | symbol;
  readonly descriptor: PropertyDescriptor;
  readonly description: RouteDescription;
}

const described: DescribedRoute[] = [];

/** Describes a route for the OpenAPI page. Costs nothing until someone asks for the page. */
export const Describe =
  (description: RouteDescription): MethodDecorator =>
  (prototype, method, descriptor) => {
    described.push({ prototype, method, descriptor: descriptor as PropertyDescriptor, description });
  };

/** Routes described since the last call: they are handed to the OpenAPI library once. */
export const takeDescribedRoutes = (): readonly DescribedRoute[] => described.splice(0);
