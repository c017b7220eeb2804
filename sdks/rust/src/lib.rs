//! The Rust SDK of Windlass: declare algorithms, and run them as a processor.
//!
//! ```no_run
//! use windlass::{Processor, algorithm, double};
//!
//! fn main() -> std::process::ExitCode {
//!     let load = algorithm("load", "1").on("cycle@1").run(double("%"), |c| Ok(c.window.number("load")));
//!     windlass::main(Processor::new("condition").algorithm(load))
//! }
//! ```

#![forbid(unsafe_code)]

mod algorithm;
mod config;
mod context;
mod definition;
mod execution;
mod failure;
mod log;
mod needs;
mod processor;
mod record;
mod result_type;
mod retrying;
mod scheduling;
mod signals;
mod spoke;
pub mod testing;
mod wire;

pub use algorithm::{Algorithm, AnyAlgorithm, Declaring, algorithm};
pub use context::{ChildWindow, Context, Seen, Signal, TraceContext, Window};
pub use definition::dependency::{Action, OnRevision, Rules, Span};
pub use definition::{Binding, FieldOf, Fires, RetryPolicy};
pub use failure::{Failure, Outcome, non_retryable};
pub use log::Log;
pub use needs::{
    Input, Need, Remote, Several, Single, Source, children, members, parent, previous, read_as, remote, same,
};
pub use processor::{Processor, main, run};
pub use result_type::{
    ResultType, Travels, avro, boolean, bytes, double, doubles, field, list, long, none, optional_field, string,
    struct_of,
};
pub use signals::{Connecting, NewSignal, PublishError, SignalPublisher, SignalRefused};
pub use wire::metadata::{Metadata, Scalar};
pub use wire::task::{Lane, Phase, SourceAttributes, Timing};
pub use wire::value::{Field, Struct, Value};

/// Of this SDK.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
