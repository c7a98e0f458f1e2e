/// The name of one task: its connector and its number, from 0.
public struct ConnectorTaskID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The connector's name.
    public var connector: String
    /// The task's number.
    public var task: Int

    /// Creates a name.
    public init(connector: String, task: Int) {
        self.connector = connector
        self.task = task
    }

    /// Whether `left` comes before `right`.
    public static func < (left: ConnectorTaskID, right: ConnectorTaskID) -> Bool {
        (left.connector, left.task) < (right.connector, right.task)
    }

    /// The value as text, for logs and messages.
    public var description: String { "\(connector)-\(task)" }
}
