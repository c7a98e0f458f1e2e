import Logging

/// Strikes a connector's secrets out of what is logged about it. Has to stand before every handler that writes or keeps
/// lines.
struct RedactingLogHandler: LogHandler {
    private var handler: any LogHandler
    private let redactor: SecretRedactor

    init(_ handler: any LogHandler, _ redactor: SecretRedactor) {
        self.handler = handler
        self.redactor = redactor
    }

    var logLevel: Logger.Level {
        get { handler.logLevel }
        set { handler.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = redact(newValue) }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { handler.metadataProvider }
        set { handler.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue.map(redact) }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(redactor.redact(event.message.description))"
        event.metadata = event.metadata.map(redact)
        event.error = event.error.map { redactor.redact($0) }
        handler.log(event: event)
    }

    private func redact(_ metadata: Logger.Metadata) -> Logger.Metadata { metadata.mapValues(redact) }

    private func redact(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
        switch value {
        case .string(let text): .string(redactor.redact(text))
        case .stringConvertible(let value): .string(redactor.redact(value.description))
        case .dictionary(let metadata): .dictionary(redact(metadata))
        case .array(let values): .array(values.map(redact))
        }
    }
}

extension Logger {
    /// The logger without a connector's secrets in what it writes.
    func redacted(by redactor: SecretRedactor) -> Logger {
        Logger(label: label) { _ in RedactingLogHandler(handler, redactor) }
    }
}
