import ArgumentParser
import HotPaths

/// Which hot paths, and where.
struct PathOptions: ParsableArguments {
    @Option(help: "Only the paths whose names contain this.") var path: String?
    @Option(help: "Where the data is put; a temporary directory if not given.") var directory: String?

    /// The paths that are asked for.
    var selected: [HotPath] {
        guard let path else { return HotPath.all }
        return HotPath.all.filter { $0.name.contains(path) }
    }

    func validate() throws {
        guard !selected.isEmpty else {
            throw ValidationError("no path has \(path ?? "") in its name: \(HotPath.all.map(\.name))")
        }
    }
}
