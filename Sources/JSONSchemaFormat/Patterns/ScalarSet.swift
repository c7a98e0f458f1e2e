/// A set of characters (Unicode scalars), as a class in a regular expression names it.
struct ScalarSet: Sendable, Hashable {
    /// In order, without overlaps.
    private(set) var ranges: [ClosedRange<UInt32>]
    /// Characters by their general category, and whether those are meant that are in none of them.
    private var categories: [CategorySet] = []
    private var isInverted = false
    /// Whether the other case of a letter counts as well.
    var ignoresCase = false

    private struct CategorySet: Sendable, Hashable {
        var names: Set<Unicode.GeneralCategory>
        var isInverted: Bool
    }

    init(_ ranges: [ClosedRange<UInt32>] = []) { self.ranges = Self.merged(ranges) }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    init(categories: Set<Unicode.GeneralCategory>, isInverted: Bool) {
        ranges = []
        self.categories = [CategorySet(names: categories, isInverted: isInverted)]
    }

    static let digits = ScalarSet([48...57])
    static let word = ScalarSet([48...57, 65...90, 95...95, 97...122])
    /// ECMA-262's white space and line ends.
    static let space = ScalarSet([
        9...13, 32...32, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    /// What `.` stands for.
    static let anyButLineEnds = ScalarSet([10...10, 13...13, 0x2028...0x2029]).inverted
    /// Every character.
    static let all = ScalarSet([0...0x10FFFF])

    var inverted: ScalarSet {
        var set = self
        set.isInverted.toggle()
        return set
    }

    /// This and the other set; neither is inverted as a whole unless it has ranges only.
    func union(_ other: ScalarSet) -> ScalarSet {
        var set = ScalarSet(plainRanges + other.plainRanges)
        set.categories = categories + other.categories
        return set
    }

    /// The ranges of a set, turned round if it is inverted.
    private var plainRanges: [ClosedRange<UInt32>] {
        guard isInverted else { return ranges }
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
        return gaps
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if includes(scalar) { return !isInverted }
        guard ignoresCase else { return isInverted }
        let properties = scalar.properties
        let isThere = [properties.lowercaseMapping, properties.uppercaseMapping].contains { mapping in
            mapping.unicodeScalars.count == 1 && mapping.unicodeScalars.first.map(includes) == true
        }
        return isThere != isInverted
    }

    private func includes(_ scalar: Unicode.Scalar) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        if low < ranges.count, ranges[low].contains(scalar.value) { return true }
        guard !categories.isEmpty else { return false }
        let category = scalar.properties.generalCategory
        return categories.contains { $0.names.contains(category) != $0.isInverted }
    }
}
