import Foundation
import ServerHarness
import Testing

/// The layering: who may depend on whom, and what the lower modules keep out.
struct LayeringTests {
    @Test func arrowsPointDownOnly() async throws {
        let manifest = try await Manifest()
        let sources = manifest.targets.filter { $0.folder.hasPrefix("Sources/") }
        let modules = Dictionary(
            uniqueKeysWithValues: manifest.targets.map { ($0.name, Layers.module(ofTargetIn: $0.folder)) })
        var violations: [String] = []
        for target in sources {
            guard let module = modules[target.name], let allowed = Layers.allowed(for: module) else {
                violations.append("\(target.name) has no line in the table of layers")
                continue
            }
            for dependency in target.dependencies where !allowed.contains(modules[dependency] ?? dependency) {
                violations.append("\(target.name) may not depend on \(dependency)")
            }
        }
        #expect(violations == [])
    }

    @Test func nothingDependsOnAnExecutable() async throws {
        let manifest = try await Manifest()
        let executables = Set(manifest.targets.filter { $0.type == "executable" }.map(\.name))
        let violations = manifest.targets.filter { $0.type != "test" && !executables.isDisjoint(with: $0.dependencies) }
        #expect(violations.map(\.name) == [])
    }

    @Test func theLowerModulesImportNoFoundationNetworkOrLogging() async throws {
        let tree = try await SourceTree()
        let folders = Layers.withoutFoundation.map { "Sources/\($0)" }
        let imports = #"^\s*(?:@\w+\s+)*(?:\w+\s+)?import\s+(?:\w+\s+)?"#
        let found = try tree.lines(
            of: tree.written(in: folders, endings: ["swift"]),
            matching: imports + "(?:Foundation|Dispatch|NIO|Logging|Metrics|Hummingbird|AsyncHTTPClient)")
        #expect(found == [])
        let withProducts = try await Manifest().targets.filter {
            Layers.withoutFoundation.contains($0.name) && !Set($0.products).isSubset(of: ["SystemPackage"])
        }
        #expect(withProducts.map(\.name) == [])
    }

    @Test func checksFromOutsideKnowNoModule() async throws {
        let outside = try await Manifest().targets.filter {
            ["ServerHarness", "CompatibilityTests", "CrashTests"].contains($0.name)
        }
        #expect(outside.count == 3)
        // The program that a power cut stops is started, like the server, and not called.
        #expect(outside.allSatisfy { Set($0.dependencies).isSubset(of: ["ServerHarness", "power-cut"]) })
    }

    @Test func everySourceFileLiesInTheFolderOfItsModule() async throws {
        let tree = try await SourceTree()
        let targets = try await Manifest().targets
        // A program has the name that users type, a library that of its folder.
        for target in targets where target.type != "executable" {
            #expect(target.folder.hasSuffix("/\(target.name)"), "\(target.name) lies in \(target.folder)")
        }
        let strays = tree.paths.filter { path in
            ["Sources/", "Tests/", "Tools/", "Examples/"].contains { path.hasPrefix($0) } && path.hasSuffix(".swift")
                && !targets.contains { path.hasPrefix("\($0.folder)/") }
        }
        #expect(strays == [])
    }
}
