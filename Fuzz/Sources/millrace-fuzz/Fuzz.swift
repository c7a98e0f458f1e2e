import Foundation
import FuzzTargets
import RecordFormat

/// The target that `FUZZ_TARGET` names.
private let target: FuzzTarget = {
    if let target = ProcessInfo.processInfo.environment["FUZZ_TARGET"].flatMap(FuzzTarget.init(named:)) {
        return target
    }
    let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
    FileHandle.standardError.write(Data("FUZZ_TARGET has to be one of \(names)\n".utf8))
    exit(2)
}()

/// Called by libFuzzer before the first input: with `FUZZ_SEEDS`, a folder, all that is done is to write inputs to begin
/// with there; with `FUZZ_LIST`, to print the names of the targets.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    if ProcessInfo.processInfo.environment["FUZZ_LIST"] != nil {
        for target in FuzzTarget.all { print(target.name) }
        exit(0)
    }
    guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
    for (index, seed) in target.seeds.enumerated() {
        let file = URL(filePath: folder).appending(path: "seed-\(index)")
        do { try Data(seed.array).write(to: file) } catch { fatalError("\(file.path()): \(error)") }
    }
    exit(0)
}

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func runOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    target.run(ByteSlice([UInt8](UnsafeBufferPointer(start: data, count: size))))
    return 0
}
