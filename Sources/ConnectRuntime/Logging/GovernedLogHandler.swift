public import Logging

/// Hands on to another handler what ``LoggerLevels`` let pass.
public struct GovernedLogHandler: LogHandler {
    private var base: any LogHandler
    private let cell: LevelCell
    let levels: LoggerLevels
    /// What the program itself asked of this one logger; the levels count no more for it.
    private var ownLevel: Logger.Level?

    init(base: any LogHandler, cell: LevelCell, levels: LoggerLevels) {
        self.base = base
        // What is written is decided here.
        self.base.logLevel = .trace
        self.cell = cell
        self.levels = levels
    }

    /// The least of what is written.
    public var logLevel: Logger.Level {
        get { ownLevel ?? cell.level.threshold }
        set { ownLevel = newValue }
    }

    /// What every line carries.
    public var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    /// What adds to lines from where they are written.
    public var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    /// One thing that every line carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    /// Writes a line, unless the logger is OFF.
    public func log(event: LogEvent) {
        if ownLevel == nil, cell.level == .off { return }
        base.log(event: event)
    }
}
