const KIB = 1024;
const MIB = 1024 * KIB;

/** Named limits of what travels (DESIGN section 4a). A limit that is met says its name, the value and the limit. */
export const limits = {
  /** Characters of a name of a source, signal, window type, algorithm, processor, team, channel. */
  nameLength: 100,
  /** Characters of an id, a correlation, an emission key. */
  idLength: 200,
  /** Encoded bytes of one signal. */
  signalBytes: 64 * KIB,
  /** Encoded bytes of signals that a publisher may have waiting for Kafka. */
  signalBufferBytes: 64 * MIB,
  /** Measured values in one signal. */
  signalValues: 64,
  /** Signals one window keeps. */
  keptSignals: 5_000,
  /** Encoded bytes of the signals one window keeps. */
  keptSignalBytes: 1 * MIB,
  /** Encoded bytes of one result value. */
  resultBytes: 4 * MIB,
  /** Levels of lists and structs in one result value. */
  resultDepth: 32,
  /** Encoded bytes of a task, and of any record that is not told otherwise. */
  recordBytes: 8 * MIB,
  /** Encoded bytes of what became known of a window in one step: what one record of results brings, and what was made from what. */
  outcomeBytes: 16 * MIB,
  /** Encoded bytes of the results that a task itself brings: beyond it the largest travel by reference. One result of any size fits. */
  inlineBytes: 4 * MIB,
  /** Encoded bytes of all results that a task is about, those by reference too: whoever runs it holds them in memory. */
  inputBytes: 256 * MIB,
  /** Encoded bytes of metadata. */
  metadataBytes: 16 * KIB,
  /** Child windows one result may emit. */
  emissionsPerResult: 1_000,
  /** Windows opened by results of windows opened by results… */
  causationDepth: 8,
  /** Levels of parent and child window types. */
  windowNesting: 4,
} as const;

/** What a record batch adds to its largest record: headers, key, batch header. Added to the topic's `max.message.bytes`. */
export const recordOverheadBytes = 256 * KIB;
