//! Declaring an algorithm.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::context::Context;
use crate::definition::dependency::Dependency;
use crate::definition::{Binding, Definition, RetryPolicy, Run};
use crate::execution::conform::shallow;
use crate::failure::Outcome;
use crate::needs::{Need, dependency_of};
use crate::result_type::{ResultType, Travels};

/// A declared algorithm that answers with `T`.
pub struct Algorithm<T> {
    pub(crate) definition: Arc<Definition>,
    rust: PhantomData<fn() -> T>,
}

impl<T> Clone for Algorithm<T> {
    fn clone(&self) -> Self {
        Self {
            definition: Arc::clone(&self.definition),
            rust: PhantomData,
        }
    }
}

/// An algorithm of any type, as a processor holds it.
#[derive(Clone)]
pub struct AnyAlgorithm(pub(crate) Arc<Definition>);

impl<T> From<Algorithm<T>> for AnyAlgorithm {
    fn from(one: Algorithm<T>) -> Self {
        Self(one.definition)
    }
}

impl<T> From<&Algorithm<T>> for AnyAlgorithm {
    fn from(one: &Algorithm<T>) -> Self {
        Self(Arc::clone(&one.definition))
    }
}

impl From<&AnyAlgorithm> for AnyAlgorithm {
    fn from(one: &AnyAlgorithm) -> Self {
        one.clone()
    }
}

/// An algorithm that is being declared. It ends with [`Declaring::run`] or [`Declaring::run_async`].
pub struct Declaring {
    name: String,
    version: String,
    bindings: Vec<Binding>,
    needs: Vec<Arc<Dependency>>,
    emits: Vec<String>,
    timeout: Option<Duration>,
    schedule_to_close: Option<Duration>,
    retry: Option<RetryPolicy>,
    max_result_bytes: Option<usize>,
}

/// Begins to declare `name@version`.
///
/// ```
/// use windlass::{algorithm, double};
///
/// let load = algorithm("load", "1").on("cycle@1").run(double("%"), |c| Ok(c.window.number("load")));
/// ```
pub fn algorithm(name: &str, version: &str) -> Declaring {
    Declaring {
        name: name.to_owned(),
        version: version.to_owned(),
        bindings: Vec::new(),
        needs: Vec::new(),
        emits: Vec::new(),
        timeout: None,
        schedule_to_close: None,
        retry: None,
        max_result_bytes: None,
    }
}

impl Declaring {
    /// Runs on panes of a window type, `name@version`, with the default timing: ON_TIME and LATE.
    pub fn on(self, window_type: &str) -> Self {
        self.bound(Binding::to(window_type))
    }

    /// Runs on the panes that the binding chooses.
    pub fn bound(mut self, binding: Binding) -> Self {
        self.bindings.push(binding);
        self
    }

    /// The order counts only for the hub.
    pub fn needs(mut self, need: &impl Need) -> Self {
        self.needs.push(dependency_of(need));
        self
    }

    /// May emit child windows of this type, `name@version`.
    pub fn emits(mut self, window_type: &str) -> Self {
        self.emits.push(window_type.to_owned());
        self
    }

    /// The start-to-close limit of one attempt. The context is stopped then; work that goes on regardless is answered as TIMEOUT and
    /// left to itself, and should look at its context instead.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Limits a run from its opening to its outcome; kept by the hub.
    pub fn schedule_to_close(mut self, limit: Duration) -> Self {
        self.schedule_to_close = Some(limit);
        self
    }

    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// A larger encoded result is refused; at most 4 MiB.
    pub fn max_result_bytes(mut self, bytes: usize) -> Self {
        self.max_result_bytes = Some(bytes);
        self
    }

    /// With its function, which runs in a thread of its own and should depend on nothing but its context: the same task may be run
    /// again after a crash, and its result must be the same.
    pub fn run<T: Travels>(
        self,
        result: ResultType<T>,
        run: impl Fn(&Context) -> Outcome<T> + Send + Sync + 'static,
    ) -> Algorithm<T> {
        self.made(result, Box::new(move |context| shallow(run(context)?.into())))
    }

    /// The same for an async function; what it awaits is driven by the runtime that the processor runs on.
    pub fn run_async<T: Travels, F>(
        self,
        result: ResultType<T>,
        run: impl Fn(Context) -> F + Send + Sync + 'static,
    ) -> Algorithm<T>
    where
        F: Future<Output = Outcome<T>>,
    {
        let wait = move |context: &Context| shallow(Handle::current().block_on(run(context.clone()))?.into());
        self.made(result, Box::new(wait))
    }

    fn made<T>(self, result: ResultType<T>, run: Run) -> Algorithm<T> {
        let definition = Definition {
            name: self.name,
            version: self.version,
            bindings: self.bindings,
            needs: self.needs,
            result: result.declared,
            emits: self.emits,
            timeout: self.timeout,
            schedule_to_close: self.schedule_to_close,
            retry: self.retry,
            max_result_bytes: self.max_result_bytes,
            run,
        };
        Algorithm {
            definition: Arc::new(definition),
            rust: PhantomData,
        }
    }
}
