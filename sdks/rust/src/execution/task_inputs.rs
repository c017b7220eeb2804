//! The results a task brings, and those its own chain has made so far.

use std::collections::HashMap;
use std::sync::Arc;

use super::conform_avro::read_avro;
use crate::context::Given;
use crate::definition::Shape;
use crate::definition::dependency::{Dependency, Span};
use crate::failure::{Failure, Outcome};
use crate::needs::Input;
use crate::wire::task::{PreviousWindows, Relation, TaskExecution, TaskInput};
use crate::wire::value::Value;

pub struct TaskInputs {
    pub inputs: Vec<TaskInput>,
    pub previous: Vec<PreviousWindows>,
    /// By `name@version`.
    pub made: HashMap<String, Arc<Value>>,
}

impl TaskInputs {
    /// Every dependency's input, in their order.
    pub fn of(&self, needs: &[Arc<Dependency>], execution: &TaskExecution) -> Outcome<Vec<(Arc<Dependency>, Given)>> {
        let each = needs.iter().enumerate();
        let given = each.map(|(place, need)| Ok((Arc::clone(need), self.input(place, need, execution)?)));
        given.collect()
    }

    /// The places of those inputs of an execution that travel by reference and have not been fetched.
    pub fn referred(&self, needs: &[Arc<Dependency>], execution: &TaskExecution) -> Vec<usize> {
        let mut places = Vec::new();
        for (place, need) in needs.iter().enumerate() {
            let reference = resolved(need, execution);
            if need.relation == Relation::Same && self.made.contains_key(reference) {
                continue;
            }
            let found = self.found(place, need, reference, execution);
            let is_single = matches!(need.relation, Relation::Same | Relation::Parent);
            let beginning = if is_single { found.len().saturating_sub(1) } else { 0 };
            places.extend(
                found[beginning..]
                    .iter()
                    .filter(|at| self.inputs[**at].result.is_none()),
            );
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn input(&self, place: usize, need: &Dependency, execution: &TaskExecution) -> Outcome<Given> {
        let reference = resolved(need, execution);
        let is_single = matches!(need.relation, Relation::Same | Relation::Parent);
        if need.relation == Relation::Same
            && let Some(made) = self.made.get(reference)
        {
            return read(need, Arc::clone(made)).map(Given::One);
        }
        let found = self.found(place, need, reference, execution);
        if !is_single {
            let inputs = found.into_iter().map(|at| listed(need, &self.inputs[at]));
            return inputs.collect::<Outcome<_>>().map(Given::Many);
        }
        match found.last() {
            Some(at) => value_of(need, &self.inputs[*at]).map(Given::One),
            None if need.rules.may_lack() => Ok(Given::Nothing),
            None => Err(lacking(format!(
                "the task does not bring the input {reference} ({:?}), which must be there",
                need.relation
            ))),
        }
    }

    /// Places of inputs, oldest first.
    fn found(&self, place: usize, need: &Dependency, reference: &str, execution: &TaskExecution) -> Vec<usize> {
        let is_withheld = |input: &TaskInput| {
            let mut here = execution
                .withheld
                .iter()
                .filter(|one| usize::try_from(one.dependency) == Ok(place));
            here.any(|one| one.execution_ids.contains(&input.execution_id))
        };
        let is_meant = |at: &usize| {
            let input = &self.inputs[*at];
            input.algorithm == reference && input.relation == need.relation && !is_withheld(input)
        };
        let mut found: Vec<usize> = (0..self.inputs.len()).filter(is_meant).collect();
        let Some(span) = &need.span else { return found };
        let key = span.key();
        if let Some(named) = self.previous.iter().find(|one| one.dependency == key) {
            found.retain(|at| named.window_ids.contains(&self.inputs[*at].window_id));
        } else if let Span::Count { count, .. } = span {
            let more = found.len().saturating_sub(*count as usize);
            found.drain(..more);
        }
        found
    }
}

/// The algorithm that a reference stands for.
fn resolved<'a>(need: &'a Dependency, execution: &'a TaskExecution) -> &'a str {
    let resolved = execution.resolved.iter().find(|one| one.asked == need.algorithm);
    resolved.map_or(&need.algorithm, |one| &one.algorithm)
}

fn listed(need: &Dependency, input: &TaskInput) -> Outcome<Input<Value>> {
    Ok(Input {
        value: Arc::unwrap_or_clone(value_of(need, input)?),
        window_id: input.window_id.clone(),
        generation: input.generation,
        revision: input.revision,
        start_us: input.start_us,
        end_us: input.end_us,
        is_final: input.is_final,
        completeness: input.completeness.map(|one| one.0),
        metadata: input.metadata.clone(),
    })
}

fn value_of(need: &Dependency, input: &TaskInput) -> Outcome<Arc<Value>> {
    match &input.result {
        Some(value) => read(need, Arc::new(value.clone())),
        None => Err(lacking(format!(
            "the result of {} on window {} has not been fetched",
            input.algorithm, input.window_id
        ))),
    }
}

/// As the dependant wants to read it.
fn read(need: &Dependency, value: Arc<Value>) -> Outcome<Arc<Value>> {
    match need.reads.as_ref().map(|reads| &reads.shape) {
        Some(Shape::Avro(avro)) => read_avro(avro, Arc::unwrap_or_clone(value), &need.algorithm).map(Arc::new),
        _ => Ok(value),
    }
}

/// No retry would bring it.
fn lacking(message: String) -> Failure {
    Failure::of_class("LackingInput", message).non_retryable()
}
