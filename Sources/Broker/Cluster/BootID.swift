#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#endif

/// The number of this boot of the machine, which tells whether a page cache is still the one that was written to.
enum BootID {
    /// The first eight bytes of the kernel's random id for the boot; where it has none another number in each process,
    /// so that nobody takes what was not synced for kept.
    static let current: UInt64 =
        text.flatMap { UInt64($0.filter(\.isHexDigit).prefix(16), radix: 16) } ?? .random(in: .min ... .max)

    private static var text: String? {
        #if os(Linux)
        try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        #else
        var size = 0
        guard sysctlbyname("kern.bootsessionuuid", nil, &size, nil, 0) == 0, size > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
        return String(decoding: bytes, as: UTF8.self)
        #endif
    }
}
