import NIOCore
import RecordFormat

extension ByteBuffer {
    /// The readable bytes, sharing the buffer's storage.
    ///
    /// NIO copies a buffer's storage when someone writes to it while it is shared, so the bytes stay as they are.
    var sharedBytes: ByteSlice {
        withUnsafeReadableBytesWithStorageManagement { bytes, storage in
            ByteSlice(owner: storage.takeUnretainedValue(), unsafeBytes: bytes)
        }
    }
}
