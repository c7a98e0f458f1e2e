import Foundation
import ProtocolSchema

// Writes the generated sources of KafkaProtocol from its schemas: `swift run protocol-gen [PACKAGE_DIRECTORY]`.

let root = URL(filePath: CommandLine.arguments.dropFirst().first ?? ".", directoryHint: .isDirectory)
let schemaFolder = root.appending(path: "Sources/KafkaProtocol/Schemas")
let sourceFolder = root.appending(path: "Sources/KafkaProtocol/Messages")
let testFolder = root.appending(path: "Tests/KafkaProtocolTests/Generated")

func schemaFiles() throws -> [Generator.File] {
    let names = try FileManager.default.contentsOfDirectory(atPath: schemaFolder.path)
    return try names.filter { $0.hasSuffix(".schema") }.map { name in
        Generator.File(name: name, text: try String(contentsOf: schemaFolder.appending(path: name), encoding: .utf8))
    }
}

/// Makes `folder` hold `files` and no other generated file; leaves files alone that would not change.
func write(_ files: [Generator.File], to folder: URL) throws {
    let manager = FileManager.default
    try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    let expected = Set(files.map(\.name))
    for name in try manager.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix(".generated.swift") && !expected.contains(name) {
        try manager.removeItem(at: folder.appending(path: name))
        print("removed \(name)")
    }
    for file in files {
        let url = folder.appending(path: file.name)
        if let current = try? String(contentsOf: url, encoding: .utf8), current == file.text { continue }
        try file.text.write(to: url, atomically: true, encoding: .utf8)
        print("wrote \(file.name)")
    }
}

do {
    let output = try Generator.generate(from: try schemaFiles())
    try write(output.sources, to: sourceFolder)
    try write(output.tests, to: testFolder)
} catch {
    FileHandle.standardError.write(Data("protocol-gen: \(error)\n".utf8))
    exit(1)
}
