import CShims
import RecordFormat

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lines of text that are all of one size and all different, since they begin with their numbers.
struct NumberedLines: Sendable {
    /// The digits of a number.
    static let smallestSize = 10
    /// The most lines whose numbers have so many digits.
    static let largestCount = 1_000_000_000
    /// How much is read or written at once.
    private static let pieceSize = 256 << 10

    let count: Int
    /// Bytes of a line without its end.
    let size: Int
    /// All lines, with their ends.
    let bytes: ByteSlice

    /// Makes the lines.
    init(count: Int, size: Int) {
        precondition(size >= Self.smallestSize && (0...Self.largestCount).contains(count), "lines without numbers")
        (self.count, self.size) = (count, size)
        bytes = ByteSlice(unsafeCapacity: count * (size + 1)) { room in
            room.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
            for number in 0..<count {
                let start = number * (size + 1)
                var rest = number
                for place in stride(from: start + Self.smallestSize - 1, through: start, by: -1) {
                    room[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                room[start + size] = UInt8(ascii: "\n")
            }
            return room.count
        }
    }

    /// A line without its end.
    func line(_ number: Int) -> ByteSlice {
        let start = number * (size + 1)
        return bytes[start..<start + size]
    }

    /// Makes a file of all lines.
    func save(to path: String) throws {
        let file = try Self.descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(file) }
        try bytes.withUnsafeBytes { try Self.append($0, to: file) }
    }

    /// Whether a file has these lines and nothing else.
    func areAll(of path: String) throws -> Bool {
        let file = try Self.descriptor(path, O_RDONLY)
        defer { close(file) }
        var isSame = true
        var position = 0
        try Self.forEachPiece(of: file) { piece in
            let start = position
            position += piece.count
            guard isSame, position <= bytes.count else { return isSame = false }
            isSame = bytes.withUnsafeBytes { memcmp($0.baseAddress! + start, piece.baseAddress!, piece.count) == 0 }
        }
        return isSame && position == bytes.count
    }

    /// Copies a file by reading and writing it.
    static func copy(_ source: String, to target: String) throws {
        let from = try descriptor(source, O_RDONLY)
        defer { close(from) }
        let to = try descriptor(target, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(to) }
        try forEachPiece(of: from) { try append($0, to: to) }
    }

    /// The bytes of a file; 0 where there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Removes a file, if there is one.
    static func remove(_ path: String) { unlink(path) }

    // MARK: System calls

    private static func descriptor(_ path: String, _ flags: Int32) throws -> Int32 {
        let file = millrace_open_at(AT_FDCWD, path, flags, 0o600)
        guard file >= 0 else { throw BenchFailure(description: "cannot open \(path): errno \(-file)") }
        return file
    }

    private static func forEachPiece(of file: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 4096)
        defer { room.deallocate() }
        while true {
            let count = read(file, room.baseAddress, room.count)
            guard count >= 0 else { throw BenchFailure(description: "cannot read a file: errno \(errno)") }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws {
        var position = 0
        while position < bytes.count {
            // A call takes 2 GiB at most.
            let count = write(file, bytes.baseAddress! + position, min(pieceSize, bytes.count - position))
            guard count > 0 else {
                throw BenchFailure(description: "cannot write a file: errno \(errno); is the disk full?")
            }
            position += count
        }
    }
}
