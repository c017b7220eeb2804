// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

/** What schemas/<family>/README.md says. */
export const topicPages = {
  control: {
    summary:
      'A hint to all instances of a processor: stop work that nobody needs any more. Losing one only costs work.',
    description: 'A hint is never needed for correctness: an answer to a cancelled execution is ignored.',
    key: 'processor',
    writtenBy: 'router',
    readBy: 'every processor instance, from the end and without a group',
  },
  dlq: {
    summary:
      'Records that could not be used: not the wire format, an unknown schema id, a body that does not decode, a value that breaks a rule. A bad record never blocks and never vanishes.',
    description:
      'No schema of its own: the value is the record’s original bytes, its headers are kept, and the `windlass-error-*` headers say why, from which topic, partition and offset, by which stage and when.',
    key: 'as the record',
    writtenBy: 'whoever could not use the record',
    readBy: 'result-collector (dead letters), people',
  },
  emissions: {
    summary:
      'Opens a window of a type whose windows open by emission, by hand or from outside. What an algorithm emits travels in its result; only what it emits for another key is sent here, by the trigger.',
    description:
      '`endUs` is greater than `startUs`; an empty or negative window goes to the dead letters. The same window type, key and `emissionKey` (default: the start) is the same window.',
    key: 'source (the asset), so that everything about one source is ordered',
    writtenBy: 'people and programs; the trigger (windows of other keys that results ask for)',
    readBy: 'trigger',
  },
  'group-outcomes': {
    summary:
      'How an algorithm stands on a member’s window that a group’s windows need, forwarded to the group’s partition; or, with state `CLOSED`, up to where a member has told all of its windows.',
    description:
      '`version` grows with each record about the member’s window; the highest applied wins. `CLOSED` has none: how far a member is never goes back.',
    key: 'group',
    writtenBy: 'router',
    readBy: 'router',
  },
  'group-signals': {
    summary:
      'What a member did that a group’s windows need: its watermark, whether it is idle, its counts; written when a window of the group ends for it, when late elements came, and when its silence begins or ends. Counts come before the watermark that they belong to.',
    description: '`sequence` grows per member; a lower one is ignored.',
    key: 'group',
    writtenBy: 'trigger',
    readBy: 'trigger',
  },
  heartbeats: {
    summary: 'A processor instance is alive: version, state, work in flight, lag.',
    description: 'Not to be confused with the PROGRESS of one long execution, which is a result record.',
    key: 'processor',
    writtenBy: 'processors (the SDK)',
    readBy: 'dag-registry',
  },
  late: {
    summary:
      'Records that came after every window they belong to was finalised: nothing is dropped in silence. They can be put to use by a replay. With the code `LATE_WITHIN` the record itself was used, and what it opened or moved holds earlier elements that are too late for what lies in it.',
    description:
      'No schema of its own: the value is the record’s original bytes, its headers are kept, and the `windlass-error-*` headers say why, from which topic, partition and offset, by which stage and when. `windlass-late-event-time` and `windlass-late-for` say when it was, and up to when which window types were final.',
    key: 'as the record',
    writtenBy: 'trigger',
    readBy: 'result-collector (late elements), people',
  },
  notices: {
    summary: 'Something a person should know: silence of a source, a gap, a limit that was met.',
    description:
      '`kind` is a stable code; `details` are for machines, `message` for people. Kinds: `SILENCE`, `SILENCE_ENDED`, `OFFLINE_TOO_LONG`, from the trigger, described in silence; `PROCESSOR_SILENT`, `PROCESSOR_SILENCE_ENDED`, `WINDOW_TOPIC_GROWING`, `WINDOW_TOPIC_GROWING_ENDED`, from dag-registry, and `PROCESSOR_DRAINED`, `ALGORITHM_DRAINED`, `WINDOW_TYPE_DRAINED`, from the router, described in processors.',
    key: 'owner',
    writtenBy: 'any service',
    readBy: 'people, alerts',
  },
  outcomes: {
    summary:
      'Everything that became known about one window in one step of the router: outcomes (the immutable verdict on one run of one algorithm), withdrawals (what no longer holds), whether all that may open windows is through, and whether the revision’s run is complete.',
    description:
      'An outcome names the executions whose results it was made from. A withdrawal names an execution’s run that was an outcome before.',
    key: 'the window’s key',
    writtenBy: 'router',
    readBy: 'result-collector, trigger, anyone',
  },
  overflow: {
    summary:
      'Signals of sources that send more than they may: the one with which a source went over its rate, and everything later of it until it is released. Nothing is dropped, and its order is kept: overflow.',
    description:
      'No schema of its own: the value is the record’s original bytes, its headers are kept, and the `windlass-error-*` headers say why, from which topic, partition and offset, by which stage and when.',
    key: 'as the record',
    writtenBy: 'trigger',
    readBy: 'trigger (release), people',
  },
  panes: {
    summary:
      'What happened to a window: a pane fired, the window was withdrawn (`replacedBy`), it is finalised, or its children are closed. One union, so that what concerns one window stays in one order.',
    description:
      "Every variant begins with the same fields; `version` grows with each record about a window, and a reader ignores what is lower than what it has applied.\n\nWhat a pane tells of how complete it is, is null when unknown, never a guess:\n\n- `completeness`: the share of the samples that the window should have, by `expected` of its type. With `every: learned` it is null\n  until five windows were final, then judged by the last 15 that were when the pane fired: the same records in another order, or\n  replayed, may end in another `completeness`.\n- `gapUs`: the longest stretch of the window without an element. Known of windows of a source whose type says how often a\n  sample is expected, up to 1,000 of them a window. The same records in any order end in the same.\n- Which kinds of windows have what.\n- `watermarkUs`: the watermark when it fired. `watermarkUs` − `endUs` is the margin by which the window was over; negative in EARLY\n  panes.\n\nA pane of a group's window whose algorithms join results of its members tells in `members` how many of them are past its end. `ChildrenClosed` with `member` is about no window: it says how far a source is with what its groups' windows of that type join, and comes after the panes that it means. Its `windowId` is nobody's.",
    key: 'the window’s key: a source or a group',
    writtenBy: 'trigger',
    readBy: 'router, result-collector',
  },
  registry: {
    summary:
      'The registry as it stands: each DAG revision, the availability policy of each window type, each source, each hold. `body` is JSON; its shape is the domain’s (`DagRevision` or `DagDifference`, `AvailabilityPolicy`, `Source`).',
    description:
      'What came after the three kinds is said by `extension` (ADR 16): a `HOLD` (a processor, algorithm or window type to which nothing is dispatched, processors). Its `kind`, `name` and `body` then say the removal of a source that never was (`!HOLD/processor/health`, `null`).\n\nA `DIFFERENCE` (ADR 19) says what leads to a revision from another one, its `base`, usually the one before: `put` and `removed`, by list, in the order of names. `base` 0 is the empty revision. A difference whose base has not come yet is kept until it has. A `REVISION` is a whole one.\n\nThe live DAG revision is the one with the highest number; a rollback makes a new number. `number` grows per entity and a lower one is ignored.',
    key: '`REVISION/<number>`, `POLICY/<window type>`, `SOURCE/<source>` or `HOLD/<kind>/<name>`',
    writtenBy: 'dag-registry',
    readBy: 'all services, from the beginning and without a group',
  },
  results: {
    summary:
      'What a processor answers to a task: the results (or errors) of its executions up to the first failure, or the progress of long work.',
    description:
      'An item has a result or an error, never both; a result of null is `Value` with null inside. First answer wins as a whole. At most 4 MiB a result and 1,000 emissions.',
    key: 'the key of the task, sent to the task’s home partition',
    writtenBy: 'the processors of that team',
    readBy: 'router',
  },
  'seen-sources': {
    summary:
      'A source has sent its first signal: the source registry then lists it, as of kind `unknown` when nobody has declared it.',
    description: 'Written once a source, with the state that the trigger keeps of it; a crash may write it twice.',
    key: 'source',
    writtenBy: 'trigger',
    readBy: 'dag-registry',
  },
  signals: {
    summary:
      'One event about a source: a sample, the START or STOP of a stretch, or a WATERMARK that says everything before it has arrived. At most 64 values and 64 KiB; bulk samples stay where they are, and a signal stands for them (`count`).',
    description:
      'A repeated `id` is a duplicate and is dropped within the policy’s dedupe horizon. `eventTimeUs` is when it happened at the source; the record’s own timestamp is when it arrived.\n\nThe name `windlass-offline` is a word to the hub: with phase START the source goes offline and will upload later, with STOP it is back (silence).',
    key: 'source (the asset), so that everything about one source is ordered',
    writtenBy: 'anyone: SDKs, HTTP, bridges; the trigger (idle watermarks, `cause: idle`)',
    readBy: 'trigger',
  },
  windows: {
    summary:
      'A task: one pane and the part of the DAG that this processor can run now, with the upstream results it needs.',
    description:
      "`taskId` is random and unguessable: nobody can answer a task that was not sent to them. Results go back to `homePartition`. Ids, attempt and home partition are repeated in headers, so that a body that cannot be read can still be answered.\n\nWhich input is for which dependency of an algorithm, an SDK finds by `algorithm` and `relation`, and three things more:\n\n- `resolved` of the execution: what its registration calls `indicator@^1.2` is `indicator@1.4.0` in `inputs`.\n- `pane.previous`: for each `previous` dependency the windows that it means, under the text by which it was declared: `previous(20)`,\n  `previous(20, gap 1)`, `previous(20, gap 1, within 86400000000us)`, `previous(600000000us)`, `previous(600000000us, gap 60000000us)`.\n- `withheld` of the execution: inputs that are in the task for other algorithms, and that the rules of this one's dependency leave out.",
    key: 'the window’s key, so that a source’s tasks are ordered',
    writtenBy: 'router',
    readBy: 'that processor',
  },
} as const;
