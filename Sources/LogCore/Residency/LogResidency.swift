internal import CShims
internal import Synchronization

/// How many files logs may hold open, and how many they may map, at a time.
///
/// A partition has three files and more for each segment; thirty thousand of them would go beyond what the system grants
/// a process. So logs open and map files when they use them, and give back what was not used for longest once a limit
/// is reached. Whoever uses a file at that moment keeps it until done.
///
/// One for all logs of a process is right as a rule, because the system counts by process: ``shared``.
///
/// Safe to use from any thread.
///
/// - SeeAlso: docs/decisions/0024-open-files-and-mappings-have-a-bound.md
public final class LogResidency: Sendable {
    /// The most that logs hold at a time.
    public struct Limits: Sendable, Hashable {
        /// Open files and directories.
        public var descriptors: Int
        /// Mapped files.
        public var mappings: Int

        /// Creates limits.
        ///
        /// What is in use at the moment is not closed for them: a thread that works on a log holds up to four files.
        ///
        /// - Precondition: both are at least 1.
        public init(descriptors: Int, mappings: Int) {
            precondition(min(descriptors, mappings) >= 1, "a limit below 1")
            self.descriptors = descriptors
            self.mappings = mappings
        }

        /// Half of what the system grants this process now: `RLIMIT_NOFILE`, and `vm.max_map_count` on Linux.
        ///
        /// The other half is for sockets, libraries and the memory allocator.
        public static func ofProcess() -> Limits {
            func half(_ limit: Int64) -> Int { Int(max(1, min(limit, largest) / 2)) }
            return Limits(descriptors: half(millrace_descriptor_limit()), mappings: half(millrace_mapping_limit()))
        }

        /// Beyond this many the walk for the least used one takes longer than what it saves.
        private static let largest: Int64 = 1 << 20
    }

    /// What logs hold at a moment.
    public struct Statistics: Sendable, Hashable {
        /// Open files and directories.
        public var descriptors: Int
        /// Mapped files.
        public var mappings: Int
        /// Files and mappings that were given back since the start because the room was needed.
        public var givenBack: Int
    }

    /// The one that logs use unless told otherwise, with the limits that hold when it is used first.
    public static let shared = LogResidency(.ofProcess())

    /// The limits it keeps.
    public let limits: Limits
    let descriptors: ResidencePool
    let mappings: ResidencePool

    /// Creates one of its own limits, for the logs that are opened with it.
    public init(_ limits: Limits) {
        self.limits = limits
        descriptors = ResidencePool(limit: limits.descriptors)
        mappings = ResidencePool(limit: limits.mappings)
    }

    /// What logs hold now.
    public var statistics: Statistics {
        Statistics(
            descriptors: descriptors.count, mappings: mappings.count,
            givenBack: descriptors.evictionCount + mappings.evictionCount)
    }
}
