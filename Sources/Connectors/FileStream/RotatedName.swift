/// A name that a rotation gives to an old file of a log, such as `app.log.1`, `app.log-20261122.gz` or
/// `app-2026-11-22.log`.
///
/// Only numbers and times count as marks of a rotation: `app.log.bak` is somebody's copy, and `app-2.log` the log of
/// another process.
struct RotatedName: Hashable, Sendable {
    /// What tells the old files of one log apart.
    enum Mark: Hashable, Sendable {
        /// A number, which most rotations count up as a file grows older.
        case number(Int)
        /// A time: year, month, day and what is finer, or seconds.
        case time([Int])
    }

    /// The endings of compressed files, whose records nobody reads.
    private static let compressedEndings = [".gz", ".xz", ".bz2", ".zst"]
    /// The most digits of a number; those with more are times, or the numbers of something else.
    private static let numberLimit = 6
    /// The most parts of a time: down to a fraction of a second, and a number behind it.
    private static let partLimit = 8

    /// The number or the time in the name.
    let mark: Mark
    /// The name without the ending of a compressed file.
    let plain: String
    /// The ending of a compressed file; empty for others.
    let ending: String

    /// The name as it is.
    var name: String { plain + ending }
    /// Whether the name is that of a compressed file.
    var isCompressed: Bool { !ending.isEmpty }

    /// Reads `name`.
    ///
    /// - Returns: `nil` when no rotation makes it of `original`, both without a folder.
    init?(_ name: String, of original: String) {
        let ending = Self.compressedEndings.first { name.hasSuffix($0) } ?? ""
        let plain = name.dropLast(ending.count)
        guard let mark = Self.mark(in: plain, of: original) else { return nil }
        self.mark = mark
        self.plain = String(plain)
        self.ending = ending
    }

    /// Whether the name says that its file is older than another's: the greater number, or the earlier time.
    func isOlder(than other: RotatedName) -> Bool {
        switch (mark, other.mark) {
        case (.number(let mine), .number(let its)): mine > its
        case (.time(let mine), .time(let its)): mine.lexicographicallyPrecedes(its)
        case (.time, .number): true
        case (.number, .time): false
        }
    }

    private static func mark(in name: Substring, of original: String) -> Mark? {
        if name.hasPrefix(original) { return mark(name.dropFirst(original.count), isLast: true) }
        guard let dot = original.lastIndex(of: "."), dot > original.startIndex else { return nil }
        let stem = original[..<dot], ending = original[dot...]
        guard name.hasPrefix(stem), name.hasSuffix(ending), name.utf8.count > original.utf8.count else { return nil }
        return mark(name.dropFirst(stem.count).dropLast(ending.count), isLast: false)
    }

    /// Reads what stands between or behind the parts of the original's name.
    ///
    /// - Parameter isLast: Whether nothing follows; before an ending, seconds look like any number.
    private static func mark(_ text: Substring, isLast: Bool) -> Mark? {
        guard let separator = text.first, ".-_".contains(separator) else { return nil }
        var digits = text.dropFirst()
        if digits.hasSuffix("Z") { digits.removeLast() }
        let parts = digits.split(omittingEmptySubsequences: false) { ".-_:T".contains($0) }
        guard parts.count <= partLimit else { return nil }
        let isNumeric = parts.allSatisfy { part in
            (1...14).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isNumeric else { return nil }
        if let time = time(parts) { return .time(time) }
        guard parts.count == 1, let number = Int(parts[0]) else { return nil }
        if separator == ".", parts[0].utf8.count <= numberLimit { return .number(number) }
        let isSeconds = [10, 13].contains(parts[0].utf8.count) && parts[0].first != "0"
        return isLast && isSeconds ? .time([number]) : nil
    }

    /// Reads `20261122`, `2026-11-22` or `11-22-2026`, each with whatever finer parts.
    private static func time(_ parts: [Substring]) -> [Int]? {
        let values = parts.compactMap { Int($0) }
        let lengths = parts.map(\.utf8.count)
        var time: [Int]
        if [8, 10, 12, 14].contains(lengths[0]) {
            time = [Int(parts[0].prefix(4)) ?? 0]
            var rest = parts[0].dropFirst(4)
            while !rest.isEmpty {
                time.append(Int(rest.prefix(2)) ?? 0)
                rest = rest.dropFirst(2)
            }
            time += values.dropFirst()
        } else if lengths.starts(with: [4, 2]) {
            time = values
        } else if lengths.starts(with: [2, 2, 4]) {
            time = [values[2], values[0], values[1]] + values.dropFirst(3)
        } else {
            return nil
        }
        guard (1970...2199).contains(time[0]), (1...12).contains(time[1]) else { return nil }
        return time.count == 2 || (1...31).contains(time[2]) ? time : nil
    }
}
