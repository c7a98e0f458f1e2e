package import ConnectAPI

extension StandardPlugins {
    /// Providers of configuration values.
    package static let configProviders: [Entry<any ConfigProvider>] = [
        Entry(providers + "FileConfigProvider", FileConfigProvider.definition) { try FileConfigProvider($0) },
        Entry(providers + "DirectoryConfigProvider", DirectoryConfigProvider.definition) {
            try DirectoryConfigProvider($0)
        },
        Entry(providers + "EnvVarConfigProvider", EnvVarConfigProvider.definition) { try EnvVarConfigProvider($0) },
    ]

    private static let providers = "org.apache.kafka.common.config.provider."
}
