/// A directory of a ``CrashFileSystem``: the names that processes see, those that the device has, and the operations
/// in between.
///
/// Thread rule: under the lock of its file system.
final class CrashDirectory {
    enum Node {
        case file(CrashFile)
        case directory(CrashDirectory)
    }

    /// One change that is on its way to the device.
    private enum Operation {
        case link(String, Node)
        case unlink(String)
        case rename(String, Node, to: String)
    }

    private(set) var names: [String: Node] = [:]
    private var durable: [String: Node] = [:]
    private var pending: [Operation] = []
    weak var parent: CrashDirectory?

    init(parent: CrashDirectory?) { self.parent = parent }

    func link(_ name: String, _ node: Node) { apply(.link(name, node)) }
    func unlink(_ name: String) { apply(.unlink(name)) }
    func rename(_ name: String, to new: String) { apply(.rename(name, names[name]!, to: new)) }

    private func apply(_ operation: Operation) {
        Self.apply(operation, to: &names)
        pending.append(operation)
    }

    private static func apply(_ operation: Operation, to names: inout [String: Node]) {
        switch operation {
        case .link(let name, let node): names[name] = node
        case .unlink(let name): names[name] = nil
        case .rename(let name, let node, let new):
            names[name] = nil
            names[new] = node
        }
    }

    /// Calls `body` with every file below, in order of the names.
    func forEachFile(_ body: (CrashFile) -> Void) {
        for (_, node) in names.sorted(by: { $0.key < $1.key }) {
            switch node {
            case .file(let file): body(file)
            case .directory(let directory): directory.forEachFile(body)
            }
        }
    }

    /// Makes all that lies in it durable, names and files.
    func syncAll() {
        for node in names.values {
            switch node {
            case .file(let file): file.sync()
            case .directory(let directory): directory.syncAll()
            }
        }
        sync()
    }

    func sync() {
        durable = names
        pending.removeAll()
    }

    /// A copy with everything that processes see, which the device has too.
    func copied(parent: CrashDirectory?) -> CrashDirectory {
        let result = CrashDirectory(parent: parent)
        for (name, node) in names {
            switch node {
            case .file(let file): result.link(name, .file(CrashFile(content: file.cached)))
            case .directory(let directory): result.link(name, .directory(directory.copied(parent: result)))
            }
        }
        result.sync()
        return result
    }

    /// What a power cut leaves: any of the operations since the last sync, with all files in the state that a power cut
    /// leaves them in.
    func afterCrash(
        parent: CrashDirectory?, _ generator: inout SeededGenerator, tearsSectors: Bool
    ) -> CrashDirectory {
        let result = CrashDirectory(parent: parent)
        var left = durable
        let share = [0, 0.5, 0.9, 1].randomElement(using: &generator)!
        for operation in pending where Double.random(in: 0..<1, using: &generator) < share {
            Self.apply(operation, to: &left)
        }
        // In order of the names: a dictionary's own would make the same seed give something else each time.
        for (name, node) in left.sorted(by: { $0.key < $1.key }) {
            switch node {
            case .file(let file):
                let content = file.afterCrash(&generator, tearsSectors: tearsSectors)
                result.names[name] = .file(CrashFile(content: content))
            case .directory(let directory):
                result.names[name] = .directory(
                    directory.afterCrash(parent: result, &generator, tearsSectors: tearsSectors))
            }
        }
        result.durable = result.names
        return result
    }
}
