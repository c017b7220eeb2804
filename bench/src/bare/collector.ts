/** Panes and outcomes become rows of the hub's tables; each is written as it comes. */
import { decodeCurrent, splitWireFormat, topicNames, type OutcomeEvent, type Pane } from '@windlass/contracts';
import { outcomesInsert, panesInsert, seenInsert, windowsInsert, type OutcomeRow } from './collector-rows.ts';
import { PREFIX } from './environment.ts';
import type { BareEffects, BareRecord } from './partition-loop.ts';
import { runStage } from './stage.ts';

const names = topicNames(PREFIX);

function handle(records: readonly BareRecord[]): BareEffects {
  const seen: OutcomeEvent[] = [];
  const panes: Pane[] = [];
  const outcomes: OutcomeRow[] = [];
  for (const { topic, message } of records) {
    const { body } = splitWireFormat(message.value);
    if (topic === names.panes) {
      const { event } = decodeCurrent('panes', body);
      const pane = (event as { readonly 'io.windlass.v1.Pane': Pane })['io.windlass.v1.Pane'];
      panes.push(pane);
    } else {
      const event = decodeCurrent('outcomes', body) as OutcomeEvent;
      seen.push(event);
      for (const outcome of event.outcomes) outcomes.push({ event, outcome });
    }
  }
  const statements = [];
  if (panes.length > 0) statements.push(windowsInsert(panes), panesInsert(panes));
  if (seen.length > 0) statements.push(seenInsert(seen));
  if (outcomes.length > 0) statements.push(outcomesInsert(outcomes));
  return { statements, messages: [] };
}

await runStage('collector', [names.panes, names.outcomes], handle);
