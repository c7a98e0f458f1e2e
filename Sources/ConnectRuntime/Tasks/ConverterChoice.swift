import ConnectAPI

/// The converter that a task has in one of its three places.
struct ConverterChoice: Sendable {
    /// The class, as it is named.
    let name: String
    let version: VersionRequirement
    /// What the converter is configured with.
    let settings: [String: String]

    /// Takes the converter that a connector names, or else the worker's.
    ///
    /// A connector that names a class brings that class's version and settings too; the worker's own go with the
    /// worker's class.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a version of the wrong form.
    init(
        _ key: String, _ connector: [String: String], worker: WorkerConfiguration, _ workerClass: String
    ) throws {
        let prefix = key + "."
        let own = connector[key]
        var settings = own == nil ? worker.settings(under: prefix) : connector.entries(under: prefix)
        version = try VersionRequirement.take(from: &settings, below: prefix)
        name = own ?? workerClass
        self.settings = settings
    }
}

/// The three converters of a task.
struct ConverterChoices: Sendable {
    let key: ConverterChoice
    let value: ConverterChoice
    let header: ConverterChoice

    /// Takes those that a connector names, and the worker's for the ones that it does not.
    ///
    /// - Throws: as ``ConverterChoice/init(_:_:worker:_:)``.
    init(_ connector: [String: String], worker: WorkerConfiguration) throws {
        key = try ConverterChoice("key.converter", connector, worker: worker, worker.keyConverter)
        value = try ConverterChoice("value.converter", connector, worker: worker, worker.valueConverter)
        header = try ConverterChoice("header.converter", connector, worker: worker, worker.headerConverter)
    }
}
