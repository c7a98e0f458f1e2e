import ArgumentParser
import Broker

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The connectors that files and folders describe.
enum ConnectorFiles {
    /// The most files of one folder.
    private static let limit = 10_000

    /// Reads files, and of folders those that end in `.json` or `.properties`, in the order of their names.
    ///
    /// - Throws: `ConfigurationError` that names a file that cannot be read, or two of the same connector.
    static func read(_ paths: [String]) throws -> [ConnectorFile] {
        var files: [(path: String, connector: ConnectorFile)] = []
        for path in try paths.flatMap(expand) {
            let connector = try ConnectorFile(path: path)
            if let other = files.first(where: { $0.connector.name == connector.name }) {
                throw ConfigurationError("\(other.path) and \(path) describe the same connector, \(connector.name)")
            }
            files.append((path, connector))
        }
        return files.map(\.connector)
    }

    private static func expand(_ path: String) throws -> [String] {
        guard let all = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [path] }
        let names = all.filter { $0.hasSuffix(".json") || $0.hasSuffix(".properties") }
        guard !names.isEmpty else {
            throw ConfigurationError("\(path) has no file that ends in .json or .properties")
        }
        guard names.count <= limit else { throw ConfigurationError("\(path) has more than \(limit) files") }
        return names.sorted().map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
    }
}
