//! What an algorithm needs of others: declared with its builder, read in its function.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::algorithm::Algorithm;
use crate::context::{Context, Given};
use crate::definition::Declared;
use crate::definition::dependency::{Dependency, Rules, Span};
use crate::failure::{Failure, Outcome};
use crate::result_type::{ResultType, Travels};
use crate::wire::metadata::Metadata;
use crate::wire::task::Relation;
use crate::wire::value::Value;

/// Another algorithm as far as a dependant needs it: who it is and what it answers with.
pub trait Source<T> {
    #[doc(hidden)]
    fn reference(&self) -> String;
    #[doc(hidden)]
    fn reads(&self) -> Option<Declared>;
}

impl<T> Source<T> for Algorithm<T> {
    fn reference(&self) -> String {
        self.definition.reference()
    }

    fn reads(&self) -> Option<Declared> {
        Some(self.definition.result.clone())
    }
}

/// An algorithm of another processor.
pub struct Remote<T> {
    reference: String,
    reads: Option<Declared>,
    rust: PhantomData<fn() -> T>,
}

impl<T> Source<T> for Remote<T> {
    fn reference(&self) -> String {
        self.reference.clone()
    }

    fn reads(&self) -> Option<Declared> {
        self.reads.clone()
    }
}

/// An algorithm of another processor: `name@version`, or `name@range`, which is the highest version that fits.
///
/// ```
/// let indicator = windlass::remote::<f64>("indicator@^1.2");
/// ```
pub fn remote<T>(reference: &str) -> Remote<T> {
    Remote {
        reference: reference.to_owned(),
        reads: None,
        rust: PhantomData,
    }
}

/// The same, and how its results are read; the hub checks it when the processor registers.
pub fn read_as<T>(reference: &str, result: ResultType<T>) -> Remote<T> {
    Remote {
        reads: Some(result.declared),
        ..remote(reference)
    }
}

mod sealed {
    use super::{Arc, Dependency};

    pub trait Sealed {
        fn dependency(&self) -> &Arc<Dependency>;
    }
}

/// A declared dependency: a [`Single`] or a [`Several`].
pub trait Need: sealed::Sealed {}

/// A dependency on one result.
#[derive(Debug, Clone)]
pub struct Single<T> {
    declared: Arc<Dependency>,
    rust: PhantomData<fn() -> T>,
}

/// A dependency on a list of results.
#[derive(Debug, Clone)]
pub struct Several<T> {
    declared: Arc<Dependency>,
    rust: PhantomData<fn() -> T>,
}

impl<T> sealed::Sealed for Single<T> {
    fn dependency(&self) -> &Arc<Dependency> {
        &self.declared
    }
}

impl<T> sealed::Sealed for Several<T> {
    fn dependency(&self) -> &Arc<Dependency> {
        &self.declared
    }
}

impl<T> Need for Single<T> {}
impl<T> Need for Several<T> {}

pub(crate) fn dependency_of(need: &dyn sealed::Sealed) -> Arc<Dependency> {
    Arc::clone(need.dependency())
}

fn on<T>(source: &impl Source<T>, relation: Relation, span: Option<Span>) -> Dependency {
    Dependency {
        algorithm: source.reference(),
        relation,
        span,
        rules: Rules::default(),
        reads: source.reads(),
    }
}

fn single<T>(declared: Dependency) -> Single<T> {
    Single {
        declared: Arc::new(declared),
        rust: PhantomData,
    }
}

fn several<T>(declared: Dependency) -> Several<T> {
    Several {
        declared: Arc::new(declared),
        rust: PhantomData,
    }
}

fn ruled(declared: &Dependency, rules: Rules) -> Dependency {
    Dependency {
        algorithm: declared.algorithm.clone(),
        relation: declared.relation,
        span: declared.span,
        rules,
        reads: declared.reads.clone(),
    }
}

/// Its result on the same window.
pub fn same<T>(source: &impl Source<T>) -> Single<T> {
    single(on(source, Relation::Same, None))
}

/// Its latest accepted result on the parent window.
pub fn parent<T>(source: &impl Source<T>) -> Single<T> {
    single(on(source, Relation::Parent, None))
}

/// Its results on all child windows, once they are closed; ordered by start.
pub fn children<T>(source: &impl Source<T>) -> Several<T> {
    several(on(source, Relation::Children, None))
}

/// On a group's window: its results over the windows of the group's sources inside it; ordered by start.
pub fn members<T>(source: &impl Source<T>) -> Several<T> {
    several(on(source, Relation::Members, None))
}

/// Its results on previous windows of the same key: oldest first, fewer at the beginning. So many windows, or so long
/// ([`Span`] has the rest).
pub fn previous<T>(source: &impl Source<T>, span: impl Into<Span>) -> Several<T> {
    several(on(source, Relation::Previous, Some(span.into())))
}

/// The result of an upstream algorithm, with the window it is about.
#[derive(Debug, Clone)]
pub struct Input<T> {
    pub value: T,
    pub window_id: String,
    pub generation: i32,
    pub revision: i32,
    pub start_us: i64,
    pub end_us: i64,
    pub is_final: bool,
    pub completeness: Option<f64>,
    pub metadata: Metadata,
}

impl<T: Travels> Single<T> {
    /// What happens when it is not there as wished.
    pub fn rules(self, rules: Rules) -> Self {
        single(ruled(&self.declared, rules))
    }

    /// The value. A failure that is not retryable: it is not there (see [`Single::lookup`]), is of another type than declared, or is
    /// not among the algorithm's needs.
    pub fn get(&self, context: &Context) -> Outcome<T> {
        let lacking = || Failure::new(format!("{} is not there", self.declared.algorithm)).non_retryable();
        self.lookup(context)?.ok_or_else(lacking)
    }

    /// None where it is not there, which only a rule allows.
    pub fn lookup(&self, context: &Context) -> Outcome<Option<T>> {
        match given(context, &self.declared)? {
            Given::One(value) => typed(&self.declared, value).map(Some),
            _ => Ok(None),
        }
    }
}

impl<T: Travels> Several<T> {
    /// What happens when they are not there as wished.
    pub fn rules(self, rules: Rules) -> Self {
        several(ruled(&self.declared, rules))
    }

    /// The list, in its order.
    pub fn get(&self, context: &Context) -> Outcome<Vec<Input<T>>> {
        let Given::Many(inputs) = given(context, &self.declared)? else {
            return Ok(Vec::new());
        };
        inputs.iter().map(|input| self.input(input)).collect()
    }

    /// The values alone.
    pub fn values(&self, context: &Context) -> Outcome<Vec<T>> {
        Ok(self.get(context)?.into_iter().map(|input| input.value).collect())
    }

    fn input(&self, input: &Input<Value>) -> Outcome<Input<T>> {
        Ok(Input {
            value: typed(&self.declared, &input.value)?,
            window_id: input.window_id.clone(),
            generation: input.generation,
            revision: input.revision,
            start_us: input.start_us,
            end_us: input.end_us,
            is_final: input.is_final,
            completeness: input.completeness,
            metadata: input.metadata.clone(),
        })
    }
}

fn given<'a>(context: &'a Context, declared: &Arc<Dependency>) -> Outcome<&'a Given> {
    let found = context.inputs.iter().find(|(need, _)| Arc::ptr_eq(need, declared));
    found.map(|(_, given)| given).ok_or_else(|| {
        let text = format!(
            "{} ({:?}) is not among the algorithm's needs",
            declared.algorithm, declared.relation
        );
        Failure::new(text).non_retryable()
    })
}

fn typed<T: Travels>(declared: &Dependency, value: &Value) -> Outcome<T> {
    T::from_value(value).ok_or_else(|| {
        let declared = &declared.algorithm;
        Failure::new(format!(
            "the result of {declared} is a {}, which is not the type declared",
            value.kind()
        ))
        .non_retryable()
    })
}
