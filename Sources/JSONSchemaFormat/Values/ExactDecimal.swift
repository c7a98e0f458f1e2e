import JSON

/// A JSON number as its digits and the power of ten behind them, so that nothing is rounded: 0.3 is a multiple of 0.1.
struct ExactDecimal: Sendable, Hashable {
    /// Whether it is below zero.
    let isNegative: Bool
    /// The digits, 0 to 9, without zeros at either end; none for zero.
    let digits: [UInt8]
    /// The power of ten of the last digit; 0 for zero.
    let exponent: Int

    /// An exponent beyond this is cut to it, so that sums of exponents and counts of digits cannot overflow.
    private static let exponentLimit = 1 << 56

    init(_ number: JSONNumber) {
        var bytes = number.text.utf8[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes.removeFirst() }
        var digits: [UInt8] = []
        var exponent = 0
        if let mark = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            exponent = Self.exponent(bytes[bytes.index(after: mark)...])
            bytes = bytes[..<mark]
        }
        var isFraction = false
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                isFraction = true
                continue
            }
            if isFraction { exponent -= 1 }
            if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte - UInt8(ascii: "0")) }
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.isNegative = isNegative && !digits.isEmpty
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    private static func exponent(_ text: Substring.UTF8View) -> Int {
        var text = text
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { text.removeFirst() }
        var value = 0
        for digit in text where value < exponentLimit { value = value * 10 + Int(digit - UInt8(ascii: "0")) }
        value = min(value, exponentLimit)
        return isNegative ? -value : value
    }

    /// Whether it has no fraction.
    var isInteger: Bool { exponent >= 0 }

    /// Whether it is zero.
    var isZero: Bool { digits.isEmpty }

    /// The value if it is an integer; one that is too large is the largest there is.
    var clampedInteger: Int? {
        guard isInteger else { return nil }
        var value = 0
        for digit in digits + Array(repeating: 0, count: min(exponent, 20)) {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            if isTooLarge || product > Int.max - 9 { return isNegative ? .min : .max }
            value = product + Int(digit)
        }
        return isNegative ? -value : value
    }

    /// The one way to write it, for comparing values by their text.
    var key: String {
        if isZero { return "0" }
        let text = String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
        return (isNegative ? "-" : "") + text + "e\(exponent)"
    }

    /// How much work ``isMultiple(of:)`` is, in steps of the budget that a validation has.
    func effort(dividingBy divisor: ExactDecimal) -> Int {
        let length = digits.count + min(max(0, exponent - divisor.exponent), 4 * divisor.digits.count)
        return divisor.digits.count <= DecimalRemainder.smallLength
            ? length / 64 + 1 : length * divisor.digits.count / 16 + 1
    }

    /// Whether this is a whole number of times the divisor, whichever signs they have.
    func isMultiple(of divisor: ExactDecimal) -> Bool {
        guard !isZero else { return true }
        guard !divisor.isZero, exponent >= divisor.exponent else {
            // The last digit is no zero, so what is finer than the divisor's last digit is not divided by ten either.
            return false
        }
        // A divisor has fewer factors two and five than four times its digits: further zeros change nothing.
        let zeros = min(exponent - divisor.exponent, 4 * divisor.digits.count)
        var remainder = DecimalRemainder(divisor.digits)
        for digit in digits { remainder.take(digit) }
        for _ in 0..<zeros { remainder.take(0) }
        return remainder.isZero
    }
}

extension ExactDecimal: Comparable {
    static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.isSmaller(than: left) : left.isSmaller(than: right)
    }

    /// Whether it is nearer to zero.
    private func isSmaller(than other: ExactDecimal) -> Bool {
        guard !isZero, !other.isZero else { return !other.isZero }
        let (size, otherSize) = (digits.count + exponent, other.digits.count + other.exponent)
        return size == otherSize ? digits.lexicographicallyPrecedes(other.digits) : size < otherSize
    }
}

/// What is left of a number that comes digit by digit when it is divided by another one.
private struct DecimalRemainder {
    private let divisor: [UInt8]
    /// As many digits as a divisor may have that fits into 64 bits and leaves room for a further digit.
    static let smallLength = 18
    /// As many digits as the divisor and one more.
    private var digits: [UInt8]
    /// The same where the divisor is small, which is much faster.
    private let smallDivisor: UInt64?
    private var small: UInt64 = 0

    init(_ divisor: [UInt8]) {
        self.divisor = [0] + divisor
        digits = Array(repeating: 0, count: divisor.count + 1)
        smallDivisor = divisor.count <= Self.smallLength ? divisor.reduce(0) { $0 * 10 + UInt64($1) } : nil
    }

    var isZero: Bool { small == 0 && digits.allSatisfy { $0 == 0 } }

    mutating func take(_ digit: UInt8) {
        if let smallDivisor {
            small = (small * 10 + UInt64(digit)) % smallDivisor
            return
        }
        digits.removeFirst()
        digits.append(digit)
        while !digits.lexicographicallyPrecedes(divisor) { subtract() }
    }

    private mutating func subtract() {
        var borrow: Int8 = 0
        for index in digits.indices.reversed() {
            let difference = Int8(digits[index]) - Int8(divisor[index]) - borrow
            borrow = difference < 0 ? 1 : 0
            digits[index] = UInt8(difference + borrow * 10)
        }
    }
}
