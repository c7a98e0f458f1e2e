internal import LogCore
internal import RecordFormat

/// One of the two files of a data directory's journal: a page that says which generation its frames are of, and the frames.
///
/// Its room was written before it is used, so that a sync behind a write to it changes nothing but those bytes.
///
/// - SeeAlso: docs/format/commit-journal.md
struct JournalFile {
    /// None that a partition's directory could have.
    static let names = ["commit-journal.a", "commit-journal.b"]

    /// Where the first frame stands.
    static let headerSize = 4096
    /// "MRJOURN1".
    private static let magic: UInt64 = 0x4d52_4a4f_5552_4e31
    /// The magic number, the generation and the checksum of both.
    private static let fieldSize = 20

    let name: String
    let file: LogFile
    /// The bytes that it has room for.
    let size: Int
    /// Greater for what was written later.
    private(set) var generation: UInt64
    /// Where the next frame goes.
    private(set) var end = headerSize
    private var frameCount: UInt32 = 0

    /// Makes an empty file whose room is on the device; its name is not yet.
    ///
    /// - Throws: ``LogError`` with code `.storageFull` or `.io`; the name is not there then.
    static func make(
        _ name: String, in directory: LogDirectory, size: Int, generation: UInt64
    ) throws(LogError) -> JournalFile {
        do throws(LogError) {
            let file = try directory.open(name, .create)
            try file.truncate(to: 0)
            let zeros = ByteSlice([UInt8](repeating: 0, count: min(size, 1 << 20)))
            for position in stride(from: 0, to: size, by: zeros.count) {
                try write(zeros[0..<min(zeros.count, size - position)], at: position, to: file)
            }
            try file.sync()
            var journal = JournalFile(name: name, file: file, size: size, generation: generation)
            try journal.restart(generation: generation)
            return journal
        } catch {
            try? directory.removeFile(name)
            throw error
        }
    }

    private init(name: String, file: LogFile, size: Int, generation: UInt64) {
        self.name = name
        self.file = file
        self.size = size
        self.generation = generation
    }

    /// Voids what it says: its frames will be those of another generation.
    ///
    /// - Throws: ``LogError`` with code `.io`; it may say what it said.
    mutating func restart(generation: UInt64) throws(LogError) {
        var bytes = ByteAccumulator(capacity: Self.fieldSize)
        bytes.append(bigEndian: Self.magic)
        bytes.append(bigEndian: generation)
        let fields = bytes.finish()
        bytes = ByteAccumulator(capacity: Self.fieldSize)
        bytes.append(fields.bytes)
        bytes.append(bigEndian: CRC32C.checksum(of: fields.bytes))
        try Self.write(bytes.finish(), at: 0, to: file)
        try file.sync()
        self.generation = generation
        (end, frameCount) = (Self.headerSize, 0)
    }

    /// Whether `count` more bytes have room.
    func hasRoom(for count: Int) -> Bool { count <= size - end }

    /// Adds a frame; when this returns, it is on the device.
    ///
    /// - Precondition: it has room.
    /// - Throws: ``LogError`` with code `.io`; the frame may be there or not then, and nothing can be added any more.
    mutating func append(_ frame: consuming JournalFrame) throws(LogError) {
        let bytes = frame.finish(generation: generation, number: frameCount)
        try Self.write(bytes, at: end, to: file)
        try file.sync()
        end += bytes.count
        frameCount += 1
    }

    private static func write(_ bytes: ByteSlice, at position: Int, to file: LogFile) throws(LogError) {
        unsafe try bytes.withUnsafeBytes { content throws(LogError) in unsafe try file.write(content, at: position) }
    }

    /// The generation of a file that another process has left; `nil` if it was never used, or the page is damaged.
    ///
    /// A power cut can only tear the page while it is written, and then the frames are void already.
    ///
    /// - Parameter report: Told of damage.
    /// - Throws: ``LogError`` with code `.unsupportedFormat` if the file is of another version, `.io`.
    static func generation(
        of file: LogFile, reporting report: (LogError) -> Void
    ) throws(LogError) -> UInt64? {
        let header = try file.read(at: 0, count: fieldSize)
        // The name of a file that was being made may be there before the first page.
        guard header.count == fieldSize, !(0..<fieldSize).allSatisfy({ header[$0] == 0 }) else { return nil }
        let bytes = header.bytes
        guard bytes.bigEndian(at: 0, as: UInt64.self) == magic else {
            throw LogError(
                .unsupportedFormat,
                "\(file.path) is no journal of this version, and may keep acknowledged records: start the version that wrote it, or move it away to do without"
            )
        }
        guard bytes.bigEndian(at: 16, as: UInt32.self) == CRC32C.checksum(of: header[0..<16].bytes) else {
            report(LogError(.corruptBatch, "\(file.path): its first page is damaged, so that its frames are left out"))
            return nil
        }
        return bytes.bigEndian(at: 8, as: UInt64.self)
    }
}
