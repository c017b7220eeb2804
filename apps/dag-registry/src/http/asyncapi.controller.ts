import { Controller, Get, Header } from '@nestjs/common';
import { Describe } from '@windlass/service';
import { stringify } from 'yaml';
import { asyncApi } from './known-answers.ts';
import { RegistryQueries } from '../queries.ts';

@Controller('v1')
export class AsyncApiController {
  private readonly queries: RegistryQueries;

  constructor(queries: RegistryQueries) {
    this.queries = queries;
  }

  @Get('asyncapi')
  @Describe({
    summary: 'AsyncAPI 3 document of every topic, with the window topics of the live revision',
    description: 'Channels with keys, headers and Avro schemas, who writes and who reads them, and the Kafka servers.',
    answer: asyncApi,
  })
  json() {
    return this.queries.asyncApi();
  }

  @Get('asyncapi.yaml')
  @Header('content-type', 'application/yaml')
  @Describe({ summary: 'The same document as YAML', mediaType: 'application/yaml' })
  async yaml() {
    return stringify(await this.queries.asyncApi(), { aliasDuplicateObjects: false });
  }
}
