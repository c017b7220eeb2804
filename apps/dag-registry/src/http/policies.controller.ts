import { Body, Controller, Get, Param, Patch, Put } from '@nestjs/common';
import { Caller, Describe, type Principal } from '@windlass/service';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { changed } from './answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

@Controller('v1/policies')
export class PoliciesController {
  private readonly registry: DagRegistry;
  private readonly queries: RegistryQueries;

  constructor(registry: DagRegistry, queries: RegistryQueries) {
    this.registry = registry;
    this.queries = queries;
  }

  @Get()
  @Describe({ summary: 'The availability policy of every window type; number 0: the default' })
  async list() {
    return { policies: await this.queries.policies() };
  }

  @Get(':windowType')
  @Describe({ summary: 'The availability policy of a window type' })
  get(@Param('windowType') windowType: string) {
    return answering(() => this.queries.policy(windowType));
  }

  @Put(':windowType')
  @Describe({
    summary: 'Set the availability policy of a window type',
    description:
      'The fields of `policy` in the definitions file; those left out have their default. Applied at once, to open windows too.',
    answer: changed,
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
    answer: changed,
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
