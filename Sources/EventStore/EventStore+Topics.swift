public import LogCore
internal import RecordFormat
internal import Synchronization

extension EventStore {
    /// Opens a topic, creating it if there is none of this name.
    ///
    /// The number of partitions and the settings are kept on disk: opening the topic again needs its name only. A new
    /// topic is durable when this returns. A partition whose files cannot be opened is offline, and the others are not:
    /// its own calls throw what was found.
    ///
    /// Blocks while logs are recovered. Opening an open topic gives another handle to it.
    ///
    /// - Parameters:
    ///   - name: 1 to 249 letters, digits, `.`, `_` and `-`.
    ///   - partitions: The number of partitions of a new topic, 1 if `nil`; it must be that of an existing one.
    ///   - configuration: The settings; they replace those of an existing topic. `nil` leaves those it has, or the
    ///     defaults.
    /// - Throws: ``LogError`` with code `.invalidConfiguration` for a name, number or setting that cannot be,
    ///   `.storageFull`, `.io`, `.closed`.
    public func topic(
        _ name: String, partitions: Int32? = nil, configuration: LogConfiguration? = nil
    ) throws(LogError) -> Topic {
        guard name != Self.offsetsTopic else {
            throw LogError(.invalidConfiguration, "\(name) is the store's own: use offsets(group:)")
        }
        return try openTopic(name, partitions: partitions, configuration: configuration)
    }

    func openTopic(
        _ name: String, partitions: Int32?, configuration: LogConfiguration?
    ) throws(LogError) -> Topic {
        try TopicDescriptor.validate(name: name)
        try configuration?.validate()
        // Held while files are created and recovered: two who ask for one topic must get the same logs. Appends,
        // reads and syncs never take it.
        let content = try topicTable.withLock { table throws(LogError) -> TopicContent in
            let descriptor = try describe(name, partitions, configuration, in: &table)
            if let content = table.open[name] {
                if let configuration { try content.apply(configuration) }
                return content
            }
            let content = try open(descriptor)
            table.open[name] = content
            return content
        }
        return Topic(store: self, content: content)
    }

    /// The descriptor of the topic, made or brought up to date if need be.
    private func describe(
        _ name: String, _ partitions: Int32?, _ configuration: LogConfiguration?, in table: inout TopicTable
    ) throws(LogError) -> TopicDescriptor {
        if case .open = state.withLock({ $0 }) {} else { throw StoreState.closedError }
        guard var descriptor = table.descriptors[name] else {
            let count = partitions ?? 1
            guard (1...TopicDescriptor.maxPartitions).contains(count) else {
                throw LogError(
                    .invalidConfiguration, "\(count) partitions: 1 to \(TopicDescriptor.maxPartitions) can be")
            }
            let new = TopicDescriptor(
                name: name, id: .random(), partitionCount: count, configuration: configuration ?? LogConfiguration())
            // Refused before anything is written: the directories are another host's, or a damaged topic's.
            for partition in new.partitions where try files.exists(partition.directoryName) {
                throw LogError(
                    .invalidConfiguration,
                    "\(options.directory)/\(partition.directoryName) belongs to no topic that the store knows: move it away"
                )
            }
            try table.keep(new)
            return new
        }
        if let partitions, partitions != descriptor.partitionCount {
            throw LogError(
                .invalidConfiguration,
                "\(name) has \(descriptor.partitionCount) partitions, not \(partitions): keys would move to others")
        }
        if let configuration, configuration != descriptor.configuration {
            descriptor.configuration = configuration
            try table.keep(descriptor)
        }
        return descriptor
    }

    private func open(_ descriptor: TopicDescriptor) throws(LogError) -> TopicContent {
        let partitions = descriptor.partitions
        let opened = OpenedLogs(partitions.count)
        OpeningCrew.run(partitions.count) { [self] index in
            let partition = partitions[index]
            do throws(LogError) {
                let log = try open(
                    partition, topicID: descriptor.id, configuration: descriptor.configuration,
                    movesHighWatermark: true)
                opened.set(index, .success(log), observer)
            } catch {
                if error.code != .closed {
                    observer.logDidFindDamage(options.directory + "/" + partition.directoryName, error: error)
                }
                opened.set(index, .failure(error), observer)
            }
        }
        return TopicContent(descriptor, partitions: try opened.all())
    }

    /// The names of the topics, open or not, in alphabetical order; without the store's own.
    public var topicNames: [String] {
        topicTable.withLock { $0.descriptors.keys.filter { $0 != Self.offsetsTopic }.sorted() }
    }

    /// Deletes a topic with its records, and what groups have committed for it.
    ///
    /// Once this has begun to change files the topic is gone, also after a crash; the next start removes what is left.
    /// Handles to it throw `.closed`, readers too.
    ///
    /// - Returns: Whether there was such a topic.
    /// - Throws: ``LogError`` with code `.io` or `.storageFull`; the topic may be gone all the same.
    @discardableResult
    public func deleteTopic(_ name: String) throws(LogError) -> Bool {
        guard name != Self.offsetsTopic else {
            throw LogError(.invalidConfiguration, "\(name) is the store's own")
        }
        let descriptor = try topicTable.withLock { table throws(LogError) -> TopicDescriptor? in
            guard let descriptor = table.descriptors[name] else { return nil }
            try table.markDeleted(descriptor)
            // Under the lock: a topic of the same name must not be created over directories that are still there.
            try delete(descriptor.partitions, topicID: descriptor.id)
            return descriptor
        }
        guard let descriptor else { return false }
        try finishDeletion(of: descriptor)
        return true
    }

    /// Does what is left to do of deletions that a crash interrupted; what fails is left to the next start.
    func finishDeletions() {
        for descriptor in topicTable.withLock({ $0.interrupted }) {
            do throws(LogError) {
                let isNameTaken = topicTable.withLock { $0.descriptors[descriptor.name] != nil }
                // A topic that has taken the name since then has its own partitions under it, and its own progress.
                try delete(isNameTaken ? [] : descriptor.partitions, topicID: descriptor.id)
                if isNameTaken {
                    try topicTable.withLock { table throws(LogError) in try table.forget(descriptor) }
                } else {
                    try finishDeletion(of: descriptor)
                }
            } catch {
                observer.storeDidFailInBackground(error)
            }
        }
    }

    private func finishDeletion(of descriptor: TopicDescriptor) throws(LogError) {
        try dropOffsets(ofTopic: descriptor.name)
        try topicTable.withLock { table throws(LogError) in try table.forget(descriptor) }
    }
}

extension TopicContent {
    /// Puts new settings in force for every partition.
    fileprivate func apply(_ new: LogConfiguration) throws(LogError) {
        for case .success(let stored) in partitions { try stored.log.apply(new) }
        configuration.withLock { $0 = new }
    }
}

/// The logs of a topic as they are opened, on several threads.
private final class OpenedLogs: Sendable {
    private struct State {
        var logs: [Result<StoredLog, LogError>?]
        var count = 0
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(logs: Array(repeating: nil, count: count))) }

    func set(_ index: Int, _ log: Result<StoredLog, LogError>, _ observer: any StoreObserver) {
        state.withLock { state in
            state.logs[index] = log
            state.count += 1
            // One after the other: who shows the progress sees it go forward.
            observer.storeDidOpen(state.count, of: state.logs.count)
        }
    }

    /// All of them.
    ///
    /// - Throws: ``LogError`` with code `.closed` if the store was closed meanwhile.
    func all() throws(LogError) -> [Result<StoredLog, LogError>] {
        let logs = state.withLock { $0.logs.compactMap { $0 } }
        for case .failure(let error) in logs where error.code == .closed { throw error }
        return logs
    }
}
