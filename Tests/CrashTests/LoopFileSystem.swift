import Foundation
import ServerHarness

/// A file system of its own in an image file, which can be cut off from its device as by a power cut.
///
/// What was not synced by then is gone after ``remount()``: the kernel drops the dirty pages and the journal in memory.
struct LoopFileSystem: Sendable {
    /// The kinds that are tried: they differ in when they allocate, and in what order they write.
    enum Kind: String, CaseIterable, Sendable {
        case ext4
        case xfs
    }

    let kind: Kind
    /// Where it is mounted.
    let mountPoint: String
    private let image: String

    /// Makes a file system, mounts it for as long as `body` runs, and leaves no mount, device or image behind.
    ///
    /// - Throws: ``HarnessError`` when it cannot be made or mounted, or what `body` throws.
    static func with<Result>(
        _ kind: Kind, in directory: TemporaryDirectory, _ body: (LoopFileSystem) async throws -> Result
    ) async throws -> Result {
        let disk = LoopFileSystem(
            kind: kind, mountPoint: directory.path("\(kind.rawValue)-mount"),
            image: directory.path("\(kind.rawValue)-image"))
        try FileManager.default.createDirectory(atPath: disk.mountPoint, withIntermediateDirectories: true)
        // The smallest that xfs takes; the file is sparse.
        try await Command.administrator("truncate", ["--size=300M", disk.image])
        try await Command.administrator("mkfs.\(kind.rawValue)", ["-q", disk.image])
        try await disk.mount()
        do {
            let result = try await body(disk)
            await disk.remove()
            return result
        } catch {
            await disk.remove()
            throw error
        }
    }

    private func mount() async throws {
        // The loop device goes with the mount.
        try await Command.administrator("mount", ["-o", "loop", image, mountPoint])
    }

    /// Cuts the file system off: from here on every write and sync fails, and nothing more reaches the image.
    func cutOff() async throws { try await Command.administrator("xfs_io", ["-x", "-c", "shutdown", mountPoint]) }

    /// Mounts it anew, as after a restart of the machine; no process may have a file open there.
    func remount() async throws {
        try await Command.administrator("umount", [mountPoint])
        try await mount()
    }

    private func remove() async {
        // Lazily where a process that is about to end still has files open: the mount goes with the last of them.
        if (try? await Command.administrator("umount", [mountPoint])) == nil {
            _ = try? await Command.administrator("umount", ["--lazy", mountPoint])
        }
        try? FileManager.default.removeItem(atPath: image)
    }

    /// Whether this machine can do all this; when it cannot, the reason is printed.
    static let canBeMade = Task {
        guard let obstacle = await obstacle() else { return true }
        print("power cuts: skipped, \(obstacle)")
        return false
    }

    /// What stands in the way, or nil: one of each kind is made and cut off to find out.
    private static func obstacle() async -> String? {
        guard geteuid() == 0 else { return "mounting needs root" }
        do {
            let directory = try TemporaryDirectory()
            for kind in Kind.allCases { try await with(kind, in: directory) { try await $0.cutOff() } }
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension Command {
    /// Runs one of the administrator's programs, which are not in everyone's `PATH`; it has to end well.
    @discardableResult
    fileprivate static func administrator(_ program: String, _ arguments: [String]) async throws -> CommandResult {
        let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
        let path = folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let path else { throw HarnessError("\(program) is missing: run `make setup-test`") }
        return try await check(path, arguments)
    }
}
