public import Logging
import RecordFormat
import Synchronization

/// The levels of a worker's loggers, which can be changed while it runs (KIP-495, KIP-976).
///
/// Loggers have dotted names, and one without a level of its own has that of the nearest name above it, `root` at the top.
/// A change counts from the next line on: loggers look at a cell that changes with the levels, so that a line which is not
/// written costs one load. Safe to use from any thread.
public final class LoggerLevels: Sendable {
    /// The level of a logger.
    public struct Setting: Sendable, Hashable {
        /// The level.
        public var level: KafkaLogLevel
        /// When it was set, in milliseconds since 1970; `nil` when it is as it was at the start.
        public var lastModified: Int64?
    }

    private struct State {
        var root: Setting
        /// Levels that were set, by name; `root` has its own place.
        var settings: [String: Setting] = [:]
        /// What loggers look at, by name.
        var cells: [String: LevelCell] = [:]
    }

    /// The name that stands for all loggers.
    public static let root = "root"
    /// Names below this one need no logger to be asked for.
    private static let workerNames = "org.apache.kafka.connect"
    /// The most names that may have levels, and the longest that one may be: they come from outside.
    private static let maximumNames = 1000
    private static let maximumNameLength = 255

    private let state: Mutex<State>
    private let now: @Sendable () -> Int64
    private let makeHandler: @Sendable (String) -> any LogHandler

    /// Creates levels.
    ///
    /// - Parameters:
    ///   - level: The level of all loggers.
    ///   - now: The time in milliseconds since 1970; the time of day when it is `nil`.
    ///   - makeHandler: Makes what writes the lines of a logger.
    public init(
        level: KafkaLogLevel, now: (@Sendable () -> Int64)? = nil,
        makeHandler: @escaping @Sendable (String) -> any LogHandler
    ) {
        state = Mutex(State(root: Setting(level: level)))
        self.now = now ?? { Timestamp.now().milliseconds }
        self.makeHandler = makeHandler
    }

    /// The levels that a logger has already, or new ones over what it writes to.
    public static func governing(_ logger: Logger) -> LoggerLevels {
        if let handler = logger.handler as? GovernedLogHandler { return handler.levels }
        return LoggerLevels(level: KafkaLogLevel(logger.logLevel)) { _ in logger.handler }
    }

    /// A logger whose level changes when these do.
    public func logger(_ name: String) -> Logger {
        let handler = handler(label: name)
        return Logger(label: name) { _ in handler }
    }

    /// What such a logger writes through; for `LoggingSystem.bootstrap`.
    public func handler(label: String) -> GovernedLogHandler {
        GovernedLogHandler(base: makeHandler(label), cell: cell(label), levels: self)
    }

    private func cell(_ name: String) -> LevelCell {
        state.withLock { state in
            if let cell = state.cells[name] { return cell }
            let cell = LevelCell(Self.effective(name, state).level)
            state.cells[name] = cell
            return cell
        }
    }

    // MARK: What users see and set

    /// The loggers that have a level of their own.
    public var all: [String: Setting] {
        state.withLock { state in
            var all = state.settings
            all[Self.root] = state.root
            return all
        }
    }

    /// The level of a logger: its own, or that of the nearest name above it.
    ///
    /// - Returns: `nil` when there is no such logger.
    public func setting(of name: String) -> Setting? {
        state.withLock { state in
            if Self.isRoot(name) { return state.root }
            let isKnown =
                state.settings[name] != nil || state.cells[name] != nil || Self.isBelow(name, Self.workerNames)
            return isKnown ? Self.effective(name, state) : nil
        }
    }

    /// Sets the level of a logger and of all below it.
    ///
    /// - Returns: Their names, sorted; `nil` for a name that is too long, or one more than levels can be kept for.
    public func set(_ name: String, to level: KafkaLogLevel) -> [String]? {
        guard name.utf8.count <= Self.maximumNameLength else { return nil }
        let time = now()
        return state.withLock { state -> [String]? in
            let isRoot = Self.isRoot(name)
            let known = Set(state.settings.keys).union(state.cells.keys)
            var affected = known.filter { isRoot || Self.isBelow($0, name) }
            affected.insert(isRoot ? Self.root : name)
            guard isRoot || known.union(affected).count <= Self.maximumNames else { return nil }
            // Those that have the level already keep the time from which they have it.
            let changed = affected.filter { Self.effective($0, state).level != level }
            let setting = Setting(level: level, lastModified: time)
            for name in changed {
                if name == Self.root { state.root = setting } else { state.settings[name] = setting }
            }
            for (name, cell) in state.cells { cell.level = Self.effective(name, state).level }
            return affected.sorted()
        }
    }

    private static func isRoot(_ name: String) -> Bool { name.lowercased() == root }

    private static func isBelow(_ name: String, _ ancestor: String) -> Bool {
        name == ancestor || name.hasPrefix(ancestor + ".")
    }

    private static func effective(_ name: String, _ state: borrowing State) -> Setting {
        if name == root { return state.root }
        var rest = name[...]
        while !rest.isEmpty {
            if let setting = state.settings[String(rest)] {
                return rest.count == name.count ? setting : Setting(level: setting.level)
            }
            rest = rest.lastIndex(of: ".").map { rest[..<$0] } ?? ""
        }
        return Setting(level: state.root.level)
    }
}

/// What one logger may say, for it to look at before each line.
final class LevelCell: Sendable {
    private static let levels = KafkaLogLevel.allCases
    private let place: Atomic<Int>

    init(_ level: KafkaLogLevel) { place = Atomic(Self.place(level)) }

    var level: KafkaLogLevel {
        get { Self.levels[place.load(ordering: .relaxed)] }
        set { place.store(Self.place(newValue), ordering: .relaxed) }
    }

    private static func place(_ level: KafkaLogLevel) -> Int { levels.firstIndex(of: level) ?? 0 }
}
