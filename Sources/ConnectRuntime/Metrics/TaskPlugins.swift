/// The plug-ins that one task works with, in the versions that were chosen when it was made.
///
/// - SeeAlso: KIP-891
struct TaskPlugins: Sendable, Hashable {
    /// A class in one version.
    struct Part: Sendable, Hashable {
        var className: String
        var version: String

        init(className: String, version: String?) {
            self.className = className
            self.version = version ?? PluginVersion.undefined
        }

        init(_ plugin: PluginCatalog.Description) {
            self.init(className: plugin.className, version: plugin.version)
        }
    }

    /// A transform or predicate under the name that it has in its configuration.
    struct Named: Sendable, Hashable {
        var alias: String
        var part: Part
    }

    /// `source` or `sink`.
    var kind: PluginCatalog.Kind
    var connector: Part
    var task: Part
    var keyConverter: Part
    var valueConverter: Part
    var headerConverter: Part
    /// The transforms in the order in which records go through them.
    var transforms: [Named] = []
    /// The predicates that transforms have, each once.
    var predicates: [Named] = []

    /// What `connector-task-metrics` has of them.
    var entries: [MetricSeries.Entry] {
        var entries = Self.entries("connector", connector)
        entries.append(.init("connector-type", .text(kind.rawValue)))
        return entries + Self.entries("task", task) + Self.entries("key-converter", keyConverter)
            + Self.entries("value-converter", valueConverter) + Self.entries("header-converter", headerConverter)
    }

    /// A group for each transform and predicate.
    func series(of id: ConnectorTaskID) -> [MetricSeries] {
        func series(_ group: MetricSeries.Group, _ tag: String, _ named: Named) -> MetricSeries {
            var series = MetricSeries(
                group, connector: id.connector, task: id.task, Self.entries(tag, named.part))
            series.tag = MetricSeries.Tag(name: tag, value: named.alias)
            return series
        }
        return transforms.map { series(.transform, "transform", $0) }
            + predicates.map { series(.predicate, "predicate", $0) }
    }

    private static func entries(_ what: String, _ part: Part) -> [MetricSeries.Entry] {
        [.init("\(what)-class", .text(part.className)), .init("\(what)-version", .text(part.version))]
    }
}
