/// Why there is no figure.
struct BenchFailure: Error, CustomStringConvertible {
    var description: String
}
