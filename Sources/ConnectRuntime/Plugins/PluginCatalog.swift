public import ConnectAPI
import ConnectPlugins
import Synchronization

/// The connectors, converters and transforms that configurations can name.
///
/// A plug-in is found by its full class name, by the last part of it, or by that without its suffix (`FileStreamSource`
/// for `org.apache.kafka.connect.file.FileStreamSourceConnector`), unless two plug-ins would share such a short name.
/// Of several versions of a class the newest that will do is taken; what is linked in has one. Plug-ins can be added
/// and removed while workers run. Safe to use from any thread.
public final class PluginCatalog: Sendable {
    /// What a plug-in is, as the REST API names it.
    public enum Kind: String, Sendable, Hashable {
        case source, sink, converter
        case headerConverter = "header_converter"
        case transformation, predicate

        /// What may be left off the end of a class name.
        fileprivate var suffix: String {
            switch self {
            case .source, .sink: "Connector"
            case .converter: "Converter"
            case .headerConverter: "HeaderConverter"
            case .transformation: "Transformation"
            case .predicate: "Predicate"
            }
        }
    }

    /// One plug-in as lists show it.
    public struct Description: Sendable, Hashable {
        /// The full class name.
        public var className: String
        /// What it is.
        public var kind: Kind
        /// Its version, if it tells.
        public var version: String?
    }

    /// Makes a converter from its configuration; the flag tells whether it is for keys.
    public typealias MakeConverter =
        @Sendable (_ configuration: [String: String], _ isKey: Bool) throws -> any Converter
    /// Makes a header converter from its configuration.
    public typealias MakeHeaderConverter = @Sendable (_ configuration: [String: String]) throws -> any HeaderConverter

    /// Makes a transform from its configuration.
    public typealias MakeTransform = @Sendable (_ configuration: [String: String]) throws -> any Transform
    /// Makes a predicate from its configuration.
    public typealias MakePredicate = @Sendable (_ configuration: [String: String]) throws -> any Predicate

    enum Factory: Sendable {
        case source(@Sendable () -> any SourceConnector)
        case sink(@Sendable () -> any SinkConnector)
        case converter(ConfigDefinition, MakeConverter)
        case headerConverter(ConfigDefinition, MakeHeaderConverter)
        case transformation(ConfigDefinition, MakeTransform)
        case predicate(ConfigDefinition, MakePredicate)
    }

    struct Plugin: Sendable {
        var description: Description
        var factory: Factory
        /// Its version, to be compared.
        let version: PluginVersion
        /// The program beside this one that it is, from `plugin.path`; `nil` for what is linked in.
        let program: ObjectIdentifier?

        init(_ description: Description, _ factory: Factory, program: ObjectIdentifier? = nil) {
            self.description = description
            self.factory = factory
            self.program = program
            version = PluginVersion(description.version ?? PluginVersion.undefined)
        }

        /// Whether it is a program beside this one.
        var isHosted: Bool { program != nil }

        /// Whether `name` is the last part of its class name, with its suffix or without.
        func isMeant(byShort name: String) -> Bool {
            let simple = description.className.split(separator: ".").last.map(String.init) ?? ""
            let suffix = description.kind.suffix
            return simple == name || (simple.hasSuffix(suffix) && simple.dropLast(suffix.count) == name)
        }
    }

    let plugins = Mutex<[Plugin]>([])
    let configProviders = ConfigProviderCatalog()

    /// Creates a catalog with the converters, transforms and predicates that every worker has.
    ///
    /// - Parameter version: What the built-in plug-ins show as their version.
    public init(version: String) {
        for entry in StandardPlugins.converters {
            registerConverter(entry.className, version: version, definition: entry.definition) { configuration, _ in
                try entry.make(configuration)
            }
            registerHeaderConverter(entry.className, version: version, definition: entry.definition) {
                try entry.make($0)
            }
        }
        for entry in StandardPlugins.headerConverters {
            registerHeaderConverter(
                entry.className, version: version, definition: entry.definition, make: entry.make)
        }
        for entry in StandardPlugins.transforms {
            registerTransform(entry.className, version: version, definition: entry.definition, make: entry.make)
        }
        for entry in StandardPlugins.predicates {
            registerPredicate(entry.className, version: version, definition: entry.definition, make: entry.make)
        }
    }

    /// Adds a source connector.
    public func registerSource(
        _ className: String, version: String?, make: @escaping @Sendable () -> any SourceConnector
    ) { register(className, .source, version, .source(make)) }

    /// Adds a sink connector.
    public func registerSink(_ className: String, version: String?, make: @escaping @Sendable () -> any SinkConnector) {
        register(className, .sink, version, .sink(make))
    }

    /// Adds a converter for keys and values.
    public func registerConverter(
        _ className: String, version: String?, definition: ConfigDefinition, make: @escaping MakeConverter
    ) { register(className, .converter, version, .converter(definition, make)) }

    /// Adds a converter for headers.
    public func registerHeaderConverter(
        _ className: String, version: String?, definition: ConfigDefinition, make: @escaping MakeHeaderConverter
    ) { register(className, .headerConverter, version, .headerConverter(definition, make)) }

    /// Adds a transform.
    public func registerTransform(
        _ className: String, version: String?, definition: ConfigDefinition, make: @escaping MakeTransform
    ) { register(className, .transformation, version, .transformation(definition, make)) }

    /// Adds a predicate.
    public func registerPredicate(
        _ className: String, version: String?, definition: ConfigDefinition, make: @escaping MakePredicate
    ) { register(className, .predicate, version, .predicate(definition, make)) }

    /// Removes a plug-in of every kind that has this class name; what runs already goes on.
    public func unregister(_ className: String) {
        plugins.withLock { $0.removeAll { $0.description.className == className } }
    }

    /// The plug-ins, by class name within each kind; of a class every version, the oldest first.
    ///
    /// - Parameter connectorsOnly: Whether converters and transforms are left out.
    public func descriptions(connectorsOnly: Bool) -> [Description] {
        let order: [Kind] =
            connectorsOnly
            ? [.sink, .source]
            : [.sink, .source, .converter, .headerConverter, .transformation, .predicate]
        let all = plugins.withLock { $0 }
        return order.flatMap { kind in
            all.filter { $0.description.kind == kind }
                .sorted { ($0.description.className, $0.version) < ($1.description.className, $1.version) }
                .map(\.description)
        }
    }

    private func register(_ className: String, _ kind: Kind, _ version: String?, _ factory: Factory) {
        let description = Description(className: className, kind: kind, version: version)
        plugins.withLock { plugins in
            plugins.removeAll { $0.description.className == className && $0.description.kind == kind }
            plugins.append(Plugin(description, factory))
        }
    }

    // MARK: Finding

    /// The newest version of the plug-in of one of these kinds that `name` means, or `nil`.
    func find(_ name: String, _ kinds: Set<Kind>) -> Plugin? { versions(name, kinds).first }

    /// The full class name of what `name` means; the name itself if there is none.
    func className(_ name: String, _ kinds: Set<Kind>) -> String { find(name, kinds)?.description.className ?? name }

    /// Makes the newest version of the connector that `name` means.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound` that lists the connectors there are.
    public func makeConnector(_ name: String) throws -> any Connector {
        try makeConnector(for: ["connector.class": name])
    }

    /// Makes the key or value converter that `name` means.
    ///
    /// - Throws: ``ConnectError`` with code `.notFound`, as all that follow; what makes it throws.
    public func makeConverter(
        _ name: String, version: VersionRequirement = .latest, configuration: [String: String], isKey: Bool
    ) throws -> any Converter {
        guard case .converter(_, let make) = try find(name, [.converter], version)?.factory else {
            throw ConnectError(.notFound, "Class \(name) could not be found.")
        }
        return try make(configuration, isKey)
    }

    /// Makes the header converter that `name` means.
    public func makeHeaderConverter(
        _ name: String, version: VersionRequirement = .latest, configuration: [String: String]
    ) throws -> any HeaderConverter {
        guard case .headerConverter(_, let make) = try find(name, [.headerConverter], version)?.factory else {
            throw ConnectError(.notFound, "Class \(name) could not be found.")
        }
        return try make(configuration)
    }

    /// Makes the transform that `name` means.
    public func makeTransform(
        _ name: String, version: VersionRequirement = .latest, configuration: [String: String]
    ) throws -> any Transform {
        guard case .transformation(_, let make) = try find(name, [.transformation], version)?.factory else {
            throw ConnectError(.notFound, "Class \(name) could not be found.")
        }
        return try make(configuration)
    }

    /// Makes the predicate that `name` means.
    public func makePredicate(
        _ name: String, version: VersionRequirement = .latest, configuration: [String: String]
    ) throws -> any Predicate {
        guard case .predicate(_, let make) = try find(name, [.predicate], version)?.factory else {
            throw ConnectError(.notFound, "Class \(name) could not be found.")
        }
        return try make(configuration)
    }

    /// The configuration keys of the converter, transform or predicate that `name` means; `nil` when there is none.
    func definition(_ name: String, _ kind: Kind) -> ConfigDefinition? { find(name, [kind])?.definition }

    /// The configuration keys of the plug-in that `name` means: a connector's own, and behind them those that every
    /// connector of its kind has; the others' without the prefix that they have in a connector's configuration.
    ///
    /// - Returns: `nil` when there is no such plug-in.
    /// - Throws: ``ConnectError`` with code `.notFound` when there is one, but in no version that will do.
    public func configurationKeys(_ name: String, version: VersionRequirement = .latest) throws -> [ConfigKey]? {
        let kinds: [Kind] = [.source, .sink, .converter, .headerConverter, .transformation, .predicate]
        guard let kind = kinds.first(where: { find(name, [$0]) != nil }),
            let plugin = try find(name, [kind], version)
        else { return nil }
        let own = plugin.definition
        let common: ConfigDefinition? =
            switch kind {
            case .source: ConnectorConfiguration.source
            case .sink: ConnectorConfiguration.sink
            default: nil
            }
        return own.keys + (common?.keys ?? []).filter { own[$0.name] == nil }
    }

    /// What kind of connector a configuration describes.
    func kind(of configuration: [String: String]?) -> ConnectorKind {
        switch configuration.flatMap({ connector(of: $0) })?.description.kind {
        case .source: .source
        case .sink: .sink
        default: .unknown
        }
    }
}

/// The direction in which a connector moves data.
public enum ConnectorKind: String, Sendable, Hashable {
    case source, sink, unknown
}
