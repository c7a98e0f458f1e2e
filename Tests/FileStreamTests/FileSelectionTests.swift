import ConnectAPI
import Glibc
import Testing

@testable import FileStream

@Suite struct FileSelectionTests {
    @Test func oneNameIsTakenAsItIs() throws {
        let selection = try FileSelection("/tmp/a b\\c")
        #expect(selection.names == ["/tmp/a b\\c"] && selection.isSingle)
        let escaped = try FileSelection("a\\,b\\*")
        #expect(escaped.names == ["a,b*"] && escaped.isSingle)
    }

    @Test func namesAreDealtOutInTurn() throws {
        let selection = try FileSelection("a, b ,c,d,b")
        #expect(selection.names == ["a", "b", "c", "d"])
        #expect(selection.taskCount(maximum: 3) == 3 && selection.taskCount(maximum: 9) == 4)
        #expect(selection.names(of: FileShare(index: 0, count: 3)) == ["a", "d"])
        #expect(selection.names(of: FileShare(index: 2, count: 3)) == ["c"])
    }

    @Test(arguments: ["a,,b", ",", "a,[b", "logs/*/", "**/a", "[z-a]"])
    func whatNamesNothingIsRefused(_ text: String) {
        #expect(throws: ConnectError.self) { try FileSelection(text) }
    }

    @Test func patternsFindFilesInEveryFolder() throws {
        let folder = TemporaryFolder()
        for name in ["x/a.log", "x/b.txt", "y/c.log", "y/.d.log"] { folder.write(name, "") }
        mkdir(folder.path + "/y/e.log", 0o700)
        let selection = try FileSelection("\(folder.path)/*/*.log,\(folder.path)/none/*.log,\(folder.path)/y/c.log")
        #expect(try selection.found(of: FileShare(index: 0, count: 1)) == ["\(folder.path)/x/a.log"])
    }

    @Test func whatPatternsWouldFindIsKnownWithoutLooking() throws {
        let selection = try FileSelection("/x/*/*.log,y/?.txt,./z/[ab],/n")
        for path in ["/x/1/a.log", "/x//1/a.log", "y/1.txt", "./y/1.txt", "z/a", "/n"] { #expect(selection.has(path)) }
        for path in ["x/1/a.log", "/x/a.log", "/x/1/2/a.log", "/x/1/.log", "y/12.txt", "/y/1.txt", "z/c", "n", ""] {
            #expect(!selection.has(path))
        }
    }

    @Test func moreFilesThanTheLimitAreAnError() throws {
        let folder = TemporaryFolder()
        for number in 0...FileSelection.fileLimit { folder.write("\(number)", "") }
        let selection = try FileSelection("\(folder.path)/*")
        #expect(throws: ConnectError.self) { try selection.found(of: FileShare(index: 0, count: 1)) }
    }
}

@Suite struct FileShareTests {
    private let paths = (0..<400).map { "/var/log/service-\($0).log" }

    private func owner(of path: String, among count: Int) throws -> Int {
        let owners = (0..<count).filter { FileShare(index: $0, count: count).has(path) }
        #expect(owners.count == 1)
        return try #require(owners.first)
    }

    @Test func eachFileHasOneTaskAndEachTaskItsShare() throws {
        let owners = try paths.map { try owner(of: $0, among: 4) }
        for task in 0..<4 { #expect((60...140).contains(owners.filter { $0 == task }.count)) }
    }

    @Test func aFurtherTaskTakesFilesAndMovesNoOthers() throws {
        for path in paths {
            let before = try owner(of: path, among: 4)
            let after = try owner(of: path, among: 5)
            #expect(after == before || after == 4)
        }
    }

    @Test func aConfigurationWithoutAShareHasEverything() {
        #expect(FileShare([:]) == FileShare(index: 0, count: 1))
        #expect(FileShare(["file.task": "7", "file.tasks": "2"]) == FileShare(index: 0, count: 1))
        #expect(FileShare(["file.task": "1", "file.tasks": "2"]) == FileShare(index: 1, count: 2))
    }
}
