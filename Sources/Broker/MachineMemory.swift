#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The memory that this process may count on.
enum MachineMemory {
    /// Bytes: those of the machine, or the limit that a container sets if it is lower.
    static let byteCount: Int = {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        // A system that does not tell is taken for a small one.
        let machine = pages > 0 && pageSize > 0 ? Int(pages) * Int(pageSize) : 1 << 30
        return containerLimits.reduce(machine, min)
    }()

    /// What bounds parts of a broker that have no setting of their own: an eighth of the memory, and no less than a
    /// request of the usual limit takes.
    static var share: Int { max(byteCount / 8, 128 << 20) }

    /// The limits of the control group that a container runs in, by either version of such groups. A file that is not
    /// there or says "max" is no limit.
    private static var containerLimits: [Int] {
        ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap { path in
            guard let file = fopen(path, "r") else { return nil }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 64)
            guard fgets(&line, Int32(line.count), file) != nil else { return nil }
            let text = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
            return Int(String(decoding: text, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
        }
    }
}
