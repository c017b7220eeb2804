//! Results that are a struct of the program's own.

/// Declares a struct whose values travel as results: its fields, each with its type, and what that is with its unit. `result()` is the
/// result type; dependants read the struct itself.
///
/// ```
/// use windlass::testing::{run_local, task_for};
/// use windlass::{Struct, Value, algorithm, double, long, record, same};
///
/// record! {
///     /// How far it is from what is usual.
///     pub struct Deviation {
///         score: f64 = double(""),
///         windows: i64 = long(""),
///         usual: Option<f64> = double("MB/s").optional(),
///     }
/// }
///
/// let deviation = algorithm("deviation", "1")
///     .on("cycle@1")
///     .run(Deviation::result(), |_| Ok(Deviation { score: 0.5, windows: 20, usual: None }));
/// let found = same(&deviation);
/// let alarm = algorithm("alarm", "1").on("cycle@1").needs(&found).run(double(""), move |c| Ok(found.get(c)?.score * 2.0));
///
/// let chain = [deviation.into(), alarm.into()];
/// let answered = run_local(&task_for(&chain), &chain);
/// let travelled = Struct::new().with("score", 0.5).with("windows", 20_i64).with("usual", Value::Null);
/// assert_eq!(answered[0].value, Some(travelled.into()));
/// assert_eq!(answered[1].value, Some(Value::Double(1.0)));
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$about:meta])*
        $visible:vis struct $name:ident { $($(#[$of:meta])* $field:ident: $type:ty = $result:expr),+ $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        $visible struct $name { $($(#[$of])* pub $field: $type),+ }

        impl $name {
            /// What an algorithm declares that answers with it.
            $visible fn result() -> $crate::ResultType<Self> {
                $crate::ResultType::of_fields([$($crate::field::<$type>(stringify!($field), $result)),+])
            }
        }

        impl From<$name> for $crate::Value {
            fn from(one: $name) -> Self {
                $crate::Struct::new()$(.with(stringify!($field), one.$field))+.into()
            }
        }

        impl $crate::Travels for $name {
            fn from_value(value: &$crate::Value) -> Option<Self> {
                let $crate::Value::Struct(fields) = value else { return None };
                Some(Self {
                    $($field: $crate::Travels::from_value(fields.get(stringify!($field)).unwrap_or(&$crate::Value::Null))?),+
                })
            }
        }
    };
}
