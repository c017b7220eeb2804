import type { z } from 'zod';

/** What the OpenAPI document says of a route, beside what its parameters' schemas say. */
export interface RouteDescription {
  /** A few words. */
  readonly summary: string;
  readonly description?: string;
  /** Shape of the body, where its parameter has no schema because something else checks it. */
  readonly body?: z.ZodType;
  /** Shape of the answer. */
  readonly answer?: z.ZodType;
  /** Of the answer. Default `application/json`. */
  readonly mediaType?: string;
  /** Default 200. */
  readonly status?: number;
  /** Codes of its own refusals by status: `{ 404: 'UNKNOWN_WINDOW' }`. Those that every route may answer with are known. */
  readonly refusals?: Readonly<Record<number, string>>;
}

export interface DescribedRoute {
  /** As the OpenAPI document names it. */
  readonly operationId: string;
  readonly prototype: object;
  readonly method: string;
  readonly description: RouteDescription;
}

const described: DescribedRoute[] = [];

/** Describes a route for the OpenAPI document. Costs nothing until someone asks for that. */
export const Describe =
  (description: RouteDescription): MethodDecorator =>
  (prototype, method) => {
    const operationId = `${prototype.constructor.name}_${String(method)}`;
    described.push({ operationId, prototype, method: String(method), description });
  };

/** Of every controller that is loaded, whether this service has it or not. */
export const describedRoutes = (): readonly DescribedRoute[] => described;
