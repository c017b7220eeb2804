import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { registration, registrationJsonSchema } from '@windlass/dag';
import { Caller, Describe, type Principal } from '@windlass/service';
import { DagRegistry } from '../dag-registry.ts';
import { RegistryQueries } from '../queries.ts';
import { registered } from './answers.ts';
import { jsonSchema, processor, processors } from './known-answers.ts';
import { answering, authorOf } from './refusals.ts';
import { type Reason, Why } from './why.ts';

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
  register(@Body() body: unknown, @Caller() caller: Principal, @Why() why: Reason) {
    return answering(async () => {
      const { processor, team, ...changed } = await this.registry.register(body, {
        author: authorOf(caller),
        ...why,
      });
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

  @Get(':name')
  @Describe({
    summary: 'One processor with its instances: version, host, lag, work in flight, whether each is alive',
    answer: processor,
    refusals: { 404: 'UNKNOWN_PROCESSOR' },
  })
  one(@Param('name') name: string) {
    return answering(() => this.queries.processor(name));
  }
}
