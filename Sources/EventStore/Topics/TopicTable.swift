internal import LogCore
internal import RecordFormat

/// The topics of a store: those that its directory describes, and which of them are open.
///
/// A value under the store's topic lock.
struct TopicTable {
    private let directory: LogDirectory
    private(set) var descriptors: [String: TopicDescriptor] = [:]
    /// The open topics by name.
    var open: [String: TopicContent] = [:]
    /// Topics whose deletion a crash interrupted.
    private(set) var interrupted: [TopicDescriptor] = []

    /// Reads the files of all topics; one that cannot be read is reported, and its topic is not there.
    ///
    /// - Parameter names: The names in the directory.
    init(directory: LogDirectory, names: [String], observer: any StoreObserver) {
        self.directory = directory
        for name in names.sorted() {
            let isDeleted = name.hasSuffix(TopicDescriptor.deletedSuffix)
            guard isDeleted || name.hasSuffix(TopicDescriptor.suffix) else { continue }
            do throws(LogError) {
                let descriptor = try TopicDescriptor(reading: name, in: directory)
                if isDeleted {
                    interrupted.append(descriptor)
                } else if let other = descriptors.updateValue(descriptor, forKey: descriptor.name) {
                    descriptors[descriptor.name] = other
                    throw LogError(
                        .unsupportedFormat,
                        "\(directory.path(of: name)): the topic \(descriptor.name) has the id \(other.id) already")
                }
            } catch {
                observer.logDidFindDamage(directory.path, error: error)
            }
        }
    }

    private func fileName(_ id: TopicID) -> String { "\(id)\(TopicDescriptor.suffix)" }
    private func deletedName(_ id: TopicID) -> String { "\(id)\(TopicDescriptor.deletedSuffix)" }

    /// Keeps a topic, new or changed; durable when this returns.
    mutating func keep(_ descriptor: TopicDescriptor) throws(LogError) {
        try directory.replaceFile(fileName(descriptor.id), with: descriptor.text)
        descriptors[descriptor.name] = descriptor
    }

    /// Marks a topic as deleted; from here on it is, whatever happens.
    mutating func markDeleted(_ descriptor: TopicDescriptor) throws(LogError) {
        try directory.rename(fileName(descriptor.id), to: deletedName(descriptor.id))
        descriptors[descriptor.name] = nil
        open[descriptor.name] = nil
        try directory.sync()
    }

    /// Forgets a topic that was marked as deleted, after everything of it is gone.
    mutating func forget(_ descriptor: TopicDescriptor) throws(LogError) {
        try directory.removeFile(deletedName(descriptor.id))
        interrupted.removeAll { $0.id == descriptor.id }
    }
}
