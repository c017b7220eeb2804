import { hasSchema, schemaOf, type Family } from '../families.ts';
import { topicPages } from '../generated/pages.ts';
import { avroContentType, cloudEventType, errorHeaders, headersOf, lateHeaders } from '../headers.ts';
import { maxRecordBytesOf, subjectOf } from '../topics.ts';

type Json = Readonly<Record<string, unknown>>;

export function messageOf(prefix: string, family: Family): Json {
  const { summary, key } = topicPages[family];
  const isAvro = hasSchema(family);
  const reasons = Object.values(errorHeaders);
  const headers = isAvro ? headersOf(family) : [...reasons, ...(family === 'late' ? Object.values(lateHeaders) : [])];
  return {
    name: cloudEventType(family),
    title: family,
    summary,
    contentType: isAvro ? avroContentType : 'application/octet-stream',
    headers: {
      type: 'object',
      properties: Object.fromEntries(
        headers.map(({ name, meaning }) => [name, { type: 'string', description: meaning }]),
      ),
      ...(!isAvro && { required: reasons.map(({ name }) => name) }),
    },
    ...(isAvro && { payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: schemaOf(family) } }),
    bindings: {
      kafka: {
        key: { type: 'string', description: key },
        ...(isAvro && { schemaIdLocation: 'payload', schemaIdPayloadEncoding: 'confluent' }),
        bindingVersion: '0.5.0',
      },
    },
    ...(isAvro && { 'x-windlass-subject': subjectOf(prefix, family) }),
    'x-windlass-max-record-bytes': maxRecordBytesOf(family),
  };
}
