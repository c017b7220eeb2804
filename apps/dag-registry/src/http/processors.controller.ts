import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { registration, registrationJsonSchema } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { registered } from './answers.ts';
import { jsonSchema, processors } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';

@Controller('v1/processors')
export class ProcessorsController {
  private readonly registry: DagRegistry;
  private readonly queries: RegistryQueries;

  constructor(registry: DagRegistry, queries: RegistryQueries) {
    this.registry = registry;
    this.queries = queries;
  }

  @Post()
  @HttpCode(200)
  @Describe({
    summary: 'Register a processor with its algorithms',
    description:
      'GET /v1/processors/schema describes the body. All or nothing; the same registration again changes nothing. ' +
      'Refused with 422 and every problem at once: code, path, message, chain, mend.',
    body: registration,
    answer: registered,
    refusals: { 422: 'REFUSED' },
  })
  register(@Body() body: unknown, @Caller() caller: Principal) {
    return answering(async () => {
      const { processor, team, ...changed } = await this.registry.register(body, { author: authorOf(caller) });
      return { ...changed, ...this.queries.topicsOf({ processor, team }) };
    });
  }

  @Get()
  @Describe({ summary: 'Registered processors, and which of their instances are alive', answer: processors })
  async list() {
    return { processors: await this.queries.processors() };
  }

  @Get('schema')
  @Describe({ summary: 'JSON Schema of a registration', answer: jsonSchema })
  schema() {
    return registrationJsonSchema();
  }
}
