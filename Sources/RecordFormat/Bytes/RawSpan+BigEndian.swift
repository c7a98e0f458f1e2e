extension RawSpan {
    /// The big-endian integer at `offset`, which the caller knows to lie within the span.
    @unsafe @inlinable func uncheckedBigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Integer.Type = Integer.self
    ) -> Integer {
        unsafe Integer(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Integer.self))
    }

    /// The big-endian integer at `offset`.
    ///
    /// - Precondition: the integer lies within the span.
    @inlinable public func bigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, as type: Integer.Type = Integer.self
    ) -> Integer {
        unsafe Integer(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores `value` in big-endian order at `offset`.
    ///
    /// - Precondition: the integer lies within the buffer.
    @inlinable public func storeBigEndian<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ value: Integer, at offset: Int
    ) {
        unsafe storeBytes(of: value.bigEndian, toByteOffset: offset, as: Integer.self)
    }
}
