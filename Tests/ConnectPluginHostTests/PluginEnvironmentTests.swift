import Testing

@testable import ConnectPluginHost

@Suite struct PluginEnvironmentTests {
    @Test func aPluginHasFewOfTheServersVariables() {
        let server = ["PATH": "/bin", "LANG": "C", "DATABASE_PASSWORD": "secret", "MARK": "server"]
        let variables = PluginEnvironment.variables(adding: ["LANG": "en_US", "MARK": "own"]) { server[$0] }
        #expect(variables == ["PATH": "/bin", "LANG": "en_US", "MARK": "own"])
        #expect(PluginEnvironment.variables(adding: [:])["PATH"] != nil)
    }
}
