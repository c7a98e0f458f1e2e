/// What of a REST Proxy is measured.
enum RESTMeasure: String, CaseIterable, Sendable {
    /// A request of API v2 for each record.
    case single
    /// Requests of API v2 with many records each.
    case batch
    /// Requests of API v3 that go on and on, with answers as they come.
    case stream
    /// Records read as server-sent events.
    case events

    /// What follows `"error_code":` in good answers; `nil` where it does not belong at all.
    var goodCode: StaticString? {
        switch self {
        case .single, .batch: "null"
        case .stream: "200"
        case .events: nil
        }
    }

    /// Whether records are read that are there, where the others write their own.
    var isReading: Bool { self == .events }
}
