import { Body, Controller, Get, Param, Patch, Put } from '@nestjs/common';
import { policyFields } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { z } from 'zod';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { changed } from './answers.ts';
import { policies, policy } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

const UNKNOWN = { 404: 'UNKNOWN_WINDOW_TYPE' };

/** Each field of a policy, or null. */
const policyChange = z.strictObject(
  Object.fromEntries(Object.entries(policyFields.shape).map(([field, schema]) => [field, z.nullable(schema)])),
);

@Controller('v1/policies')
export class PoliciesController {
  private readonly registry: DagRegistry;
  private readonly queries: RegistryQueries;

  constructor(registry: DagRegistry, queries: RegistryQueries) {
    this.registry = registry;
    this.queries = queries;
  }

  @Get()
  @Describe({ summary: 'The availability policy of every window type; number 0: the default', answer: policies })
  async list() {
    return { policies: await this.queries.policies() };
  }

  @Get(':windowType')
  @Describe({ summary: 'The availability policy of a window type', answer: policy, refusals: UNKNOWN })
  get(@Param('windowType') windowType: string) {
    return answering(() => this.queries.policy(windowType));
  }

  @Put(':windowType')
  @Describe({
    summary: 'Set the availability policy of a window type',
    description:
      'The fields of `policy` in the definitions file; those left out have their default. Applied at once, to open windows too.',
    body: policyFields,
    answer: changed,
    refusals: { ...UNKNOWN, 422: 'REFUSED' },
  })
  set(@Param('windowType') windowType: string, @Body() body: unknown, @Caller() caller: Principal, @Why() why: Reason) {
    return answering(async () => {
      await this.queries.policy(windowType);
      const policies = [{ ...asObject(body), windowType }];
      return this.registry.apply({ policies }, { author: authorOf(caller), ...why, kind: 'POLICY' });
    });
  }

  @Patch(':windowType')
  @Describe({
    summary: 'Change some fields of the availability policy of a window type',
    description:
      'The dial. Fields that are not given stay; null gives one its default back (JSON Merge Patch). Applied at once, to open windows too.',
    body: policyChange,
    answer: changed,
    refusals: { ...UNKNOWN, 422: 'REFUSED' },
  })
  tune(
    @Param('windowType') windowType: string,
    @Body() body: unknown,
    @Caller() caller: Principal,
    @Why() why: Reason,
  ) {
    return answering(async () => {
      await this.queries.policy(windowType);
      return this.registry.tune(windowType, { ...asObject(body) }, { author: authorOf(caller), ...why });
    });
  }
}

const asObject = (body: unknown): object =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? body : { body };
