export { asyncApiDocument, type AsyncApiSource } from './asyncapi/document.ts';
export { type KafkaServers } from './asyncapi/servers.ts';
export { avroTypeOf, avroTypeOfSchema, type AvroType } from './avro-types.ts';
export { decodeCurrent, encodeRecord, readerOf, type Reader } from './codec.ts';
export { checkCompatible } from './compatibility.ts';
export { ContractError, type ContractErrorCode } from './errors.ts';
export { families, hasSchema, schemaFamilies, schemaOf, type Family, type SchemaFamily } from './families.ts';
export { type FamilyValues } from './generated/families.ts';
export type * from './generated/types.ts';
export { avroContentType, cloudEventType, errorHeaderNames, headerNames, lateHeaderNames } from './headers.ts';
export { checkPartitions, isPartitionCount, murmur2, partitionOf, slotCount, slotOf } from './keys.ts';
export { lateForText, parseLateFor, type LateFor } from './late-for.ts';
export { limits, recordOverheadBytes } from './limits.ts';
export {
  checkName,
  isIdText,
  isName,
  isSourceName,
  metadataBytesOf,
  metricNameOf,
  namePattern,
  sourceNamePattern,
  sourceNameRule,
  topicNameLength,
} from './names.ts';
export { recordFromJson, recordToJson } from './record-json.ts';
export { referenceOf, type ResultReference } from './result-reference.ts';
export { decodeValue, encodeValue, fromValue, toValue, type ResultValue } from './result-value.ts';
export {
  compatibilityOf,
  familyOf,
  maxRecordBytesOf,
  subjectOf,
  topicDeclarations,
  topicNames,
  type Compatibility,
  type HubTopics,
  type TopicDeclaration,
  type TopicNames,
} from './topics.ts';
export { taskFileFormat, taskFileOf, taskOfFile, type TaskFile, type TaskOrigin } from './task-file.ts';
export { valueFromJson, valueToJson, type ValueJson } from './value-json.ts';
export { splitWireFormat, wireHeaderBytes, type WireParts } from './wire-format.ts';
