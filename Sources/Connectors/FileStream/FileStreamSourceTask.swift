import ConnectAPI

/// Reads the files of a ``FileStreamSourceConnector``, or a share of them.
actor FileStreamSourceTask: SourceTask {
    /// How long a poll waits when there is nothing new, which is how late an appended line is at most: a tenth of the time
    /// for which there was nothing, within these. Hundreds of files that nobody writes to then cost next to nothing.
    private static let idleWaits = (least: Duration.milliseconds(50), most: Duration.milliseconds(500))
    /// How often files are looked for that match a pattern.
    private static let searchInterval = Duration.milliseconds(500)
    /// How many times as long as a search took it is until the next: folders of many thousand files take a while.
    private static let searchPause = 20

    nonisolated let version: String
    /// Where to go on is all that a file needs.
    nonisolated var takesAcknowledgements: Bool { false }

    private var settings: FileStreamSourceSettings?
    private var offsetReader: (any OffsetStorageReader)?
    private var readers: [FileReader] = []
    /// The reader whose turn it is, so that a file that grows fast lets others through.
    private var turn = 0
    /// The names that have a reader.
    private var known: Set<String> = []
    /// When there was something new the last time.
    private var lastNews = ContinuousClock.now
    /// When files are looked for again; `nil` before the first time.
    private var nextSearch: ContinuousClock.Instant?

    init(version: String) { self.version = version }

    func start(context: any SourceTaskContext, configuration: [String: String]) async throws {
        var settings = try FileStreamSourceSettings(configuration)
        settings.logger = context.logger
        self.settings = settings
        offsetReader = context.offsetStorageReader
        guard let selection = settings.selection else {
            readers = [settings.reader(of: nil, isPresent: true, isFound: false)]
            return
        }
        readers = selection.names(of: settings.share).map { settings.reader(of: $0, isPresent: true, isFound: false) }
        try search()
    }

    func poll() async throws -> [SourceRecord] { try await pollBatches().flatMap(\.records) }

    func pollBatches() async throws -> [SourceBatch] {
        guard let settings else { return [] }
        try search()
        for index in readers.indices where readers[index].needsPlace {
            let place = try await storedPlace(of: readers[index])
            readers[index].goOn(at: place)
        }
        var batch = PollBatch()
        var mayHaveMore = false
        for _ in readers.indices where batch.count < settings.batchSize {
            turn = turn + 1 < readers.count ? turn + 1 : 0
            if try readers[turn].read(into: &batch, limit: settings.batchSize) { mayHaveMore = true }
        }
        if batch.count > 0 || mayHaveMore {
            lastNews = batch.instant
        } else {
            let wait = min(max(lastNews.duration(to: .now) / 10, Self.idleWaits.least), Self.idleWaits.most)
            try await Task.sleep(for: wait)
        }
        return batch.finish()
    }

    func stop() async throws {
        for index in readers.indices { readers[index].close() }
        readers = []
    }

    /// Looks for files that match a pattern, when it is time.
    private func search() throws {
        guard let settings, let selection = settings.selection, !selection.patterns.isEmpty else { return }
        let now = ContinuousClock.now
        if let nextSearch, now < nextSearch { return }
        let isFirst = nextSearch == nil
        let found = try selection.found(of: settings.share)
        let end = ContinuousClock.now
        nextSearch = end + max(Self.searchInterval, now.duration(to: end) * Self.searchPause)
        for path in found where known.insert(path).inserted {
            readers.append(settings.reader(of: path, isPresent: isFirst, isFound: true))
        }
        forget(beyond: found)
    }

    /// Forgets files that are gone when there are too many names: each new one may be of a new file.
    private func forget(beyond found: [String]) {
        guard readers.count > FileSelection.fileLimit else { return }
        let present = Set(found)
        readers.removeAll { reader in
            guard let path = reader.path, known.contains(path), !present.contains(path), !reader.isOpen else {
                return false
            }
            known.remove(path)
            return true
        }
        turn = 0
    }

    private func storedPlace(of reader: FileReader) async throws -> FileReader.Place {
        guard let offset = try await offsetReader?.offset(for: reader.sourcePartition) else {
            return FileReader.Place()
        }
        guard let value = offset[FileOffset.positionField], !value.isNull else { return FileReader.Place() }
        guard let position = value.integer else {
            throw ConnectError(
                .invalidData, "The stored position of \(reader.path ?? "standard input") is not an integer: \(value)")
        }
        return FileReader.Place(position: position, inode: offset[FileOffset.inodeField]?.integer)
    }
}
