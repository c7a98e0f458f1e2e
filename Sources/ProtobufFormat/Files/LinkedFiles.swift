import CProtobuf
import SchemaFormat

/// A file and all that it imports, as libprotobuf read and linked them.
struct LinkedFiles {
    /// The file as it is written: names as in the text, options not interpreted.
    let written: FileProto
    /// The files with complete names and interpreted options; what a file imports stands before it, and it itself last.
    let linked: [FileProto]
    /// The file, linked, as a serialized FileDescriptorProto.
    let serialized: [UInt8]

    /// Reads the first source with what it imports from the others.
    ///
    /// - Throws: ``SchemaError`` with code `.invalidSchema`, with each error's file, line and column.
    init(_ sources: [ProtoSource]) throws(SchemaError) {
        let output = CompilerOutput(sources)
        if let message = output.errors { throw SchemaError(.invalidSchema, message) }
        do {
            written = try FileProto(output.written[...])
            var files: [FileProto] = []
            for bytes in output.linked { files.append(try FileProto(bytes[...])) }
            linked = files
        } catch {
            throw SchemaError(.invalidSchema, "the descriptor cannot be read: \(error.text)")
        }
        serialized = output.linked.last ?? []
    }
}

/// What libprotobuf made of files. Owns the memory for as long as it is looked at.
///
/// Not sendable: it is made, read and freed by one function.
private final class CompilerOutput {
    private let files: OpaquePointer?

    init(_ sources: [ProtoSource]) {
        // Names and contents lie in one piece, so that their places stay what they are during the call.
        var memory: [UInt8] = []
        for source in sources { memory += Array(source.name.utf8) + source.content }
        files = memory.withUnsafeBufferPointer { memory in
            var position = 0
            func next(_ count: Int) -> cprotobuf_bytes {
                defer { position += count }
                return cprotobuf_bytes(start: memory.baseAddress.map { $0 + position }, count: count)
            }
            let list = sources.map { source in
                cprotobuf_source(
                    name: next(source.name.utf8.count), content: next(source.content.count),
                    is_descriptor: source.isDescriptor)
            }
            return list.withUnsafeBufferPointer { cprotobuf_read($0.baseAddress, $0.count) }
        }
    }

    deinit { cprotobuf_release(files) }

    /// What is wrong; `nil` if nothing is.
    var errors: String? {
        guard let files else { return "out of memory" }
        let count = cprotobuf_error_count(files)
        guard count > 0 else { return nil }
        return (0..<count).map { index in
            let error = cprotobuf_error_at(files, index)
            let file = Self.shortened(String(decoding: Self.copy(error.file), as: UTF8.self))
            let message = Self.shortened(String(decoding: Self.copy(error.message), as: UTF8.self))
            let place = error.line > 0 ? ", line \(error.line), column \(error.column)" : ""
            return file.isEmpty ? message : "\(ProtoSource.label(file))\(place): \(message)"
        }.joined(separator: "; ")
    }

    /// As much of a text as is shown. Names in it can be as long as the file.
    private static func shortened(_ text: String) -> String {
        text.utf8.count > 500 ? String(text.prefix(500)) + "…" : text
    }

    /// The first file as it is written.
    var written: [UInt8] { files.map { Self.copy(cprotobuf_written($0)) } ?? [] }

    /// The linked files.
    var linked: [[UInt8]] {
        guard let files else { return [] }
        return (0..<cprotobuf_linked_count(files)).map { Self.copy(cprotobuf_linked(files, $0)) }
    }

    private static func copy(_ bytes: cprotobuf_bytes) -> [UInt8] {
        Array(UnsafeBufferPointer(start: bytes.start, count: bytes.count))
    }
}
