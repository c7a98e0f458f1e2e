/// The two ways to write an Avro value as JSON.
///
/// They differ in unions only: in both of them bytes and fixed are text whose characters U+0000 to U+00FF stand for the
/// bytes, enums are their symbols, and NaN and the infinities are the texts `NaN`, `Infinity` and `-Infinity`.
public enum AvroJSONForm: Sendable, Hashable {
    /// The specification's: a value of a union, unless it is null, is an object with the name of its type:
    /// `{"string": "x"}`.
    case avro
    /// What everyone else expects: a value of a union is the value.
    case plain
}
