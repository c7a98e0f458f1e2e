/// Cuts JSON objects that stand one after the other out of bytes as they come.
///
/// It looks for where objects end and no further: whether what lies between is JSON, its parser says. No more than one
/// object's bytes are kept, and of those no more than the limit.
struct JSONDocumentSplitter: Sendable {
    /// Why the bytes cannot be gone through any further.
    enum Fault: Error, Sendable, Hashable {
        /// An object has more bytes than one may have.
        case tooLarge(limit: Int)
        /// Something that is no object stands where one should begin.
        case notAnObject(UInt8)
        /// The bytes end within an object.
        case incomplete
    }

    private let limit: Int
    /// The object that has begun, as far as it has come.
    private var open: [UInt8] = []
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    /// Creates one that has seen nothing.
    ///
    /// - Parameter limit: The most bytes that an object may have.
    init(limit: Int) { self.limit = limit }

    /// Takes bytes.
    ///
    /// - Parameter add: Gets each object that is complete by now.
    /// - Throws: ``Fault``, after what comes before it was given out.
    mutating func append(_ bytes: [UInt8], _ add: (_ object: [UInt8]) throws -> Void) throws {
        var start = depth > 0 ? 0 : -1
        for (index, byte) in bytes.enumerated() {
            if depth == 0 {
                switch byte {
                case 0x20, 0x09, 0x0A, 0x0D: continue
                case UInt8(ascii: "{"):
                    depth = 1
                    start = index
                default: throw Fault.notAnObject(byte)
                }
            } else {
                step(byte)
                guard depth == 0 else { continue }
                let end = index + 1
                guard open.count + end - start <= limit else { throw Fault.tooLarge(limit: limit) }
                let object = open.isEmpty ? Array(bytes[start..<end]) : open + bytes[start..<end]
                open = []
                start = -1
                try add(object)
            }
        }
        if depth > 0 {
            guard open.count + bytes.count - start <= limit else { throw Fault.tooLarge(limit: limit) }
            open += bytes[start...]
        }
    }

    /// Sees to it that the bytes do not end within an object.
    ///
    /// - Throws: ``Fault/incomplete``.
    func finish() throws { if depth > 0 { throw Fault.incomplete } }

    private mutating func step(_ byte: UInt8) {
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
    }
}

extension JSONDocumentSplitter.Fault {
    /// The answer for it.
    var error: RESTError {
        switch self {
        case .tooLarge(let limit):
            .badRequest(
                "Error processing message: Produce request size is larger than allowed threshold of \(limit) bytes")
        case .notAnObject(let byte):
            .badRequest(
                "Error processing message: expected an object, which begins with '{', and found the byte \(byte)")
        case .incomplete: .badRequest("Error processing message: the body ends within a record")
        }
    }
}
