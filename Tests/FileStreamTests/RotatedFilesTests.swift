import ConnectAPI
import Glibc
import Testing

@testable import FileStream

@Suite struct RotatedFilesTests {
    private let log = RotatingLog()

    private func listing(after name: String?, selection: String? = nil) throws -> RotatedFiles.Listing {
        let files = RotatedFiles(of: log.path, selection: try selection.map { try FileSelection($0) })
        let finished = try name.map { try #require(try InputFile(path: "\(log.folder.path)/\($0)")) }
        defer { finished?.close() }
        return try files.newer(than: try finished?.asRotated())
    }

    private func make(_ files: [(name: String, time: Int)]) {
        for (name, time) in files {
            log.folder.write(name, name)
            log.setTime(name, time)
        }
    }

    @Test func theTimesPutFilesInOrderWhateverTheirNumbersSay() throws {
        make([("app.1.log", 100), ("app.2.log", 200), ("app.3.log", 300), ("app.4.log", 400), ("app.log", 500)])
        #expect(try listing(after: "app.2.log").unread.map(\.name?.name) == ["app.3.log", "app.4.log"])
        #expect(try listing(after: nil).unread.count == 4)
        #expect(try listing(after: "app.4.log").unread.isEmpty)
    }

    @Test func whatIsNoOldFileIsPassedOver() throws {
        make([("app.log", 1), ("app.log.bak", 2), ("app-2.log", 2), ("other.log.1", 2)])
        mkdir("\(log.folder.path)/app.log.1", 0o700)
        symlink("app.log", "\(log.folder.path)/app.log.2")
        #expect(try listing(after: nil).unread.isEmpty)
    }

    @Test func whatIsReadAsAFileOfItsOwnIsPassedOver() throws {
        make([("app.log.1", 300), ("app.log.2", 200), ("app.2026-11-22.log", 100), ("app.log", 400)])
        let path = log.folder.path
        #expect(
            try listing(after: nil, selection: "\(path)/*.log").unread.map(\.name?.name) == ["app.log.2", "app.log.1"])
        #expect(try listing(after: nil, selection: "\(log.path),\(log.path).2").unread.count == 2)
        #expect(try listing(after: nil, selection: "\(path)/app*").unread.isEmpty)
    }

    @Test func compressedFilesAreTheNewerOnes() throws {
        make([
            ("app.log.4.gz", 100), ("app.log.3", 200), ("app.log.2.gz", 300), ("app.log.1.zst", 400), ("app.log", 500),
        ])
        let found = try listing(after: "app.log.3")
        #expect(found.unread.isEmpty)
        #expect(found.compressed.map(\.name?.name) == ["app.log.2.gz", "app.log.1.zst"])
        // Half compressed: the file itself is still to be had.
        make([("app.log.2", 300)])
        #expect(try listing(after: "app.log.3").compressed.map(\.name?.name) == ["app.log.1.zst"])
    }

    @Test func aFileThatWasReadAndThenCompressedIsNotMissed() throws {
        // The time is kept to the second, or is that of the compression.
        for time in [199, 350] {
            make([("app.log.1", 200), ("app.log.1.gz", time), ("app.log", 500)])
            let finished = try #require(try InputFile(path: log.path + ".1"))
            defer { finished.close() }
            log.remove("app.log.1")
            let files = RotatedFiles(of: log.path, selection: nil)
            #expect(try files.newer(than: try finished.asRotated()).compressed.isEmpty)
        }
        // One that is older by its name, and was compressed late.
        make([("app-2026-11-21.log.gz", 600), ("app-2026-11-22.log", 550)])
        #expect(try listing(after: "app-2026-11-22.log").compressed.isEmpty)
    }

    @Test func theRenamedFileIsFoundUnderAnyNameOfARotation() throws {
        let files = RotatedFiles(of: log.path, selection: nil)
        for name in ["app.log.bak", "app.log.7", "app-2026-11-22.log"] {
            make([(name, 1)])
            let file = try #require(try InputFile(path: "\(log.folder.path)/\(name)"))
            #expect(try files.renamedFile(inode: try file.inode()) == "\(log.folder.path)/\(name)")
            file.close()
        }
        for name in ["app.log", "app.log.2.gz", "other.log.1"] {
            make([(name, 1)])
            let file = try #require(try InputFile(path: "\(log.folder.path)/\(name)"))
            #expect(try files.renamedFile(inode: try file.inode()) == nil)
            file.close()
        }
    }
}
