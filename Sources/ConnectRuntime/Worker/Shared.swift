/// A value that all who have it share, for a large one of which each connector and task would have copies of its own.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
